package taskfarmer.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import taskfarmer.config.BatchJob;
import taskfarmer.model.FarmException;
import taskfarmer.store.Identity;
import taskfarmer.store.State;

/**
 * What shows from here of farmers that have not left: their processes, if they are on this host, and when they last wrote
 * their heartbeats. For people: whether a farmer is dead is for other farmers to decide. Used by one thread.
 */
public final class LifeSigns {
    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(900);
    private static final int SHARE_OF_TIME = 20;

    private final Path locks;
    private final Optional<Identity> self;
    private final Map<Integer, Sign> signs = new HashMap<>();
    private final Map<Integer, Long> beats = new HashMap<>(); // ms since the epoch
    private long next = System.nanoTime();

    /** Whether a farmer is there. */
    public enum Kind {
        /** Its heartbeat is as young as it promised. */
        BEATING,
        /** Its heartbeat is older than that: whoever comes next takes it for dead. */
        SILENT,
        /** Its process was on this host and is not there any more. */
        ENDED,
        /** There is no heartbeat to be seen from here. */
        UNSEEN;

        /** Returns the word for it. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * A farmer's sign of life.
     *
     * @param kind what it means
     * @param age how long ago the heartbeat was written, in s by this node's clock; nothing if there is none
     */
    public record Sign(Kind kind, OptionalDouble age) {
        private static final Sign NONE = new Sign(Kind.UNSEEN, OptionalDouble.empty());

        /** Returns whether the farmer may be at work. */
        public boolean isHopeful() {
            return kind == Kind.BEATING || kind == Kind.UNSEEN;
        }
    }

    /** Returns the signs in a lock directory. */
    public LifeSigns(Path locks) {
        this.locks = locks;
        this.self = self();
    }

    private static Optional<Identity> self() {
        try {
            return Optional.of(Identity.ofThisProcess(BatchJob.NONE));
        } catch (IOException | FarmException e) {
            return Optional.empty(); // then the heartbeats must do
        }
    }

    /** Looks at all farmers that have not left; the more rarely the longer that takes, so that many can be watched. */
    void look(State state, long now) {
        long began = System.nanoTime();
        boolean fresh = began - next >= 0;
        Map<Integer, Sign> seen = new HashMap<>();
        for (State.Farmer farmer : state.farmers().values()) {
            if (farmer.present()) {
                if (fresh || !beats.containsKey(farmer.number())) {
                    beats.put(farmer.number(), lastBeat(farmer.number()));
                }
                seen.put(farmer.number(), sign(farmer, now));
            }
        }
        signs.clear();
        signs.putAll(seen);
        beats.keySet().retainAll(seen.keySet());
        if (fresh) {
            long took = System.nanoTime() - began;
            next = System.nanoTime() + Math.max(SHORTEST_PAUSE, took * SHARE_OF_TIME);
        }
    }

    /** Returns what showed of a farmer at the last look. */
    Sign of(int farmer) {
        return signs.getOrDefault(farmer, Sign.NONE);
    }

    private long lastBeat(int farmer) {
        try {
            return Files.getLastModifiedTime(locks.resolve("farmer-" + farmer)).toMillis();
        } catch (IOException e) {
            return -1;
        }
    }

    private Sign sign(State.Farmer farmer, long now) {
        long beat = beats.getOrDefault(farmer.number(), -1L);
        double age = Math.max(0, (now / 1000 - beat) / 1000.0);
        OptionalDouble known = beat < 0 ? OptionalDouble.empty() : OptionalDouble.of(age);
        if (isEnded(farmer)) {
            return new Sign(Kind.ENDED, known);
        } else if (beat < 0) {
            return Sign.NONE;
        }
        return new Sign(age * 1000 > farmer.joined().deadAfter() ? Kind.SILENT : Kind.BEATING, known);
    }

    private boolean isEnded(State.Farmer farmer) {
        try {
            return self.isPresent() && self.get().provesEndOf(farmer.joined().identity());
        } catch (IOException e) {
            return false; // what cannot be seen proves nothing
        }
    }
}
