package taskfarmer.store;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The proofs of death that a process can make for farmers of its own host.
 *
 * <p>Between the death of a farmer and the moment when its tasks may be started again lies the work of its reaper. That it
 * is over shows in that no process bears the farmer's token any more; should that not happen, it is over after the time
 * that a reaper takes at most.
 */
final class HostLiveness implements Liveness {
    /** Longer than any reaper takes: 5 s of grace, 2 s for KILL, and what a loaded machine adds. */
    private static final long REAPED_WITHIN = TimeUnit.SECONDS.toNanos(15);

    private final Identity self;
    private final LockDirectory locks;
    private final Map<Integer, Long> seenDead = new HashMap<>();

    HostLiveness(Identity self, LockDirectory locks) {
        this.self = self;
        this.locks = locks;
    }

    @Override
    public synchronized Verdict of(State.Farmer farmer) {
        Identity other = farmer.joined().identity();
        try {
            if (!self.isOnHostOf(other) || isAlive(farmer)) {
                return Verdict.PRESENT;
            }
            boolean rebooted = !self.boot().equals(other.boot());
            return rebooted || isReaped(farmer) ? Verdict.GONE : Verdict.DYING;
        } catch (IOException e) {
            return Verdict.PRESENT; // whatever keeps us from looking proves nothing
        }
    }

    private boolean isAlive(State.Farmer farmer) throws IOException {
        Identity other = farmer.joined().identity();
        return self.seesPidsOf(other)
                ? Identity.startOf(other.pid()) == other.started()
                // Another boot, or a container on this kernel: what it locked for life is free once it is dead.
                : locks.isHeld(farmer.number());
    }

    private boolean isReaped(State.Farmer farmer) throws IOException {
        long since = seenDead.computeIfAbsent(farmer.number(), number -> System.nanoTime());
        if (System.nanoTime() - since > REAPED_WITHIN) {
            return true;
        }
        Op.Joined joined = farmer.joined();
        boolean reaping = joined.reaperStarted() >= 0 && Identity.startOf(joined.reaper()) == joined.reaperStarted();
        return self.seesPidsOf(joined.identity())
                && !reaping
                && !joined.identity().hasProcesses();
    }
}
