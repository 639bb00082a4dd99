package taskfarmer.farm;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import taskfarmer.store.Requirements;

/**
 * How long this farmer may go on, by a clock that no step of the wall clock moves. It may become known while the farmer is
 * already at work, or never.
 *
 * <p>Tasks have to be over a while before the end: they get {@code --kill-grace} between TERM and KILL, and then the farmer has
 * things to write down. Safe for use by several threads.
 */
public final class Walltime {
    /** What it takes to record the last ends, to give tasks back, and to bring the views up to date. */
    static final Duration MARGIN = Duration.ofSeconds(5);

    private static final long FOREVER = Long.MAX_VALUE;

    private final long before; // the end, ns
    private final LongSupplier clock;
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile boolean limited;
    private volatile long end; // as in the clock
    private volatile long reserve; // ns

    /**
     * Returns one that is not known yet.
     *
     * @param grace how long tasks get between TERM and KILL
     * @param nanos the clock, as {@link System#nanoTime}
     */
    public Walltime(Duration grace, LongSupplier nanos) {
        this.before = grace.plus(MARGIN).toNanos();
        this.clock = nanos;
    }

    /** Returns one of which it is known that there is no end. */
    public static Walltime unlimited() {
        Walltime walltime = new Walltime(Duration.ZERO, System::nanoTime);
        walltime.stayUnknown();
        return walltime;
    }

    /** Takes note of when the end is: so long from now. To be called once, or {@link #stayUnknown} is. */
    public void endIn(Duration left) {
        end = clock.getAsLong() + left.toNanos();
        limited = true;
        settled.countDown();
    }

    /** Takes note that there is no end, or that nobody knows it. */
    public void stayUnknown() {
        settled.countDown();
    }

    /** Keeps so much more time, before the end, for what the farmer does when its tasks are over. */
    void reserve(long nanos) {
        reserve = nanos;
    }

    /** Waits until it is known whether there is an end, at most so long. */
    void awaitSettled(long millis) throws InterruptedException {
        if (!settled.await(millis, TimeUnit.MILLISECONDS)) {
            settled.countDown(); // nobody else is to wait again
        }
    }

    /** Returns whether it is settled that there is no end, or that nobody knows it. */
    boolean isUnlimited() {
        return !limited && settled.getCount() == 0;
    }

    /** Returns whether there is an end, as far as is known. */
    boolean isLimited() {
        return limited;
    }

    /** Returns the time until the end, in ns. */
    long toEnd() {
        return limited ? end - clock.getAsLong() : FOREVER;
    }

    /** Returns the time until tasks are to be ended, in ns. */
    long toStop() {
        return limited ? toEnd() - before - reserve : FOREVER;
    }

    /**
     * Returns whether a task that takes so long can still be started.
     *
     * @param millis its limit or estimate; 0 if it has none
     */
    public boolean fits(long millis) {
        long left = toStop();
        return left == FOREVER || left > 0 && TimeUnit.MILLISECONDS.toNanos(millis) <= left;
    }

    /** Returns whether such a task can still be started. */
    public boolean fits(Requirements requirements) {
        return fits(requirements.span());
    }
}
