package taskfarmer.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.LogName;
import taskfarmer.model.SharedDirectory;

/**
 * The logs of the tasks that a farmer runs: where they are, which are kept, and how long they may get. Safe for use by several
 * threads.
 *
 * <p>That a log is there, and that the one of the attempt before has been put aside, is how others see that an attempt was
 * started. So there is a file for each that runs, also where no output is kept.
 */
public final class Logs implements AutoCloseable {
    private final Path directory;
    private final Keep keep;
    private final @Nullable LogLimiter limiter;
    private final BitSet made = new BitSet(); // directories, guarded by itself

    /** Which logs are kept. */
    public enum Keep {
        /** All. */
        KEEP,
        /** Those of attempts that did not end well. */
        FAILED,
        /** None: output is thrown away. */
        NONE;

        /** Returns the word for it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Returns the logs of a farmer.
     *
     * @param directory where they are
     * @param limit how many bytes one may have; 0: any number
     */
    public Logs(Path directory, Keep keep, long limit) {
        this.directory = directory;
        this.keep = keep;
        this.limiter = limit > 0 && keep != Keep.NONE ? new LogLimiter(limit) : null;
    }

    /** Returns logs that are all kept as they are. */
    public static Logs kept(Path directory) {
        return new Logs(directory, Keep.KEEP, 0);
    }

    /** Returns the directory of the logs. */
    public Path directory() {
        return directory;
    }

    /** Returns whether output goes to logs at all. */
    boolean areWritten() {
        return keep != Keep.NONE;
    }

    /** Returns whether logs may become shorter while they are written. */
    boolean areCut() {
        return limiter != null;
    }

    /** Returns the log of a task's latest attempt. */
    Path of(int task) {
        return directory.resolve(LogName.of(task));
    }

    /** Makes the directory in which the log of a task is to lie, if it is not there. */
    public void prepare(int task) throws IOException {
        int number = LogName.directory(task);
        if (number >= 0) {
            synchronized (made) {
                if (!made.get(number)) {
                    SharedDirectory.make(directory.resolve(Integer.toString(number)));
                    made.set(number);
                }
            }
        }
    }

    /** Forgets which directories there are: somebody may have removed one. */
    void doubt() {
        synchronized (made) {
            made.clear();
        }
    }

    /** Begins to see to it that the log of an attempt, which has just been started, does not get too long, if it may not. */
    Optional<CappedLog> watch(int task) {
        return limiter == null ? Optional.empty() : Optional.of(limiter.watch(of(task)));
    }

    /** Puts the log of the attempt before aside, so that this one can be started. */
    public void putAside(int task, int attempt) throws IOException {
        if (attempt > 1) {
            prepare(task);
            Path earlier = directory.resolve(LogName.of(task, attempt - 1));
            try {
                Files.move(of(task), earlier, StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                // It was not kept; the trace of this attempt's start is needed all the same.
                Files.write(earlier, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            }
        }
    }

    /** Returns whether the log of a task that has ended is not kept. */
    public boolean drops(boolean endedWell) {
        return keep == Keep.NONE || keep == Keep.FAILED && endedWell;
    }

    /** Removes what is not kept of a task whose end, in this attempt, is recorded. */
    public void drop(int task, int attempt) throws IOException {
        Files.deleteIfExists(of(task));
        for (int number = attempt - 1; number > 0 && keep == Keep.NONE; number--) {
            Path earlier = directory.resolve(LogName.of(task, number));
            if (Files.isRegularFile(earlier) && Files.size(earlier) == 0) {
                Files.deleteIfExists(earlier); // a mere trace
            }
        }
    }

    @Override
    public void close() {
        if (limiter != null) {
            limiter.close();
        }
    }
}
