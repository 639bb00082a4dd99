package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;
import taskfarmer.process.Logs;
import taskfarmer.store.State;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/** Where the logs of tasks are: which file belongs to which attempt, also in the moment in which a new one begins. */
final class LogFiles {
    private final Storage storage;
    private final WorkDirectory directory;
    private final State state;
    private @Nullable Set<Logs.Keep> notes; // why logs are missing, as soon as somebody asks

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

    /** Returns why nothing is kept of what a task has printed, in words; empty if that is not known, or not so. */
    String reason(int task) {
        Set<Logs.Keep> known = notes;
        if (known == null) {
            known = LogNotes.of(directory.logs());
            notes = known;
        }
        if (known.contains(Logs.Keep.FAILED) && state.phase(task) == State.Phase.FINISHED) {
            return "it ended well, and a farmer was started with --logs failed";
        }
        return known.contains(Logs.Keep.NONE) ? "what tasks print was not kept (--logs none)" : "";
    }

    /** Returns the problem that a log is not there. */
    FarmException missing(int task, String log) {
        String reason = reason(task);
        return reason.isEmpty()
                ? FarmException.badInput(
                        "the log of task " + task + " is missing: " + log,
                        "Was it removed? The farm itself removes logs only if it is told so (--logs).")
                : FarmException.badInput(
                        "task " + task + " has no log: " + reason,
                        "Farmers that are started with --logs keep, which is the default, keep them from then on.");
    }

    /** Opens a log; nothing if it does not exist, or if what has its name is no file: a pipe would keep us waiting. */
    Optional<Storage.OpenFile> open(Path log) throws IOException {
        if (Files.exists(log) && !Files.isRegularFile(log)) {
            return Optional.empty();
        }
        try {
            return Optional.of(storage.open(log, Storage.Mode.READ));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
