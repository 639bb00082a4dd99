package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import taskfarmer.model.Task;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.State;
import taskfarmer.store.Store;
import taskfarmer.store.Transaction;

/**
 * What one farmer says to the journal and hears from it: ends and starts are recorded, tasks are claimed and put on the
 * {@link Board}, all there is in one transaction. Used by one thread, but for the counts.
 */
final class Exchange {
    private final Store store;
    private final Board board;
    private final Suitability suitability;
    private final Supplies supplies;
    private final Lease lease;
    private final Pace pace;
    private final Conduct conduct;
    private final Stop stop;
    private final FarmListener listener;
    private final List<Op> unrecorded = new ArrayList<>();
    // By identity: a JVM spends 15 ms on the first hash of a record.
    private final Set<Op> late = Collections.newSetFromMap(new IdentityHashMap<>());
    private final AtomicInteger recorded = new AtomicInteger();
    private final AtomicInteger requeued = new AtomicInteger();
    private int stalled; // tasks that a standstill has ended, and that nobody has been told of
    private boolean offered; // what there is for tasks
    private boolean uncertain; // whether what was said last counts

    Exchange(
            Store store,
            Board board,
            Suitability suitability,
            Supplies supplies,
            Lease lease,
            Pace pace,
            Conduct conduct,
            Stop stop,
            FarmListener listener) {
        this.store = store;
        this.board = board;
        this.suitability = suitability;
        this.supplies = supplies;
        this.lease = lease;
        this.pace = pace;
        this.conduct = conduct;
        this.stop = stop;
        this.listener = listener;
    }

    /** Says all there is to say in one transaction, and takes what there is to do. */
    void exchange(boolean someAreGone) throws IOException {
        giveBack(board.takeStale());
        long lateBeat = lease.late();
        AtomicInteger wanted = new AtomicInteger();
        long asked = System.nanoTime();
        Ids claimed = store.transact(transaction -> {
            unrecorded.addAll(board.takeResults()); // those as well that came while it waited for the lock
            if (transaction.isPresent() && someAreGone) {
                transaction.releaseGone();
            }
            if (transaction.isPresent()) {
                offer(transaction);
            }
            record(transaction);
            if (uncertain) {
                transaction.unclaim(unknown(transaction.state()));
            }
            return transaction.isPresent() ? claim(transaction, wanted) : Ids.NONE;
        });
        pace.took(System.nanoTime() - asked);
        announce();
        if (!store.isPresent()) {
            stop.ask(Stop.Reason.FENCED);
        } else {
            lease.renew(lateBeat);
        }
        uncertain = true; // until what was claimed is on the board
        put(claimed, claimed.count() == wanted.get());
        uncertain = false;
    }

    /** Takes as many tasks as this farmer can use now; {@code wanted} is set to how many that would be. */
    private Ids claim(Transaction transaction, AtomicInteger wanted) throws IOException {
        int slots = board.activeCount();
        if (slots == 0) {
            return Ids.NONE;
        }
        if (supplies.areCounted()) { // what is there may be less than the slots
            slots = Math.min(slots, board.runningCount() + 1);
        }
        int free = Math.max(0, board.idleCount() - board.readyCount());
        int useful = GuidedClaims.count(
                transaction.state(),
                slots,
                board.idleCount(),
                board.readyCount(),
                board.meanSeconds(),
                pace.horizonSeconds());
        wanted.set(useful);
        int allowed = conduct.allowance(transaction.state(), useful, board.readyCount());
        return allowed == 0
                ? Ids.NONE
                : transaction.claim(
                        Math.min(free, allowed),
                        allowed,
                        suitability.means(board.promised(), board.runningCount() > 0));
    }

    /** Says once what this farmer has for tasks, as soon as that is counted. */
    void offer(Transaction transaction) throws IOException {
        if (!offered && supplies.areCounted()) {
            transaction.offer(supplies.all());
            offered = true;
        }
    }

