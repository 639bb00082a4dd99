package taskfarmer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalsTest {
    @ParameterizedTest
    @CsvSource({
        "0, exit status 0",
        "3, exit status 3",
        "128, exit status 128",
        "130, exit status 130 (signal INT)",
        "137, exit status 137 (signal KILL)",
        "143, exit status 143 (signal TERM)",
        "160, exit status 160",
        "255, exit status 255"
    })
    void areNamed(int status, String words) {
        assertThat(Signals.describe(status)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(ints = {129, 130, 138, 140, 143, 152})
    void mayHaveStoppedTheWholeJob(int status) {
        assertThat(Signals.mayStopTheJob(status)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 128, 134, 137, 139, 141, 255})
    void mayNotHaveStoppedTheWholeJob(int status) {
        assertThat(Signals.mayStopTheJob(status)).isFalse();
    }

    @Test
    void haveTheNamesThatTheShellGivesThem() throws IOException, InterruptedException {
        Process bash = new ProcessBuilder("bash", "-c", "for i in {1..31}; do kill -l $i; done").start();
        String[] names;
        try (var out = bash.getInputStream()) {
            names = new String(out.readAllBytes(), StandardCharsets.US_ASCII).split("\n");
        }
        bash.waitFor();
        for (int signal = 1; signal <= 31; signal++) {
            assertThat(Signals.isSignal(128 + signal)).isTrue();
            String here = Signals.name(128 + signal).replace("POLL", "IO");
            assertThat(here).isEqualTo(names[signal - 1].replace("POLL", "IO"));
        }
        assertThat(Signals.isSignal(160)).isFalse();
    }
}
