package taskfarmer.farm;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.State;

/**
 * What people wish of this farmer, as the journal tells: that it drains, stops, has another number of slots, ends single tasks.
 *
 * <p>The journal is read by whoever has a reason to, in the midst of a transaction as well. What can be done there at once is:
 * it is told to {@link Stop}. The rest is done by the farmer's loop.
 */
final class Wishes {
    private final Board board;
    private final Stop stop;
    private final FarmListener listener;
    private final Aborts aborts;
    private volatile Heard heard = new Heard(Op.Wish.WORK, 0, Ids.NONE, Set.of());
    private int slots;
    private boolean draining;
    private Stop.Reason drained = Stop.Reason.wished(Op.Wish.DRAIN.word(), "drained: all tasks here have ended");

    /** What the journal said last. */
    private record Heard(Op.Wish wish, int slots, Ids numbers, Set<Integer> aborted) {}

    Wishes(Board board, Aborts aborts, Stop stop, FarmListener listener) {
        this.board = board;
        this.stop = stop;
        this.listener = listener;
        this.aborts = aborts;
    }

    /** Hears the state, which must not be kept; returns the most urgent wish. */
    Op.Wish hear(State state, int self) {
        State.Farmer me = state.farmers().get(self);
        if (me == null || !me.present()) {
            return heard.wish();
        }
        Set<Integer> aborted = state.aborted().isEmpty() ? Set.of() : aborted(state, self);
        heard = new Heard(me.wish(), me.slots(), me.numbers(), aborted);
        if (me.wish() == Op.Wish.STOP) {
            stop.ask(Stop.Reason.wished(Op.Wish.STOP.word(), "told to stop"));
        } else if (me.wish() == Op.Wish.KILL) {
            stop.ask(Stop.Reason.wished(Op.Wish.KILL.word(), "told to stop at once"));
            stop.hurry();
        }
        return me.wish();
    }

    private static Set<Integer> aborted(State state, int self) {
        Set<Integer> own = new HashSet<>(state.aborted());
        own.removeIf(task -> !state.isHeldBy(self, task));
        return own;
    }

    /**
     * Does what is wished, as far as it is not done yet.
     *
     * @return tasks that are not to run and that were claimed, not started
     */
    Ids obey(Slots running) throws IOException, InterruptedException {
        Heard now = heard;
        if (now.wish() == Op.Wish.DRAIN && !draining) {
            draining = true;
            running.use(0, now.numbers());
            int left = board.runningCount();
            listener.notice("told to drain: nothing new is taken"
                    + (left == 0 ? "" : left == 1 ? ", 1 running task ends" : ", " + left + " running tasks end"));
        } else if (!draining && now.slots() != slots) {
            if (slots != 0) {
                listener.notice("told to use " + (now.slots() == 1 ? "1 slot" : now.slots() + " slots") + " instead of "
                        + slots);
            }
            slots = now.slots();
            running.use(slots, now.numbers());
        }
        return aborts.obey(now.aborted());
    }

    /** Takes nothing any more, for a reason of this farmer's own. */
    void drain(Stop.Reason reason, Slots running) {
        if (draining) {
            return;
        }
        draining = true;
        drained = reason;
        running.use(0, heard.numbers());
        int left = board.runningCount();
        if (left > 0 && !reason.remedy().isEmpty()) { // otherwise it is as it should be
            listener.notice(reason.message() + ": nothing new is taken, "
                    + (left == 1 ? "1 running task ends" : left + " running tasks end"));
        }
    }

    /** Returns why it takes nothing any more, to be said when its tasks have ended. */
    Stop.Reason drained() {
        return drained;
    }

    /** Returns whether this farmer takes nothing any more. */
    boolean isDraining() {
        return draining;
    }

    /** Returns whether single tasks are being ended, which wants to be looked at often. */
    boolean isAborting() {
        return aborts.isBusy();
    }
}
