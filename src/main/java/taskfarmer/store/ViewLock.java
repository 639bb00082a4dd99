package taskfarmer.store;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The lock that whoever writes the views holds, apart from the journal's, so that nobody's transaction waits for it.
 *
 * <p>Its file remembers how far the views have come, in one line.
 */
public final class ViewLock implements AutoCloseable {
    private final LockFile file;
    private final Supplier<Duration> patience;

    ViewLock(LockFile file, Supplier<Duration> patience) {
        this.file = file;
        this.patience = patience;
    }

    /** Waits for the lock. */
    public void acquire() throws IOException {
        file.acquire(patience);
    }

    /** Takes the lock if nobody has it. */
    public boolean tryAcquire() throws IOException {
        return file.acquireNow();
    }

    /** Gives the lock back. */
    public void release() throws IOException {
        file.release();
    }

    /** Returns the line that was last written, or null if there is none that can be trusted. */
    public @Nullable String line() throws IOException {
        return file.line();
    }

    /** Replaces the line. */
    public void write(String line) throws IOException {
        file.write(line);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
