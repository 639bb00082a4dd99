package taskfarmer.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import taskfarmer.store.State;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/** Where the logs of tasks are: which file belongs to which attempt, also in the moment in which a new one begins. */
final class LogFiles {
    private final Storage storage;
    private final WorkDirectory directory;
    private final State state;

    LogFiles(Storage storage, WorkDirectory directory, State state) {
        this.storage = storage;
        this.directory = directory;
        this.state = state;
    }

    /** Returns how many attempts of a task were begun, as far as is known. */
    int begun(int task) {
        State.Claim claim = state.claims().get(task);
        return claim != null && claim.isRunning() ? claim.attempt() : state.attempts(task);
    }

    /** Returns the log of the latest attempt. */
    Path latest(int task) {
        return directory.log(task);
    }

    /** Returns the log of an attempt. That of the latest one known has another name already if the next one has just begun. */
    Path of(int task, int attempt) throws IOException {
        Path earlier = earlier(task, attempt);
        return attempt < begun(task) || exists(earlier) ? earlier : directory.log(task);
    }

    /** Returns where the log of an attempt is once the next one has begun. */
    Path earlier(int task, int attempt) {
        return directory.log(task, attempt);
    }

    boolean exists(Path log) throws IOException {
        return storage.identity(log).isPresent();
    }

    /** Opens a log; nothing if it does not exist. */
    Optional<Storage.OpenFile> open(Path log) throws IOException {
        try {
            return Optional.of(storage.open(log, Storage.Mode.READ));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Opens a log and finds out which file it is; nothing if it does not exist. */
    Optional<Opened> openIdentified(Path log) throws IOException {
        while (true) {
            Optional<Object> before = storage.identity(log);
            Optional<Storage.OpenFile> file = open(log);
            if (file.isEmpty()) {
                return Optional.empty();
            }
            if (before.isPresent() && before.equals(storage.identity(log))) {
                return Optional.of(new Opened(file.get(), before.get()));
            }
            file.get().close(); // the next attempt's log has taken the name meanwhile: which of them was opened?
        }
    }

    /**
     * A log that is open, whatever its name is by now.
     *
     * @param identity what identifies the file
     */
    record Opened(Storage.OpenFile file, Object identity) implements Closeable {
        boolean isSameAs(Opened other) {
            return identity.equals(other.identity);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
