package taskfarmer.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The other farmers that are there, and what is known of whether they live. */
final class Neighbours {
    private Liveness liveness;

    Neighbours(Liveness liveness) {
        this.liveness = liveness;
    }

    /** Replaces the proofs of death, for tests. */
    void proving(Liveness proofs) {
        liveness = proofs;
    }

    /** Returns all that have joined and not left, but for one. */
    static List<State.Farmer> of(State state, int self) {
        List<State.Farmer> others = new ArrayList<>();
        for (State.Farmer farmer : state.farmers().values()) {
            if (farmer.present() && farmer.number() != self) {
                others.add(farmer);
            }
        }
        return others;
    }

    /**
     * Returns the worst that is known of them. In the ring of those present, by number, each one looks at the next; where that
     * one is suspect, also at the one after it, and so on. So every farmer is watched by the nearest living one before it, and
     * each watches one, as a rule.
     *
     * @param closely those that are looked at in any case
     */
    Liveness.Verdict worst(List<State.Farmer> others, int self, Set<Integer> closely) throws IOException {
        List<State.Farmer> ring = new ArrayList<>();
        others.stream().filter(other -> other.number() > self).forEach(ring::add);
        others.stream().filter(other -> other.number() < self).forEach(ring::add);
        Liveness.Verdict worst = Liveness.Verdict.PRESENT;
        boolean allSuspect = true;
        for (State.Farmer other : ring) {
            boolean close = allSuspect || closely.contains(other.number());
            Liveness.Verdict verdict = close ? liveness.of(other) : liveness.atOnce(other);
            allSuspect &= verdict != Liveness.Verdict.PRESENT;
            worst = verdict.compareTo(worst) > 0 ? verdict : worst;
        }
        return worst;
    }

    /** Returns the best that is known of them; {@code GONE} if there are none. */
    Liveness.Verdict best(List<State.Farmer> others) throws IOException {
        Liveness.Verdict best = Liveness.Verdict.GONE;
        for (State.Farmer other : others) {
            Liveness.Verdict verdict = liveness.of(other);
            best = verdict.compareTo(best) < 0 ? verdict : best;
        }
        return best;
    }

    /** Returns those of this host that are dead and whose tasks are still being ended. */
    List<Identity> dying(List<State.Farmer> others) throws IOException {
        List<Identity> dying = new ArrayList<>();
        for (State.Farmer other : others) {
            if (liveness.of(other) == Liveness.Verdict.DYING) {
                dying.add(other.joined().identity());
            }
        }
        return dying;
    }

    /** Returns those that are provably gone. */
    List<State.Farmer> gone(List<State.Farmer> others) throws IOException {
        List<State.Farmer> gone = new ArrayList<>();
        for (State.Farmer other : others) {
            if (liveness.atOnce(other) == Liveness.Verdict.GONE || liveness.isStillGone(other)) {
                gone.add(other);
            }
        }
        return gone;
    }

    /** Returns the name of one that may be at work. */
    Optional<String> anyone(List<State.Farmer> others) throws IOException {
        for (State.Farmer other : others) {
            if (liveness.of(other) != Liveness.Verdict.GONE) {
                return Optional.of("farmer " + other.joined().identity().name());
            }
        }
        return Optional.empty();
    }
}
