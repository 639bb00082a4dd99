package taskfarmer.farm;

import java.util.concurrent.TimeUnit;

/**
 * How often a farmer makes transactions, and how far ahead it claims: the longer it waits for the lock, the less often it
 * comes, and the more it takes each time.
 *
 * <p>All farmers of a list share one lock, which lets so many transactions a second through. Nobody knows how many farmers
 * there are that want it, and nobody needs to: where the waiting takes up a tenth of the time between two transactions,
 * everybody makes this time longer until it does not. With few farmers on a fast lock nothing of this is felt.
 *
 * <p>Safe for use by several threads.
 */
final class Pace {
    private static final long SHORTEST_GATHERING = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LONGEST_GATHERING = TimeUnit.SECONDS.toNanos(120);
    private static final int WAITS_PER_GATHERING = 10;
    private static final int GATHERINGS_AHEAD = 5;
    private static final long LONGEST_WAIT =
            LONGEST_GATHERING / WAITS_PER_GATHERING; // one that took hours says no more

    /** Down faster than up: what held up a transaction may be over. */
    private static final double WEIGHT_OF_LONGER = 0.2;

    private static final double WEIGHT_OF_SHORTER = 0.5;

    private double wait; // ns, a mean of the latest ones

    /** Takes note of how long a transaction has taken, from the wish to the end, in ns. */
    synchronized void took(long nanos) {
        double difference = Math.min(nanos, LONGEST_WAIT) - wait;
        wait += difference * (difference > 0 ? WEIGHT_OF_LONGER : WEIGHT_OF_SHORTER);
    }

    /** Returns how long results are gathered before they are recorded together, in ns. */
    synchronized long gathering() {
        long wanted = (long) (WAITS_PER_GATHERING * wait);
        return Math.max(SHORTEST_GATHERING, Math.min(LONGEST_GATHERING, wanted));
    }

    /** Returns for how much work tasks are claimed ahead, in seconds for each slot: what is begun well before the next transaction. */
    double horizonSeconds() {
        return GATHERINGS_AHEAD * gathering() / 1e9;
    }

    /** Returns how long claimed tasks may wait for a slot, when none of them finds one, until they are given back, in ns. */
    long patience() {
        return 2 * GATHERINGS_AHEAD * gathering();
    }
}
