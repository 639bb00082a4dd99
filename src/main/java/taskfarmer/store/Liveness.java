package taskfarmer.store;

import java.io.IOException;

/** What can be known about whether a farmer still lives; an interface, because tests have no farmers to kill. */
interface Liveness {
    /** What is known of a farmer. */
    enum Verdict {
        /** It lives, or nothing can be proved. */
        PRESENT,
        /** It is dead, but its reaper is still ending its tasks: nobody may start them again yet. */
        DYING,
        /** It and all that it started are provably gone. */
        GONE
    }

    /** Returns what is known of a farmer. */
    Verdict of(State.Farmer farmer) throws IOException;

    /** Returns proofs as this process can make them: for farmers of its own host. */
    static Liveness on(Identity self, LockDirectory locks) {
        return farmer -> {
            Identity other = farmer.joined().identity();
            if (!self.isOnHostOf(other)) {
                return Verdict.PRESENT;
            }
            if (!self.seesPidsOf(other)) {
                // Another boot, or a container on this kernel: what it locked for life is free once it is gone.
                return locks.isHeld(farmer.number()) ? Verdict.PRESENT : Verdict.GONE;
            }
            if (Identity.startOf(other.pid()) == other.started()) {
                return Verdict.PRESENT;
            }
            boolean reaping = Identity.startOf(farmer.joined().reaper())
                    == farmer.joined().reaperStarted();
            return reaping ? Verdict.DYING : Verdict.GONE;
        };
    }
}
