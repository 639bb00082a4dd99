package taskfarmer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
    private static final List<String> NAMES = List.of("status", "stop", "logs", "add", "completion");

    @ParameterizedTest
    @CsvSource({
        "statu,status",
        "stauts,status",
        "sttaus,status",
        "statsu,status",
        "stats,status",
        "log,logs",
        "lgos,logs",
        "ad,add",
        "stpo,stop"
    })
    void findsWhatIsNear(String word, String meant) {
        assertThat(Spelling.nearest(word, NAMES)).hasValue(meant);
    }

    @ParameterizedTest
    @CsvSource({"tasks.txt", "list", "sim", "a", "jobs.txt", "''", "statistics", "complete"})
    void findsNothingForOtherWords(String word) {
        assertThat(Spelling.nearest(word, NAMES)).isEmpty();
    }

    @Test
    void prefersTheNearest() {
        assertThat(Spelling.nearest("retri", List.of("tries", "retry", "retries")))
                .hasValue("retry");
    }
}