    /** Has claimed tasks that were not started given back in the next transaction. */
    void giveBack(Ids tasks) {
        if (!tasks.isEmpty()) {
            unrecorded.add(new Op.Unclaimed(tasks));
        }
    }

    /** Has it be found out in the next transaction what counts of what was said in the last one, which failed. */
    void doubt() {
        uncertain = true;
    }

    boolean isUncertain() {
        return uncertain;
    }

    /** Returns whether something waits to be said. */
    boolean isDue() {
        return uncertain || !unrecorded.isEmpty();
    }

    /** Returns how many ends of tasks this farmer has recorded. */
    int recorded() {
        return recorded.get();
    }

    /** Returns how many tasks this farmer has given back after they were started. */
    int requeued() {
        return requeued.get();
    }

    /** Returns the tasks that the journal says are this farmer's and that it knows nothing of: claimed, and never heard so. */
    private Ids unknown(State state) {
        Set<Integer> known = board.held();
        Ids.Builder unknown = new Ids.Builder();
        state.claimsOf(store.farmer()).forEach(id -> {
            if (!known.contains(id)) {
                unknown.add(id);
            }
        });
        return unknown.build();
    }

    /** Takes all that is left to be said, for the last transaction. */
    void takeTheLast() {
        unrecorded.addAll(board.takeResults());
    }

    /** Records what there is to say. */
    Transaction record(Transaction transaction) throws IOException {
        late.clear();
        for (Op op : unrecorded) {
            if (op instanceof Op.Ended ended) {
                if (!transaction.ended(ended)) {
                    late.add(ended);
                }
            } else if (op instanceof Op.Requeued back) {
                if (!transaction.requeued(back)) {
                    late.add(back);
                }
            } else if (op instanceof Op.Started started) {
                transaction.started(started);
            } else if (op instanceof Op.Unclaimed unclaimed) {
                transaction.unclaim(unclaimed.ids());
            }
        }
        return transaction;
    }

    /** Tells of what has just been recorded. */
    void announce() {
        for (Op op : unrecorded) {
            if (op instanceof Op.Ended ended && late.contains(ended)) {
                listener.notice("the result of task " + ended.id() + " (attempt " + ended.attempt() + ", exit status "
                        + ended.status() + ") does not count: others have taken the task over meanwhile");
            } else if (op instanceof Op.Ended ended) {
                recorded.incrementAndGet();
                conduct.ended(ended);
                Path log = store.directory().log(ended.id());
                listener.ended(ended, log);
            } else if (op instanceof Op.Requeued back && !late.contains(op)) {
                announce(back);
            }
        }
        if (stalled > 0 && !board.awaitsStalled()) {
            listener.notice("this farmer has stood still for so long that "
                    + (stalled == 1 ? "its task was" : "its " + stalled + " tasks were")
                    + " ended; nobody has taken over, so it goes on, and they start again");
            stalled = 0;
        }
        unrecorded.clear();
    }

    private void announce(Op.Requeued back) {
        if (back.isCancelled()) {
            listener.cancelled(back.id(), back.duration() / 1e6);
        } else {
            requeued.incrementAndGet();
            stalled += back.reason().equals(Farm.STALLED) ? 1 : 0;
        }
    }

    /**
     * Puts claimed tasks up to be started.
     *
     * @param all whether as many were to be had as were wanted; otherwise there are none for this farmer now
     */
    void put(Ids claimed, boolean all) throws IOException {
        Task[] tasks = store.tasks(claimed);
        List<Attempt.Assignment> assignments = new ArrayList<>(tasks.length);
        store.look(state -> {
            for (int id : claimed.toArray()) {
                Task task = tasks[assignments.size()];
                boolean suspect = state.isSuspect(id, store.maxLosses());
                assignments.add(new Attempt.Assignment(
                        id, state.attempts(id) + 1, task, suspect, state.retries(id), state.requirements(id)));
            }
            return assignments;
        });
        board.add(assignments, all && store.look(state -> state.count(State.Phase.PENDING) > 0));
    }
}
