package taskfarmer.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What one farmer says at one moment, while it holds the lock. */
public final class Transaction {
    private final Store store;
    private final long time;
    private final List<Op> ops = new ArrayList<>();

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

    /** Takes up to {@code most} tasks, the first ones that are to be had. */
    public Ids claim(int most) throws IOException {
        Ids ids = state().firstPending(most);
        if (!ids.isEmpty()) {
            append(new Op.Claimed(ids));
        }
        return ids;
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
            append(new Op.Unclaimed(held));
        }
    }

    /** Records that an attempt runs; ignored if it is not this farmer's any more. */
    public void started(Op.Started started) throws IOException {
        if (state().holds(store.farmer(), started.id(), started.attempt())) {
            append(started);
        }
    }

    /**
     * Records the end of an attempt.
     *
     * @return false if its task was taken away meanwhile: the result is noted as late and does not count
     */
    public boolean ended(Op.Ended ended) throws IOException {
        boolean mine = state().holds(store.farmer(), ended.id(), ended.attempt());
        append(mine ? ended : new Op.Late(ended.id(), ended.attempt(), ended.status()));
        return mine;
    }

    /** Gives back a started task whose attempt was interrupted; ignored if it is not this farmer's any more. */
    public boolean requeued(Op.Requeued requeued) throws IOException {
        boolean mine = state().holds(store.farmer(), requeued.id(), requeued.attempt());
        if (mine) {
            append(requeued);
        }
        return mine;
    }

    /**
     * Takes the tasks of farmers that are provably gone away from them.
     *
     * @return the farmers
     */
    public List<State.Farmer> releaseGone() throws IOException {
        List<State.Farmer> gone = store.gonePeers();
        for (State.Farmer peer : gone) {
            release(peer.number());
        }
        return gone;
    }

    private void release(int farmer) throws IOException {
        Ids.Builder others = new Ids.Builder();
        for (int id : state().claimsOf(farmer).toArray()) {
            State.Claim claim = Objects.requireNonNull(state().claims().get(id));
            if (claim.isRunning()) {
                append(new Op.Lost(farmer, id, claim.attempt(), claim.slot(), claim.start()));
            } else {
                others.add(id);
            }
        }
        append(new Op.Gone(farmer, others.build()));
        store.forget(farmer);
    }

    /** Records an entry and applies it to the state. */
    void append(Op op) throws IOException {
        store.apply(op, time);
        ops.add(op);
    }

    List<Op> ops() {
        return ops;
    }
}
