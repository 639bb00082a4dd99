package taskfarmer.store;

import java.io.IOException;

/** What can be known about whether a farmer still lives; an interface, because tests have no farmers to kill. */
interface Liveness {
    /** What is known of a farmer, from good to bad. */
    enum Verdict {
        /** It lives, or nothing speaks against it. */
        PRESENT,
        /** It has shown no sign of life for a while, or its lock can be had; nothing is proved. */
        SUSPECT,
        /** It is dead, but its tasks are still being ended: nobody may start them again yet. */
        DYING,
        /** It and all that it started are gone. */
        GONE
    }

    /**
     * Returns what is known of a farmer; touches the file system no more often than is needed to know.
     *
     * @throws taskfarmer.model.FarmException if what was seen proves that locks do not exclude
     */
    Verdict of(State.Farmer farmer) throws IOException;

    /** Returns what can be said without touching the file system, {@link Verdict#PRESENT} if that is nothing. */
    default Verdict atOnce(State.Farmer farmer) throws IOException {
        return of(farmer);
    }

    /** Returns whether a farmer that was found gone still is; asked under the lock, before its tasks are taken. */
    default boolean isStillGone(State.Farmer farmer) throws IOException {
        return of(farmer) == Verdict.GONE;
    }
}
