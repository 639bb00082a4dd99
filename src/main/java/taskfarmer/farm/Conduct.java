package taskfarmer.farm;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.ExitStatus;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Requirements;
import taskfarmer.store.State;
import taskfarmer.store.Transaction;

/**
 * How a farmer keeps its {@link Orders}: how much it takes, when a task may start, whether it stays, and why it leaves.
 *
 * <p>Slots ask before each start; all the rest is the farmer's loop's.
 */
final class Conduct {
    /** The reason of farmers and attempts that the walltime has ended. */
    static final String WALLTIME = "walltime";

    private static final long LOOK_MILLIS = 100;
    private static final long SETTLES_WITHIN_MILLIS = 30_000;

    private final Orders orders;
    private final Stop stop;
    private final FarmListener listener;
    private final boolean unlimited; // nothing is counted but the time
    private final Brake brake = new Brake(System::nanoTime);
    private volatile boolean closed; // nothing is to start any more, for a reason of its own
    private volatile boolean draining; // nor if somebody else has one
    private volatile boolean setUp; // to take tasks: what is to be done before has been done
    private volatile boolean heeded; // the warning of the walltime's end: a task has ended for it
    private volatile long worked = System.nanoTime(); // when there was work last
    private long nextStart = System.nanoTime();
    private int started;
    private int admitted; // to be started, unless they lack something
    private @Nullable Thread lastAdmitted; // its slot
    private int failed; // of all tasks, as far as is recorded
    private int total;
    private int unrecorded; // failures here
    private int waiting; // for the moment to start
    private boolean toldOfWaiting;

    Conduct(Orders orders, Stop stop, FarmListener listener) {
        this.orders = orders;
        this.stop = stop;
        this.listener = listener;
        this.setUp = orders.setup().isEmpty();
        this.unlimited = orders.maxFail().isEmpty()
                && orders.quota().tasks() == Integer.MAX_VALUE
                && orders.quota().interval().isZero();
    }

    Orders orders() {
        return orders;
    }

    /** Lets it take tasks. */
    void beReady() {
        setUp = true;
        worked = System.nanoTime();
    }

    /**
     * Returns how many tasks it may claim now.
     *
     * @param wanted how many it could use
     * @param ready how many claimed ones wait for a slot
     */
    synchronized int allowance(State state, int wanted, int ready) {
        count(state);
        if (!setUp || !goesOn() || isMaxFailReached()) {
            return 0;
        }
        int allowed = Math.min(wanted, orders.quota().tasks() - started - admitted - waiting - ready);
        if (brake.isHolding()) {
            allowed = Math.min(allowed, brake.isProbeDue() && waiting + ready == 0 ? 1 : 0);
        }
        return Math.max(0, allowed);
    }

    /** Lets nothing start any more, not even what waits for its moment. */
    void drain() {
        draining = true;
    }

    private boolean goesOn() {
        return !closed && !draining && !heeded && !stop.isAsked();
    }

    private synchronized int startedSoFar() {
        return started;
    }

    private synchronized void count(State state) {
        failed = state.count(State.Phase.FAILED);
        total = total(state);
    }

    /** An end may be known for a while before it is recorded: meanwhile nothing is to start that the limit speaks against. */
    private synchronized boolean isMaxFailReached() {
        return orders.maxFail().isPresent() && orders.maxFail().get().isReached(failed + unrecorded, total);
    }

    /**
     * Waits until a claimed task may start. {@link #begins} or {@link #withdraws} is to follow, of the same thread.
     *
     * @param unwanted whether somebody has cancelled it meanwhile
     * @return false if it must not start here any more: it goes back
     */
    boolean admits(Requirements requirements, BooleanSupplier unwanted) throws InterruptedException {
        if (requirements.span() > 0) {
            orders.walltime().awaitSettled(SETTLES_WITHIN_MILLIS);
        }
        worked = System.nanoTime();
        if (!brake.admits()) {
            return false;
        }
        if (unlimited && requirements.span() == 0) {
            return goesOn();
        }
        synchronized (this) {
            waiting++;
            try {
                return awaitsStart(requirements, unwanted);
            } finally {
                waiting--;
            }
        }
    }

