package taskfarmer.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import taskfarmer.model.Command;
import taskfarmer.model.Resources;
import taskfarmer.model.Task;

/** What one farmer says at one moment, while it holds the lock. */
public final class Transaction {
    private static final int MOST_TOLD = 10;

    private final Store store;
    private final long time;
    private final List<Op> ops = new ArrayList<>();
    private final List<String> news = new ArrayList<>();
    private boolean frozen; // tasks that ask for something

    Transaction(Store store, long time) {
        this.store = store;
        this.time = time;
    }

    /** Returns the state, including what this transaction has recorded so far. */
    public State state() {
        return store.state();
    }

    /** Returns the time that this transaction's batch bears, µs since the epoch. */
    public long time() {
        return time;
    }

    /** Returns whether this farmer is still one of the farm: others have not taken it for dead. */
    public boolean isPresent() {
        return state().isPresent(store.farmer());
    }

    /** Takes up to {@code most} pending tasks, each for a slot that has nothing to do. */
    public Ids claim(int most) throws IOException {
        return claim(most, most);
    }

    /**
     * Takes pending tasks, the first ones that are to be had.
     *
     * @param free how many slots have nothing to do
     * @param most how many tasks at most, those that will have to wait included
     */
    public Ids claim(int free, int most) throws IOException {
        return claim(free, most, Means.UNLIMITED);
    }

    /**
     * Takes pending tasks, the first ones that are to be had with what a farmer has.
     *
     * @param free how many slots have nothing to do
     * @param most how many tasks at most, those that will have to wait included
     */
    public Ids claim(int free, int most, Means means) throws IOException {
        Ids ids = state().claimable(store.farmer(), free, most, store.maxLosses(), means);
        if (!ids.isEmpty()) {
            append(new Op.Claimed(ids));
        }
        return ids;
    }

    /** Says what this farmer has for its tasks. */
    public void offer(Resources resources) throws IOException {
        if (!resources.isEmpty()) {
            append(new Op.Offered(resources));
        }
    }

    /** Gives back claimed tasks that were not started. */
    public void unclaim(Ids ids) throws IOException {
        Ids.Builder mine = new Ids.Builder();
        ids.forEach(id -> {
            State.Claim claim = state().claims().get(id);
            if (claim != null && claim.farmer() == store.farmer()) {
                mine.add(id);
            }
        });
        Ids held = mine.build();
        if (!held.isEmpty()) {
            Ids aborted = aborted(held);
            append(new Op.Unclaimed(held));
            cancelPending(aborted);
        }
    }

    /** Returns those of held tasks that are not to run again. */
    private Ids aborted(Ids held) {
        Ids.Builder aborted = new Ids.Builder();
        if (!state().aborted().isEmpty()) {
            held.forEach(id -> {
                if (state().aborted().contains(id)) {
                    aborted.add(id);
                }
            });
        }
        return aborted.build();
    }

    private void cancelPending(Ids ids) throws IOException {
        if (!ids.isEmpty()) {
            append(new Op.Cancelled(ids));
        }
    }

    /**
     * Has tasks not run, or not to their end: what is pending ends as cancelled; what farmers hold, they are to give back, and then
     * it ends so.
     *
     * @param ids tasks that are pending or claimed
     */
    public void cancel(Ids ids) throws IOException {
        Ids.Builder pending = new Ids.Builder();
        for (int id : ids.toArray()) {
            State.Claim claim = state().claims().get(id);
            if (claim == null) {
                pending.add(id);
            } else if (!state().aborted().contains(id)) {
                append(new Op.Aborted(id, claim.attempt()));
            }
        }
        cancelPending(pending.build());
    }

    /** Has tasks that failed or were cancelled tried again, and with them those that were cancelled because of them. */
    public void retry(Ids ids) throws IOException {
        Ids all = state().skipped().isEmpty() ? ids : withSkipped(ids);
        if (!all.isEmpty()) {
            append(new Op.Retried(all));
        }
    }

    private Ids withSkipped(Ids ids) {
        Set<Integer> all = new LinkedHashSet<>();
        ids.forEach(all::add);
        state().skippedBecauseOf(all).forEach(all::add);
        Ids.Builder builder = new Ids.Builder();
        all.forEach(builder::add);
        return builder.build();
    }

    /** Draws the conclusions: tasks that wait for what will not come are cancelled; what can never run is refused. */
    void settle() throws IOException {
        if (frozen) {
            new DependencyCheck(store.state(), store.tasks()).check();
        }
        int causes = 0;
        int tasks = 0;
        Map<Integer, Ids> doomed = state().agenda().dependencies().takeDoomed();
        while (!doomed.isEmpty()) {
            for (Map.Entry<Integer, Ids> skipped : doomed.entrySet()) {
                append(new Op.Skipped(skipped.getKey(), skipped.getValue()));
                if (causes++ < MOST_TOLD) {
                    tellSkipped(skipped.getKey(), skipped.getValue());
                } else {
                    tasks += skipped.getValue().count();
                }
            }
            doomed = state().agenda().dependencies().takeDoomed();
        }
        if (tasks > 0) {
            news.add(tasks + " more tasks are cancelled, because such that they wait for have not ended well");
        }
    }

    private void tellSkipped(int because, Ids skipped) {
        int count = skipped.count();
        news.add("task " + because + " has not ended well: "
                + (count == 1
                        ? "task " + skipped + ", which waits for it, is"
                        : count + " tasks, which wait for it, are")
                + " cancelled");
    }

    /** Wishes something of a farmer that is there. */
    public void tell(int farmer, Op.Wish wish) throws IOException {
        append(new Op.Told(farmer, wish));
    }

