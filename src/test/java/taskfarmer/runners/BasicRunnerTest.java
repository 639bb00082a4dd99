package taskfarmer.runners;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskfarmer.model.Command;
import taskfarmer.model.Invocation;

class BasicRunnerTest {
    @Test
    void leavesTheCommandToTheShell() {
        Command command = Command.of("echo a; exit 3");
        assertThat(new BasicRunner().invocation(command, Optional.empty())).isEqualTo(new Invocation.Shell(command));
    }

    @Test
    void needsNoTempDirectory() {
        assertThat(new BasicRunner().usesTempDirectory()).isFalse();
    }
}
