package taskfarmer.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import taskfarmer.store.Identity;

/**
 * The proofs that farmers on this host are gone for good: there is no such process, none that its tasks have started, and its
 * reaper has ended, unless that has had far more time than it takes. Of farmers in another PID namespace nothing is proved. Safe
 * for use by several threads.
 */
final class Owners {
    /** Longer than any reaper that works takes: 5 s of grace, 2 s for KILL, and what a loaded machine adds. */
    private static final long REAPED_WITHIN = TimeUnit.SECONDS.toNanos(15);

    /** Looking through all processes takes some ms: no more than this part of the time. */
    private static final long REST = 20;

    private final Identity self;
    private final LongSupplier nanoClock;
    private final Map<Identity, Dead> dead = new HashMap<>();

    /** Since when a farmer is known to be dead, and when its processes are looked for again. */
    private record Dead(long since, long nextLook) {}

    /** {@code nanoClock} is {@link System#nanoTime}, except in tests. */
    Owners(Identity self, LongSupplier nanoClock) {
        this.self = self;
        this.nanoClock = nanoClock;
    }

    /** Returns which of these are proved to be gone, with all that they started. */
    synchronized List<Identity> gone(Collection<Identity> owners) throws IOException {
        dead.keySet().retainAll(owners);
        List<Identity> gone = new ArrayList<>();
        for (Identity owner : owners) {
            if (self.provesEndOf(owner) && isReaped(owner)) {
                gone.add(owner);
            }
        }
        return gone;
    }

    private boolean isReaped(Identity owner) throws IOException {
        long now = nanoClock.getAsLong();
        Dead known = dead.getOrDefault(owner, new Dead(now, now));
        if (now < known.nextLook()) {
            return false;
        }
        Identity.Traces traces = owner.traces();
        long then = nanoClock.getAsLong();
        dead.put(owner, new Dead(known.since(), then + REST * (then - now)));
        return traces.processes().isEmpty() && (!traces.reaper() || now - known.since() > REAPED_WITHIN);
    }
}
