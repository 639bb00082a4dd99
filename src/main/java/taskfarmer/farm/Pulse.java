package taskfarmer.farm;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices when this process was stopped for so long that its reaper has ended its tasks.
 *
 * <p>A task that was ended then did not fail; its attempt was interrupted. Whoever wakes first, the thread that beats or
 * the one that reads how the task ended, finds the gap, because both look before they do anything else.
 */
final class Pulse {
    private final long limit;
    private final LongSupplier nanoTime;
    private long last;
    private int gaps;

    /** Returns a pulse that counts a silence of almost {@code limit} as a gap. */
    Pulse(Duration limit, LongSupplier nanoTime) {
        this.limit = limit.toNanos() / 10 * 9;
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    /** Returns how many gaps there were until now. */
    synchronized int gaps() {
        long now = nanoTime.getAsLong();
        if (now - last > limit) {
            gaps++;
            last = now;
        }
        return gaps;
    }

    /** Takes note of a sign of life to the reaper. */
    synchronized void beat() {
        gaps();
        last = nanoTime.getAsLong();
    }
}
