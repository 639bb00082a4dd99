package taskfarmer.farm;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import taskfarmer.process.Reaper;
import taskfarmer.store.Failures;
import taskfarmer.store.Store;

/**
 * This farmer's right to run tasks, which lasts for some time from each heartbeat on.
 *
 * <p>It is the {@linkplain Reaper reaper} that keeps it: without a heartbeat it ends the tasks, and lets none be started. A
 * heartbeat in time prolongs the lease. One that comes too late does not: others may have taken the tasks over. It must first be
 * seen, in a transaction that begins after the heartbeat was written, that they have not; who wants to take them over from
 * then on finds the heartbeat moved.
 */
final class Lease {
    private static final int LOOKS = 3;

    private final Store store;
    private final Reaper reaper;
    private final Runnable wake;
    private final AtomicLong lateBeat = new AtomicLong();
    private volatile String problem = "";
    private int overdue;

    /** Returns a lease. {@code wake} makes the farmer's loop come round. */
    Lease(Store store, Reaper reaper, Runnable wake) {
        this.store = store;
        this.reaper = reaper;
        this.wake = wake;
    }

    /** Shows others that this farmer lives, and prolongs the lease if it can be. What fails may succeed the next time. */
    boolean beat() throws IOException {
        long at;
        try {
            at = store.beat();
        } catch (IOException e) {
            problem = Failures.describe(e);
            return false;
        }
        problem = "";
        if (reaper.isOverdue()) {
            lateBeat.set(at);
            wake.run();
        } else {
            reaper.beat(at);
        }
        return true;
    }

    /** Returns when a heartbeat was written that came too late, 0 if none was; a transaction is to show whether it counts. */
    long late() {
        return lateBeat.get();
    }

    /** Renews the lease from a late heartbeat on, after a transaction that began later has shown that it can be. */
    void renew(long late) throws IOException {
        if (late != 0 && lateBeat.compareAndSet(late, 0)) {
            reaper.beat(late);
        }
    }

    /**
     * Looks whether the lease has run out because no heartbeat can be written; not at once, because a farmer that was stopped
     * and goes on has a moment to write one.
     *
     * @return what is wrong, empty if nothing is
     */
    String lookForProblem() {
        boolean out = reaper.isOverdue() && late() == 0;
        overdue = out ? overdue + 1 : 0;
        return overdue < LOOKS ? "" : problem.isEmpty() ? "the file system does not answer" : problem;
    }
}
