package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WalltimeTest {
    private static final long BEFORE = 10_000 + Walltime.MARGIN.toMillis(); // the end, ms

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000); // about to overflow, as it may
    private final Walltime walltime = new Walltime(Duration.ofSeconds(10), clock::get);

    private void pass(long millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void letsEverythingStartAsLongAsNothingIsKnown() {
        assertThat(walltime.fits(Long.MAX_VALUE)).isTrue();
        assertThat(walltime.isUnlimited()).as("settled").isFalse();
        walltime.stayUnknown();
        assertThat(walltime.fits(Long.MAX_VALUE)).isTrue();
        assertThat(walltime.isUnlimited()).isTrue();
    }

    @Test
    void letsStartWhatCanEndBeforeTasksAreEnded() {
        walltime.endIn(Duration.ofMillis(BEFORE + 60_000));
        assertThat(walltime.fits(60_000)).isTrue();
        assertThat(walltime.fits(60_001)).isFalse();
        pass(59_999);
        assertThat(walltime.fits(1)).isTrue();
        assertThat(walltime.fits(2)).isFalse();
        assertThat(walltime.fits(0)).as("of unknown length").isTrue();
        pass(1);
        assertThat(walltime.fits(0)).isFalse();
        assertThat(walltime.toEnd()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(BEFORE));
    }

    @Test
    void keepsTimeForWhatTheFarmerDoesAtTheEnd() {
        walltime.endIn(Duration.ofMillis(BEFORE + 60_000));
        walltime.reserve(TimeUnit.MILLISECONDS.toNanos(20_000));
        assertThat(walltime.fits(40_000)).isTrue();
        assertThat(walltime.fits(40_001)).isFalse();
    }

    @Test
    void hasNoRoomIfTheEndIsNear() {
        walltime.endIn(Duration.ofMillis(-5));
        assertThat(walltime.fits(0)).isFalse();
        assertThat(walltime.toStop()).isNegative();
    }
}
