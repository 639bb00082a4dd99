package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConductTest {
    @ParameterizedTest
    @CsvSource({
        "1, false, 0, 100, false",
        "1, false, 1, 100, true",
        "10, true, 9, 100, false",
        "10, true, 10, 100, true",
        "1, true, 0, 0, false",
        "1, true, 1, 3, true",
        "100, true, 1000000, 1000000, true",
        "100, true, 999999, 1000000, false"
    })
    void countsFailures(int count, boolean percent, int failed, int total, boolean reached) {
        assertThat(new Orders.MaxFail(count, percent, false).isReached(failed, total))
                .isEqualTo(reached);
    }

    @Test
    void waitsForTasksOnlyIfItIsTold() {
        assertThat(Orders.Pool.NONE.waits()).isFalse();
    }
}
