package taskfarmer.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.DefinitionFiles;
import taskfarmer.config.Definitions;
import taskfarmer.config.Environment;
import taskfarmer.config.WriteAccess;
import taskfarmer.model.FarmException;
import taskfarmer.runners.BasicRunner;
import taskfarmer.runners.Runner;
import taskfarmer.runners.Runners;

class RunnerChoiceTest {
    @TempDir
    private Path root;

    private RunnerChoice choice(String usual, String ini) throws IOException {
        Files.writeString(root.resolve("a.ini"), ini);
        Environment environment =
                new Environment(Map.of("PATH", "/none"), root, root, Optional.empty(), Environment.processUid());
        WriteAccess access = new WriteAccess(true, environment.uid(), warning -> {});
        DefinitionFiles files = DefinitionFiles.find(environment, warning -> {});
        return new RunnerChoice(
                new Definitions<>(Runners.kind(), files, environment, access), usual, "bash", environment);
    }

    private static Optional<String> named(String name) {
        return Optional.of(new String(name.getBytes(UTF_8), ISO_8859_1)); // as attributes have it
    }

    @Test
    void givesTheUsualOneToTasksThatNameNone() throws IOException {
        RunnerChoice choice = choice("größe", "[größe]\nRunner = taskfarmer.runners.BasicRunner\nPre = x\n");
        assertThat(choice.apply(Optional.empty())).isNotInstanceOf(BasicRunner.class);
        assertThat(choice.apply(named("größe"))).isSameAs(choice.apply(Optional.empty()));
        assertThat(choice.apply(named("default"))).isInstanceOf(BasicRunner.class);
    }

    @Test
    void makesEachOnceForAllThreads() throws IOException {
        RunnerChoice choice = choice("default", "[x]\nRunner = taskfarmer.runners.BasicRunner\n");
        Set<Runner> runners = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 64).parallel().forEach(i -> runners.add(choice.apply(named("x"))));
        assertThat(runners).hasSize(1);
    }

    @Test
    void refusesWhatTasksCannotBeRunBy() throws IOException {
        RunnerChoice choice = choice("default", """
                [missing]
                Runner = taskfarmer.runners.ShifterRunner
                image = i
                [wrong]
                Runner = no.such.Class
                """);
        choice.require("default");
        assertThatThrownBy(() -> choice.require("no-such"))
                .isInstanceOf(FarmException.class)
                .hasMessage("there is no runner 'no-such'");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> choice.require("missing"))
                    .isInstanceOf(FarmException.class)
                    .hasMessageContaining("runner 'missing' needs the program 'shifter'");
        }
        assertThatThrownBy(() -> choice.apply(named("wrong")))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("no.such.Class");
        assertThatThrownBy(() -> choice("missing", "[missing]\nRunner = taskfarmer.runners.ShifterRunner\nimage=i\n"))
                .isInstanceOf(FarmException.class);
    }
}
