package taskfarmer.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import taskfarmer.model.FarmException;

/**
 * The proofs of death of other farmers: that there is no such process, for those whose processes can be seen; and that
 * the heartbeat has rested for as long as its owner promised, for all others.
 *
 * <p>Between the death of a farmer and the moment when its tasks may be started again lies the work of its reaper. Where
 * processes can be seen, it is over when none bears the farmer's token any more and the reaper has ended, which it does not
 * if it was stopped together with everything else. Elsewhere the farmer's promise is that it is over.
 */
final class PeerLiveness implements Liveness {
    /** Longer than any reaper that works takes: 5 s of grace, 2 s for KILL, and what a loaded machine adds. */
    private static final long REAPED_WITHIN = TimeUnit.SECONDS.toNanos(15);

    private static final long LONGEST_BETWEEN_LOOKS = TimeUnit.SECONDS.toNanos(2);
    private static final long LOOKS_PER_LIFE = 6;
    private static final long SHORTEST_INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_INTERVAL = TimeUnit.SECONDS.toNanos(10);

    private final Identity self;
    private final Path locks;
    private final Pulses pulses;
    private final LongSupplier nanoClock;
    private final Map<Integer, Observation> observations = new HashMap<>();
    private final Map<Integer, Dying> seenDead = new HashMap<>();

    /** What the last look at a heartbeat showed, and for how long it has rested, as far as somebody looked. */
    private record Observation(long at, Heartbeat.Pulse pulse, long rested) {}

    /** When a dead farmer was last looked at, and for how long its tasks have been being ended, as far as somebody looked. */
    private record Dying(long at, long lasted) {}

    /** How to look at a farmer's heartbeat. */
    interface Pulses {
        /** Looks at the heartbeat of the farmer with this number. */
        Heartbeat.Pulse of(int farmer) throws IOException;
    }

    /**
     * Returns a watcher.
     *
     * @param locks the directory of the locks, for people
     * @param nanoClock {@link System#nanoTime}, except in tests
     */
    PeerLiveness(Identity self, Path locks, Pulses pulses, LongSupplier nanoClock) {
        this.self = self;
        this.locks = locks;
        this.pulses = pulses;
        this.nanoClock = nanoClock;
    }

    @Override
    public synchronized Verdict atOnce(State.Farmer farmer) {
        try {
            return hasProcess(farmer) ? Verdict.PRESENT : afterDeath(farmer);
        } catch (IOException e) {
            return Verdict.PRESENT; // whatever keeps us from looking proves nothing
        }
    }

    @Override
    public synchronized Verdict of(State.Farmer farmer) {
        return of(farmer, false);
    }

    @Override
    public synchronized boolean isStillGone(State.Farmer farmer) {
        Observation last = observations.get(farmer.number());
        return last != null && last.rested() >= promised(farmer) && of(farmer, true) == Verdict.GONE;
    }

    private Verdict of(State.Farmer farmer, boolean now) {
        try {
            if (!hasProcess(farmer)) {
                return afterDeath(farmer);
            }
            Observation seen = observe(farmer, now);
            if (seen.rested() >= promised(farmer)) {
                return afterDeath(farmer);
            }
            seenDead.remove(farmer.number()); // should it have seemed dead before: its reaper has all of its time again
            boolean suspect = seen.pulse().free() || seen.rested() > promised(farmer) / 2;
            return suspect ? Verdict.SUSPECT : Verdict.PRESENT;
        } catch (IOException e) {
            return Verdict.PRESENT;
        }
    }

    private static long promised(State.Farmer farmer) {
        return TimeUnit.MILLISECONDS.toNanos(farmer.joined().deadAfter());
    }

    /** Returns whether the farmer's process may be there; false only if it is proved that it is not. */
    private boolean hasProcess(State.Farmer farmer) throws IOException {
        Identity other = farmer.joined().identity();
        return !self.seesPidsOf(other) || Identity.startOf(other.pid()) == other.started();
    }

    private Verdict afterDeath(State.Farmer farmer) throws IOException {
        return !self.seesPidsOf(farmer.joined().identity()) || isReaped(farmer) ? Verdict.GONE : Verdict.DYING;
    }

    private boolean isReaped(State.Farmer farmer) throws IOException {
        long now = nanoClock.getAsLong();
        Dying seen = seenDead.getOrDefault(farmer.number(), new Dying(now, 0));
        seen = new Dying(now, seen.lasted() + Math.min(now - seen.at(), LONGEST_BETWEEN_LOOKS));
        seenDead.put(farmer.number(), seen);
        Identity.Traces traces = farmer.joined().identity().traces();
        return traces.processes().isEmpty() && (!traces.reaper() || seen.lasted() > REAPED_WITHIN);
    }

    private Observation observe(State.Farmer farmer, boolean inAnyCase) throws IOException {
        long interval = Math.max(SHORTEST_INTERVAL, Math.min(LONGEST_INTERVAL, promised(farmer) / LOOKS_PER_LIFE));
        Observation before = observations.get(farmer.number());
        long now = nanoClock.getAsLong();
        if (before != null && !inAnyCase && now - before.at() < interval) {
            return before;
        }
        Observation seen = new Observation(now, pulses.of(farmer.number()), 0);
        if (before != null && seen.pulse().counter() == before.pulse().counter()) {
            // Time in which nobody looked does not count: this process may have been stopped, and the other as well.
            long since = Math.min(now - before.at(), 2 * interval);
            seen = new Observation(now, seen.pulse(), before.rested() + since);
        } else if (before != null && before.pulse().counter() >= 0) {
            requireLocksThatExclude(farmer, before.pulse(), seen.pulse());
        }
        observations.put(farmer.number(), seen);
        return seen;
    }

    /** A farmer that beats after its lock could be had, and has it not even now, lives without its lock excluding us. */
    private void requireLocksThatExclude(State.Farmer farmer, Heartbeat.Pulse before, Heartbeat.Pulse now) {
        if (before.free() && now.free() && now.counter() > before.counter()) {
            throw FarmException.untrusted(
                    "locks do not exclude: farmer " + farmer.joined().identity().name()
                            + " is alive, and its lock in " + locks + " can be had here all the same ("
                            + Mount.of(locks).describe() + ")",
                    Mount.of(locks).lockCure());
        }
    }
}
