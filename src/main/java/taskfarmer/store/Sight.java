package taskfarmer.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A look at what must be there, because the protocol says so, and may be out of sight all the same.
 *
 * <p>Clients of network file systems remember names that were not there, and servers let names be seen before what they stand
 * for is complete: what another machine has just made may seem to be missing, or to be there and not there, for a moment. Only
 * what has been out of sight for about two seconds is taken to be missing.
 */
final class Sight {
    private static final int LOOKS = 20;
    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int DOUBLINGS = 6;

    private Sight() {}

    /** One look. */
    interface Look<T> {
        /** Returns what is seen. */
        T now() throws IOException;
    }

    /**
     * Returns what is seen as soon as something is there.
     *
     * @throws NoSuchFileException if it stays out of sight
     * @throws IOException if anything else goes wrong, and does not {@linkplain Failures#mayPass pass}
     */
    static <T> T of(Storage storage, Look<T> look) throws IOException {
        for (int looks = 1; looks < LOOKS; looks++) {
            try {
                return look.now();
            } catch (IOException e) {
                if (!(e instanceof NoSuchFileException) && !Failures.mayPass(e)) {
                    throw e;
                }
            }
            pause(storage, looks);
        }
        return look.now();
    }

    /** Returns what is seen as soon as it is what is wanted, or else what was seen last. What goes wrong is not tried again. */
    static <T> T until(Storage storage, Predicate<T> wanted, Look<T> look) throws IOException {
        T seen = look.now();
        for (int looks = 1; looks < LOOKS && !wanted.test(seen); looks++) {
            pause(storage, looks);
            seen = look.now();
        }
        return seen;
    }

    private static void pause(Storage storage, int looks) throws IOException {
        storage.pause(FIRST_PAUSE << Math.min(looks - 1, DOUBLINGS));
    }
}
