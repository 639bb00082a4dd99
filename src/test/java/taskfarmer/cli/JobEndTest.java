package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobEndTest {
    @Test
    void readsTheTimeThatSqueueWrites() {
        assertThat(JobEnd.time("2026-02-28T23:59:58")).contains(Instant.parse("2026-02-28T23:59:58Z"));
        assertThat(JobEnd.time("  2026-02-28T00:00:00 ")).contains(Instant.parse("2026-02-28T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "N/A",
                "NONE",
                "Unknown",
                "2026-02-30T00:00:00",
                "2026-02-28 00:00:00",
                "28/02-23:59",
                "slurm_load_jobs err"
            })
    void readsNothingElse(String line) {
        assertThat(JobEnd.time(line)).isEmpty();
    }
}