    private synchronized boolean awaitsStart(Requirements requirements, BooleanSupplier unwanted)
            throws InterruptedException {
        while (true) {
            long now = System.nanoTime();
            if (!goesOn()
                    || unwanted.getAsBoolean()
                    || started + admitted >= orders.quota().tasks()
                    || isMaxFailReached()
                    || !orders.walltime().fits(requirements)) {
                return false;
            }
            long pause = nextStart - now;
            if (pause <= 0) {
                nextStart = now + orders.quota().interval().toNanos();
                lastAdmitted = Thread.currentThread();
                admitted += unlimited ? 0 : 1;
                return true;
            }
            // Not longer than a moment: the wish to stop wakes nobody here.
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(pause, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)));
        }
    }

    /** An admitted task has all that it needs, and begins. */
    void begins() {
        if (!unlimited) {
            synchronized (this) {
                admitted--;
                started++;
            }
        }
    }

    /** An admitted task lacks something and does not begin: another one may at once. */
    void withdraws() {
        if (!unlimited) {
            synchronized (this) {
                admitted--;
                // Has another one been admitted since, its interval is not this one's.
                nextStart = Thread.currentThread().equals(lastAdmitted) ? System.nanoTime() : nextStart;
                notifyAll();
            }
        }
    }

    /** Takes note of what became of an attempt, before that is recorded. */
    void ran(Op result) {
        if (result instanceof Op.Requeued back && back.reason().equals(WALLTIME)) {
            heeded = true; // it would only be started to be warned, again and again
        }
        if (orders.brake() && result instanceof Op.Ended end) {
            brake.ran(end);
        }
        if (isFailure(result)) {
            synchronized (this) {
                unrecorded++;
            }
        }
    }

    private static boolean isFailure(Op result) {
        return result instanceof Op.Ended end && end.verdict() == Op.Verdict.FAILED;
    }

    /** Takes note of an end that was recorded. */
    void ended(Op.Ended end) {
        worked = System.nanoTime();
        brake.ended(end);
        if (isFailure(end)) {
            synchronized (this) {
                unrecorded--;
                failed++;
            }
        }
    }

    /**
     * Looks whether it is to take nothing any more.
     *
     * @param slots how many slots it uses
     * @param host its name, for people
     * @return why, the first time; running tasks end as usual then
     */
    Optional<Stop.Reason> look(State state, int slots, String host) {
        if (closed) {
            return Optional.empty();
        }
        Optional<Stop.Reason> reason = reason(state, slots, host);
        closed = reason.isPresent();
        return reason;
    }

    private Optional<Stop.Reason> reason(State state, int slots, String host) {
        int open = state.count(State.Phase.PENDING);
        Optional<Orders.MaxFail> limit = orders.maxFail();
        count(state);
        if (limit.isPresent() && limit.get().isReached(state.count(State.Phase.FAILED), total(state))) {
            Stop.Reason reason = maxFail(state, limit.get());
            if (limit.get().now() && open + state.count(State.Phase.CLAIMED) > 0) {
                stop.ask(reason);
            }
            return open > 0 ? Optional.of(reason) : Optional.empty();
        } else if (startedSoFar() >= orders.quota().tasks()) {
            int most = orders.quota().tasks();
            return Optional.of(Stop.Reason.wished(
                    "max-tasks",
                    "this farmer has started " + (most == 1 ? "1 task" : most + " tasks") + ", as it was told"));
        }
        if (heeded) {
            return Optional.of(Stop.Reason.wished(
                    WALLTIME, "the walltime ends soon, and tasks that were warned of it have ended and go back"));
        }
        return orders.brake()
                ? brake.look(
                                state.count(State.Phase.FINISHED),
                                state.count(State.Phase.FAILED),
                                slots,
                                hasCompany(state))
                        .map(what -> Stop.Reason.wished(
                                "bad-node",
                                "bad node " + host + "? " + what
                                        + "; those that failed here go back, to be run elsewhere",
                                "Look at their logs and at the node. --no-brake has a farmer go on all the same."))
                : Optional.empty();
    }

    private static boolean hasCompany(State state) {
        int present = 0;
        for (State.Farmer farmer : state.farmers().values()) {
            present += farmer.present() ? 1 : 0;
        }
        return present > 1;
    }

    private static int total(State state) {
        return state.size() - state.count(State.Phase.DROPPED);
    }

    private static Stop.Reason maxFail(State state, Orders.MaxFail limit) {
        int failed = state.count(State.Phase.FAILED);
        return new Stop.Reason(
                "max-fail",
                failed + (failed == 1 ? " task" : " tasks") + " of " + total(state) + " failed, and --max-fail is "
                        + limit.shown(),
                "When that is mended, have them run again (taskfarmer retry --failed) and start again, or allow more.",
                ExitStatus.TASKS_FAILED);
    }

    /** Says what is to be said in the last transaction, after the last ends have been recorded. */
    void sayTheLast(Transaction transaction) throws java.io.IOException {
        Ids back = brake.toBeTriedElsewhere(transaction.state());
        if (!back.isEmpty()) {
            transaction.retry(back);
        }
    }

    /** Returns whether it waits for tasks, although there is nothing to do and no other reason to stay. */
    boolean stays() {
        if (brake.isUndecided()) {
            return true; // what has failed here may have to go back
        }
        Orders.Pool pool = orders.pool();
        boolean stays = pool.forever()
                || System.nanoTime() - worked < pool.idleTimeout().toNanos();
        if (stays && !toldOfWaiting) {
            toldOfWaiting = true;
            listener.notice("nothing is left to take; waiting for tasks"
                    + (pool.forever() ? " until told to stop" : ", not longer than --idle-timeout"));
        }
        return stays;
    }

    /**
     * Returns whether tasks are left that need more time than there is; then that is why this farmer leaves.
     *
     * @param isTooLong whether this farmer would run such tasks, had it more time
     * @return true if the wish to stop has been made for that reason
     */
    boolean isCutShort(State state, Predicate<Requirements> isTooLong) {
        if (!orders.walltime().isLimited() || !state.isAsking()) {
            return false;
        }
        int tooLong = 0;
        for (Map.Entry<Requirements, Integer> tasks :
                state.pendingRequirements().entrySet()) {
            tooLong += isTooLong.test(tasks.getKey()) ? tasks.getValue() : 0;
        }
        if (tooLong > 0) {
            stop.ask(Stop.Reason.wished(
                    WALLTIME,
                    (tooLong == 1 ? "1 task is left that needs" : tooLong + " tasks are left that need")
                            + " more time than there is before the walltime ends"));
        }
        return tooLong > 0;
    }
}
