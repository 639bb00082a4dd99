package taskfarmer.farm;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.State;

/**
 * Tells a bad node from a bad list: here tasks fail at once, one after the other, and elsewhere they end well.
 *
 * <p>While such a streak is under way, tasks are taken one by one, a second apart, so that a bad node does not fail the whole list
 * before anybody knows. The next ends of other farmers decide: if more are good than bad, it is the node; if more are bad, it is the
 * list, and it goes on as fast as before. If others end nothing for a while, what they ended before the streak counts. Where many tasks
 * fail anyhow, a streak has to be longer, so that it is hardly one by chance. A farmer that is alone has nobody to compare itself
 * with, and goes on.
 *
 * <p>Used by the farmer's loop, but for what slots say and ask.
 */
final class Brake {
    /** For so long others may end nothing until it counts what they ended before, in ns. */
    static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private static final long AT_ONCE_MICROS = TimeUnit.SECONDS.toMicros(5);
    private static final long PROBES = TimeUnit.SECONDS.toNanos(1);
    private static final int SHORTEST = 5;
    private static final int STREAKS_PER_SLOT = 2;
    private static final double BY_CHANCE = 1e-4;
    private static final double REMEMBERED = 64; // ends elsewhere, about
    private static final int SURELY_MORE = 2; // bad ends elsewhere than good ones: one may fail anywhere
    private static final int NEVER = Integer.MAX_VALUE;

    private final LongSupplier clock;
    private volatile int streak; // of failures here, those as well that are not recorded yet
    private volatile int holdsFrom = NEVER; // from which length on
    private long nextProbe; // guarded by this

    private int[] tasks = new int[16]; // of the streak, as far as it is recorded
    private int[] attempts = new int[16];
    private int length;
    private int finishedHere; // as the journal counts, ever
    private int failedHere;
    private double well; // of those that ended elsewhere before the streak
    private double badly;
    private int finishedBefore; // elsewhere, when it was looked at last before the streak
    private int failedBefore;
    private boolean compared; // whether the numbers above are those of this streak
    private boolean undecided;
    private long undecidedSince;
    private boolean pulled;

    /** Returns one that holds back nothing yet; the clock is as {@link System#nanoTime}. */
    Brake(LongSupplier nanos) {
        this.clock = nanos;
        this.nextProbe = nanos.getAsLong();
    }

    private static boolean isAtOnce(Op.Ended end) {
        return !end.succeeded() && end.duration() < AT_ONCE_MICROS;
    }

    /** Takes note of an end before it is recorded. */
    void ran(Op.Ended end) {
        boolean atOnce = isAtOnce(end);
        if (atOnce || streak > 0) {
            synchronized (this) {
                streak = atOnce ? streak + 1 : 0;
            }
        }
    }

    /** Takes note of an end that was recorded. */
    void ended(Op.Ended end) {
        finishedHere += end.succeeded() ? 1 : 0;
        failedHere += end.verdict() == Op.Verdict.FAILED ? 1 : 0;
        if (isAtOnce(end)) {
            if (length == tasks.length) {
                tasks = Arrays.copyOf(tasks, 2 * length);
                attempts = Arrays.copyOf(attempts, 2 * length);
            }
            tasks[length] = end.id();
            attempts[length++] = end.attempt();
        } else if (!pulled) {
            length = 0;
            compared = false;
        }
    }

    /** Returns whether tasks are to be taken one by one. */
    boolean isHolding() {
        return streak >= holdsFrom;
    }

    /** Returns whether it is time for the next one. */
    synchronized boolean isProbeDue() {
        return nextProbe - clock.getAsLong() <= 0;
    }

    /** Returns whether a task may start: each one, or one a second. */
    boolean admits() {
        if (!isHolding()) {
            return true;
        }
        synchronized (this) {
            long now = clock.getAsLong();
            boolean due = nextProbe - now <= 0;
            nextProbe = due ? now + PROBES : nextProbe;
            return due;
        }
    }

    /** Returns whether it is worth waiting a moment to know whether this node is to blame. */
    boolean isUndecided() {
        return undecided && clock.getAsLong() - undecidedSince < PATIENCE + PROBES;
    }

    /**
     * Looks at what has happened elsewhere.
     *
     * @param finished how many tasks have ended well, everywhere
     * @param failed how many tasks have failed, everywhere
     * @param slots how many slots this farmer uses
     * @param company whether there are other farmers
     * @return why this farmer is to take nothing any more, the first time that there is a reason
     */
    Optional<String> look(int finished, int failed, int slots, boolean company) {
        if (pulled) {
            return Optional.empty();
        }
        int finishedElsewhere = finished - finishedHere;
        int failedElsewhere = Math.max(0, failed - failedHere); // failures that are tried again count no more
        if (!compared) {
            remember(finishedElsewhere - finishedBefore, failedElsewhere - failedBefore);
            finishedBefore = finishedElsewhere;
            failedBefore = failedElsewhere;
            compared = length > 0;
        }
        int good = finishedElsewhere - finishedBefore;
        int bad = Math.max(0, failedElsewhere - failedBefore);
        int telling = Math.max(Math.max(SHORTEST, STREAKS_PER_SLOT * slots), hardlyByChance());
        boolean isList = bad - good >= SURELY_MORE;
        holdsFrom = company && !isList ? telling : NEVER;
        boolean waits = length >= holdsFrom;
        undecidedSince = waits && !undecided ? clock.getAsLong() : undecidedSince;
        undecided = waits;
        Optional<String> comparison = length >= telling ? comparison(good, bad) : Optional.empty();
        pulled = comparison.isPresent();
        return comparison.map(
                others -> "the last " + length + " tasks here failed at once, one after the other, while " + others);
    }

    private Optional<String> comparison(int good, int bad) {
        if (good > bad) {
            return Optional.of(good + (good == 1 ? " task" : " tasks") + " elsewhere ended well");
        }
        boolean inVain = undecided && good == 0 && bad == 0 && clock.getAsLong() - undecidedSince >= PATIENCE;
        return inVain && well >= SHORTEST && well > badly
                ? Optional.of(Math.round(100 * well / (well + badly)) + "% of those elsewhere before that ended well")
                : Optional.empty();
    }

    private void remember(int finished, int failed) {
        well += Math.max(0, finished);
        badly += Math.max(0, failed);
        double much = Math.max(1, (well + badly) / REMEMBERED);
        well /= much;
        badly /= much;
    }

    /** Returns how long a streak has to be, if as many fail as have failed elsewhere. */
    private int hardlyByChance() {
        double share = badly == 0 ? 0 : badly / (well + badly);
        return share == 0 ? 0 : share == 1 ? NEVER : (int) Math.ceil(Math.log(BY_CHANCE) / Math.log(share));
    }

    /** Returns the failed tasks of the streak that nobody has tried again since, if it is to blame on the node. */
    Ids toBeTriedElsewhere(State state) {
        Ids.Builder ids = new Ids.Builder();
        if (pulled) {
            for (int i = 0; i < length; i++) {
                if (state.phase(tasks[i]) == State.Phase.FAILED && state.attempts(tasks[i]) == attempts[i]) {
                    ids.add(tasks[i]);
                }
            }
        }
        return ids.build();
    }
}
