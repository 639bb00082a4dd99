package taskfarmer.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;

/**
 * A farmer's own file in the lock directory: a counter that it moves as long as it lives, and a lock that it holds for
 * life.
 *
 * <p>The counter tells others that it lives; that they cannot have the lock tells them that locks exclude. Safe for use
 * by several threads; closing gives up the lock.
 */
final class Heartbeat implements AutoCloseable {
    private static final String WORD = "farmer ";
    private static final int LONGEST_NAME = 150;
    private static final int TRIES = 100;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    private final Storage storage;
    private final Path path;
    private final String name;
    private Opened own;
    private long counter;
    private boolean retired;

    /** The file, open and locked, and its lines, the last of which is known. */
    private record Opened(Storage.OpenFile file, SealedLines lines) {}

    /**
     * What another farmer's file shows at one moment.
     *
     * @param counter the counter; -1 if there is none to be read
     * @param free whether its lock can be had
     */
    record Pulse(long counter, boolean free) {}

    /**
     * Makes the file and takes its lock.
     *
     * @param name the farmer's name, for people who look into the file
     */
    Heartbeat(Storage storage, Path path, String name) throws IOException {
        this.storage = storage;
        this.path = path;
        this.name = name.substring(0, Math.min(name.length(), LONGEST_NAME));
        this.own = open();
    }

    /** Moves the counter. Should the file have been removed, it is made again, unless it has been {@linkplain #retire retired}. */
    synchronized void beat() throws IOException {
        if (retired) {
            return;
        }
        if (storage.identity(path).equals(Optional.of(own.file().identity()))) {
            lock(own.file());
            write(own.lines());
        } else {
            Opened fresh = open(); // first: what is still open keeps its inode number to itself
            own.file().close();
            own = fresh;
        }
    }

    /** Lets the counter rest for good. */
    synchronized void retire() {
        retired = true;
    }

    private Opened open() throws IOException {
        Storage.OpenFile file = storage.open(path, Storage.Mode.CREATE);
        try {
            lock(file);
            SealedLines lines = new SealedLines(file);
            lines.last(); // to write behind what another farmer of this number may have left
            write(lines);
            return new Opened(file, lines);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void lock(Storage.OpenFile opened) throws IOException {
        // Whoever looks whether it is locked has it for a moment.
        for (int tries = 0; !opened.renewLock(); tries++) {
            if (tries == TRIES) {
                throw FarmException.untrusted(
                        "the file " + path + " is locked by another process",
                        "Two farms use one lock directory: was the work directory copied? Give the copy a fresh start:"
                                + " keep its list, remove the directory, and run the list again.");
            }
            LockFile.pause(PAUSE);
        }
    }

    private void write(SealedLines lines) throws IOException {
        lines.write(WORD + (counter + 1) + ' ' + name);
        counter++;
    }

    /** Looks at another farmer's file. */
    static Pulse look(Storage storage, Path path) throws IOException {
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.UPDATE)) {
            boolean free = file.tryLock(); // first, because it makes NFS clients forget what they knew of the contents
            file.refresh(WORD.charAt(0));
            return new Pulse(counter(new SealedLines(file).last()), free);
        } catch (NoSuchFileException e) {
            return new Pulse(-1, true);
        }
    }

    private static long counter(@Nullable String line) {
        if (line == null || !line.startsWith(WORD)) {
            return -1;
        }
        int end = line.indexOf(' ', WORD.length());
        try {
            return Long.parseLong(line.substring(WORD.length(), end < 0 ? line.length() : end));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        retired = true;
        own.file().close();
    }
}