    /** Wishes a number of slots of a farmer that is there; further ones get numbers that nobody else has on its host. */
    public void scale(int farmer, int slots) throws IOException {
        State.Farmer scaled = Objects.requireNonNull(state().farmers().get(farmer));
        Ids.Builder numbers = new Ids.Builder();
        scaled.numbers().forEach(numbers::add);
        BitSet used = state().slotNumbers(scaled.joined().identity());
        int next = 0;
        for (int have = scaled.numbers().count(); have < slots; have++) {
            next = used.nextClearBit(next);
            numbers.add(next++);
        }
        append(new Op.Scaled(farmer, slots, numbers.build()));
    }

    /** Returns the commands of tasks, in their order. */
    public Command[] commands(Ids ids) throws IOException {
        return store.tasks().commands(ids);
    }

    /**
     * Adds tasks to the farm.
     *
     * @return their IDs, which follow those of all tasks before
     */
    public Ids add(List<Task> tasks) throws IOException {
        if (tasks.isEmpty()) {
            return Ids.NONE;
        }
        int first = state().size();
        try (TaskFile.Writer writer = store.tasks().writer()) {
            String scope = first + "/";
            for (int i = 0; i < tasks.size(); i++) {
                Task task = tasks.get(i);
                int index = i;
                writer.add(
                        task.attributes().isEmpty()
                                ? task
                                : new Task(
                                        task.command(), task.attributes().placed(scope, n -> before(first, index, n))));
            }
            append(writer.finish());
        }
        return Ids.range(first, tasks.size());
    }

    private static int before(int first, int index, int count) {
        if (count == 0 || count > index) {
            throw ListReconciler.tooFar("task " + (first + index), count, index);
        }
        return first + index - count;
    }

    /** Records that an attempt runs; ignored if it is not this farmer's any more. */
    public void started(Op.Started started) throws IOException {
        if (state().holds(store.farmer(), started.id(), started.attempt())) {
            append(started);
        }
    }

    /**
     * Records the end of an attempt; once, however often it is told.
     *
     * @return false if its task was taken away meanwhile: the result is noted as late and does not count
     */
    public boolean ended(Op.Ended ended) throws IOException {
        boolean mine = state().holds(store.farmer(), ended.id(), ended.attempt());
        boolean known = !mine && isRecorded(ended);
        if (!known) {
            boolean again = mine && ended.verdict() == Op.Verdict.AGAIN;
            Ids aborted = again ? aborted(Ids.of(ended.id())) : Ids.NONE;
            append(mine ? ended : new Op.Late(ended.id(), ended.attempt(), ended.status()));
            cancelPending(aborted);
        }
        return mine || known;
    }

    /** A transaction may have succeeded although it was reported to have failed. */
    private boolean isRecorded(Op.Ended ended) {
        State.Phase phase = state().phase(ended.id());
        return state().attempts(ended.id()) == ended.attempt()
                && (phase == State.phase(ended.verdict()) || ended.verdict() == Op.Verdict.AGAIN)
                && isPresent();
    }

    /** Gives back a started task whose attempt was interrupted; ignored if it is not this farmer's any more. */
    public boolean requeued(Op.Requeued requeued) throws IOException {
        boolean mine = state().holds(store.farmer(), requeued.id(), requeued.attempt());
        if (mine) {
            Ids aborted = aborted(Ids.of(requeued.id()));
            append(requeued);
            cancelPending(aborted);
        }
        return mine;
    }

    /** Takes the tasks of farmers that are provably gone away from them; those that were lost too often are given up. */
    public void releaseGone() throws IOException {
        for (State.Farmer peer : store.gonePeers()) {
            Ids held = state().claimsOf(peer.number());
            Ids aborted = aborted(held);
            release(peer.number(), held);
            cancelPending(aborted);
            String name = peer.joined().identity().name();
            news.add("farmer " + name + " is gone"
                    + (held.isEmpty()
                            ? ""
                            : held.count() == 1 ? ": its task goes back" : ": its " + held.count() + " tasks go back"));
            giveUp(held, name);
        }
    }

    private void release(int farmer, Ids held) throws IOException {
        Ids.Builder started = new Ids.Builder();
        Ids.Builder untouched = new Ids.Builder();
        for (int id : held.toArray()) {
            State.Claim claim = Objects.requireNonNull(state().claims().get(id));
            if (claim.isRunning()) {
                append(new Op.Lost(farmer, id, claim.attempt(), claim.slot(), claim.start()));
            } else {
                (store.hasStarted(id, claim.attempt()) ? started : untouched).add(id);
            }
        }
        append(new Op.Gone(farmer, started.build(), untouched.build()));
        store.forget(farmer);
    }

    private void giveUp(Ids released, String lastFarmer) throws IOException {
        Ids.Builder hopeless = new Ids.Builder();
        for (int id : released.toArray()) {
            int losses = state().losses(id);
            if (losses >= store.maxLosses() && state().phase(id) == State.Phase.PENDING) {
                hopeless.add(id);
                news.add("task " + id + " failed: lost " + losses + (losses == 1 ? " time" : " times")
                        + " because its farmer died, the last time with " + lastFarmer + ", log "
                        + store.directory().log(id));
            }
        }
        Ids ids = hopeless.build();
        if (!ids.isEmpty()) {
            append(new Op.GivenUp(Op.GivenUp.LOST, ids));
        }
    }

    /** Returns what people should hear of once the transaction counts. */
    List<String> news() {
        return news;
    }

    /** Records an entry and applies it to the state. */
    void append(Op op) throws IOException {
        store.apply(op, time);
        ops.add(op);
        frozen |= op instanceof Op.Frozen tasks && tasks.asking() || op instanceof Op.Revised;
    }

    List<Op> ops() {
        return ops;
    }
}
