package taskfarmer.farm;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import taskfarmer.process.Reaper;
import taskfarmer.store.Identity;
import taskfarmer.store.State;
import taskfarmer.store.Store;

/** A farmer's eye on the others: finds those that are dead, sees to it that their tasks end, and knows whom to wait for. */
final class Watch {
    private static final long LOOK_AROUND = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_AT_DYING = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SWEPT_AFTER = TimeUnit.SECONDS.toNanos(10);
    private static final int ROUNDS_BEFORE_NOTICE = 2;

    private final Store store;
    private final Reaper reaper;
    private final boolean linger;
    private final FarmListener listener;
    private long looked = System.nanoTime();
    private long dyingSince;
    private Store.Peers peers = Store.Peers.WELL;
    private int rounds;
    private final Set<Identity> told = new HashSet<>(); // of processes that cannot be ended

    /**
     * Returns a watch.
     *
     * @param linger whether to stay, when nothing is left to take, until all tasks of all farmers are recorded
     */
    Watch(Store store, Reaper reaper, boolean linger, FarmListener listener) {
        this.store = store;
        this.reaper = reaper;
        this.linger = linger;
        this.listener = listener;
    }

    /**
     * Looks after the others, if it is time to or there is nothing else to do.
     *
     * @param idle whether there is nothing else to do
     * @return whether one is gone: the next transaction can take its tasks
     */
    boolean findsOneGone(boolean idle) throws IOException {
        long now = System.nanoTime();
        if (!idle && now - looked < LOOK_AROUND) {
            return false;
        }
        looked = now;
        peers = store.checkPeers(idle);
        if (peers != Store.Peers.DYING) {
            dyingSince = 0;
        } else if (dyingSince == 0) {
            dyingSince = now;
        } else if (now - dyingSince > SWEPT_AFTER) {
            sweep();
        }
        return peers == Store.Peers.GONE;
    }

    /** Ends what dead farmers of this host have left, if their own reapers have not done so in time. */
    private void sweep() throws IOException {
        for (Identity dead : store.dying()) {
            reaper.sweep(dead.token());
            List<Long> left = dead.traces().processes();
            if (!left.isEmpty() && told.add(dead)) {
                listener.notice("farmer " + dead.name() + " is dead, but processes of its tasks cannot be ended: "
                        + left + "; its tasks wait until they have");
            }
        }
    }

    /** Returns whether a farmer without work waits: for those that may be dead, or, if it lingers, for all others. */
    boolean isToStay() {
        int elsewhere = store.look(state -> state.count(State.Phase.CLAIMED));
        boolean stays = peers == Store.Peers.DYING || elsewhere > 0 && (linger || peers == Store.Peers.SUSPECT);
        // Whoever looks suspicious for a moment may just have left.
        rounds = stays ? rounds + 1 : 0;
        if (rounds == ROUNDS_BEFORE_NOTICE && peers != Store.Peers.DYING) {
            String tasks = elsewhere == 1 ? "1 task is" : elsewhere + " tasks are";
            String until = peers == Store.Peers.SUSPECT
                    ? "of which one shows no sign of life: waiting to know whether it is dead"
                    : "staying until all are recorded";
            listener.notice("nothing is left to take; " + tasks + " with other farmers, " + until);
        }
        return stays;
    }

    /** Returns how long the farmer may be busy with other things until it is to look again, in ns. */
    long pause() {
        return peers == Store.Peers.DYING ? LOOK_AT_DYING : LOOK_AROUND;
    }
}
