package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();

    private void took(long millis, int times) {
        for (int i = 0; i < times; i++) {
            pace.took(TimeUnit.MILLISECONDS.toNanos(millis));
        }
    }

    @Test
    void isQuickWhereTheLockIsToBeHadAtOnce() {
        assertThat(pace.gathering()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        took(5, 100);
        assertThat(pace.gathering()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(pace.horizonSeconds()).isEqualTo(1);
        assertThat(pace.patience()).isEqualTo(TimeUnit.SECONDS.toNanos(2));
    }

    @Test
    void slowsDownAsLongAsWaitingTakesMoreThanATenth() {
        took(500, 100);
        assertThat(pace.gathering() / 1e9).isBetween(4.9, 5.0);
        assertThat(pace.horizonSeconds()).isBetween(24.5, 25.0);
        took(5, 100);
        assertThat(pace.gathering()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
    }

    @Test
    void isNotThrownOffByOneThatTookLong() {
        took(5, 10);
        took(60, 1);
        assertThat(pace.gathering()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
    }

    /** The whole job was stopped for an hour, in the middle of a transaction. */
    @Test
    void forgetsSoonThatItWasHeldUp() {
        took(5, 10);
        took(3_600_000, 1);
        long until = 0;
        while (pace.gathering() > TimeUnit.MILLISECONDS.toNanos(200)) {
            until += pace.gathering();
            took(5, 1);
        }
        assertThat(until).isLessThan(TimeUnit.MINUTES.toNanos(1));
    }

    @Test
    void neverHoldsResultsBackForLong() {
        took(60_000, 100);
        assertThat(pace.gathering() / 1e9).isBetween(119.0, 120.0);
    }
}
