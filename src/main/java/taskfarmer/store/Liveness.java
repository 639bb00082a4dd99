package taskfarmer.store;

import java.io.IOException;

/** What can be known about whether a farmer still lives; an interface, because tests have no farmers to kill. */
interface Liveness {
    /** What is known of a farmer. */
    enum Verdict {
        /** It lives, or nothing can be proved. */
        PRESENT,
        /** It is dead, but its tasks are still being ended: nobody may start them again yet. */
        DYING,
        /** It and all that it started are gone. */
        GONE
    }

    /** Returns what is known of a farmer. */
    Verdict of(State.Farmer farmer) throws IOException;
}
