package taskfarmer.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;

/**
 * The one lock that all transactions of a farm are made under.
 *
 * <p>It is a POSIX record lock ({@code fcntl(2)}), which belongs to the process and is lost as soon as the process
 * closes <em>any</em> descriptor of the file. Therefore the file is opened once, here, and nowhere else.
 */
final class LockFile implements AutoCloseable {
    private static final long FIRST_PAUSE = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONG_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int PAUSES_PER_WAIT = 8;
    private static final long NOTICE_AFTER = TimeUnit.SECONDS.toNanos(10);

    private final Storage storage;
    private final Path path;
    private final Storage.OpenFile file;
    private final SealedLines lines;
    private final char first;
    private final Consumer<String> notices;
    private long lastWait; // for the lock, in ns

    /** What may be done while others have the lock. */
    interface Meanwhile {
        /** Does it. */
        void run() throws IOException;
    }

    /**
     * Opens the file, or makes it.
     *
     * @param first the first character of all lines in it
     */
    LockFile(Storage storage, Path path, char first, Consumer<String> notices) throws IOException {
        this.first = first;
        this.storage = storage;
        this.path = path;
        this.notices = notices;
        this.file = Sight.of(storage, () -> storage.open(path, Storage.Mode.CREATE));
        this.lines = new SealedLines(file);
    }

    /** Waits for the lock; see {@link #acquire(Supplier, Meanwhile)}. */
    void acquire(Supplier<Duration> patience) throws IOException {
        acquire(patience, () -> {});
    }

    /** Returns how long it took to get the lock the last time. */
    Duration lastWait() {
        return Duration.ofNanos(lastWait);
    }

    /**
     * Waits for the lock. It is tried again and again, with pauses in proportion to the time that has been waited, now or the last
     * time: so those who wait do not crowd the server, and those who come do not overtake them.
     *
     * @param patience how long at most; asked again and again, because it may become shorter meanwhile
     * @param meanwhile what is done while others have the lock for long
     * @throws FarmException if it could not be had, or if the file was deleted or replaced: then others lock another one
     */
    void acquire(Supplier<Duration> patience, Meanwhile meanwhile) throws IOException {
        long began = System.nanoTime();
        long notice = NOTICE_AFTER;
        // Who comes anew must not overtake all those who have been waiting for long, and so try rarely.
        long usual = lastWait > LONG_PAUSE ? lastWait / PAUSES_PER_WAIT : 0;
        long pause = Math.max(FIRST_PAUSE, Math.min(usual, LONGEST_PAUSE));
        while (!tryLock()) {
            long waited = System.nanoTime() - began;
            if (waited > patience.get().toNanos()) {
                throw FarmException.untrusted(
                        "the lock " + path + " was not to be had for " + TimeUnit.NANOSECONDS.toSeconds(waited) + " s",
                        "Another farmer holds it: stopped, or waiting for its file system. See who it is on its node:"
                                + " fuser " + path);
            }
            if (waited > notice) {
                notices.accept("waiting for the lock " + path + " for " + waited / NOTICE_AFTER * 10
                        + " s: another farmer holds it");
                notice = waited + NOTICE_AFTER;
            }
            if (waited > LONG_PAUSE) {
                meanwhile.run();
            }
            // Jitter, so that farmers that were refused together do not come back together.
            pause(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
            long longest = Math.max(LONG_PAUSE, Math.min(Math.max(waited / PAUSES_PER_WAIT, usual), LONGEST_PAUSE));
            pause = Math.min(pause * 2, longest);
        }
        lastWait = System.nanoTime() - began;
        boolean inPlace = false;
        try {
            checkInPlace();
            inPlace = true;
        } finally {
            if (!inPlace) {
                file.unlock(); // also if nobody can tell
            }
        }
    }

    /**
     * Makes sure that the file of this name is still the one that is open here; may be called by any thread.
     *
     * @throws FarmException if it was deleted or replaced: then others lock another one
     */
    void checkInPlace() throws IOException {
        if (!storage.identity(path).equals(Optional.of(file.identity()))) {
            throw FarmException.untrusted(
                    "the lock file " + path + " was deleted or replaced while the farm runs",
                    "Nothing was lost. Stop all farmers of this work directory, see what removes files there (a cleaning"
                            + " job?), then start again.");
        }
    }

    Path path() {
        return path;
    }

    void release() throws IOException {
        file.unlock();
    }

    /** Takes the lock if nobody has it. */
    boolean acquireNow() throws IOException {
        return tryLock();
    }

    /** Returns the line that the last holder wrote, or null if there is none that can be trusted. */
    @Nullable
    String line() throws IOException {
        file.refresh(first);
        return lines.last();
    }

    void write(String line) throws IOException {
        lines.write(line);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private boolean tryLock() throws IOException {
        try {
            return file.tryLock();
        } catch (IOException e) {
            if (Failures.mayPass(e)) {
                throw e;
            }
            Mount mount = Mount.of(path);
            throw FarmException.untrusted(
                    "the lock cannot be taken: " + Failures.describe(e) + " (" + mount.describe() + ")",
                    mount.lockCure()
                            + " A work directory keeps the lock directory that it began with, so begin with another"
                            + " --workdir.",
                    e);
        }
    }

    /** Waits a moment. */
    static void pause(long nanos) throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the lock");
        }
    }
}
