package taskfarmer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import taskfarmer.farm.Stop;
import taskfarmer.history.History;
import taskfarmer.history.TaskState;
import taskfarmer.model.FarmException;
import taskfarmer.store.State;
import taskfarmer.store.Storage;

/**
 * Prints the log of a task while it grows, that of its next attempt after it, and so on until the task has ended.
 *
 * <p>When an attempt begins, the log of the one before gets another name and a new file its old one. So which log is read is
 * known by the file's identity, and one that has got another name is read to its end first. The journal is always read before
 * the log: what it says has ended has written all that it had to.
 */
final class LogFollower {
    private static final long PAUSE_MILLIS = 200;
    private static final int PATIENCE = 25; // how many looks until a log that should be there is taken for missing

    private final History history;
    private final LogFiles logs;
    private final Stop stop;
    private final Output output;
    private final int task;
    private Storage.@Nullable OpenFile open;
    private LogPlace place = new LogPlace(0);
    private boolean waiting;
    private int missing;

    LogFollower(History history, LogFiles logs, Stop stop, Output output, int task) {
        this.history = history;
        this.logs = logs;
        this.stop = stop;
        this.output = output;
        this.task = task;
    }

    /**
     * Follows it.
     *
     * @param last how many lines of what is there already are printed; all if it is empty
     * @throws InterruptedException if the program is to end
     */
    void follow(OutputStream out, OptionalInt last) throws IOException, InterruptedException {
        OptionalInt lines = last;
        try {
            while (!isAtEnd(out, lines)) {
                lines = open == null ? lines : OptionalInt.empty();
                if (stop.await(PAUSE_MILLIS)) {
                    throw new InterruptedException("stopped by the user");
                }
                history.follow();
            }
        } finally {
            close();
        }
    }

    /** Prints what is new, and returns whether that was all. */
    private boolean isAtEnd(OutputStream out, OptionalInt lines) throws IOException {
        TaskState state = TaskState.of(history.state(), task);
        boolean whole = read(out, lines);
        out.flush();
        if (state.isOver()) {
            boolean started = logs.begun(task) > 0;
            if (!whole && started && missing++ < PATIENCE) {
                return false; // perhaps it is only not seen on this node yet
            } else if (!whole && started && open == null) {
                throw missing();
            } else if (!whole && !started) {
                throw LogsCommand.notStarted(task, state);
            }
            return true;
        }
        if (state == TaskState.PENDING && !waiting) {
            boolean nobody = history.state().farmers().values().stream().noneMatch(State.Farmer::present);
            output.warning("task " + task + " is pending" + (open == null ? "" : " again") + "; waiting until it starts"
                    + (nobody ? ", but no farmer is at work" : ""));
        }
        waiting = state == TaskState.PENDING;
        return false;
    }

    /** Reads the file of the log's name as far as it goes; returns false if there is none. */
    private boolean read(OutputStream out, OptionalInt lines) throws IOException {
        Optional<Storage.OpenFile> found = logs.open(logs.latest(task));
        Storage.OpenFile before = open;
        if (found.isEmpty()) {
            if (before == null) {
                place = new LogPlace(0);
            } else {
                place.copy(before, out);
            }
            return false;
        }
        Storage.OpenFile now = found.get();
        if (before == null) {
            place = new LogPlace(lines.isPresent() ? LogText.lastLines(now, lines.getAsInt()) : 0);
        } else if (!before.identity().equals(now.identity())) {
            place.copy(before, out);
            readBetween(before, now, out);
            place = new LogPlace(0);
        }
        close();
        open = now; // opened anew each time: only that has NFS ask its server
        place.copy(now, out);
        return true;
    }

    /** Reads the logs of attempts that have begun and ended since the last look; one of them may just have been opened. */
    private void readBetween(Storage.OpenFile before, Storage.OpenFile now, OutputStream out) throws IOException {
        boolean after = false;
        for (int attempt = 1; ; attempt++) {
            Optional<Storage.OpenFile> found = logs.open(logs.earlier(task, attempt));
            if (found.isEmpty() && attempt >= logs.begun(task)) {
                return;
            } else if (found.isPresent()) {
                try (Storage.OpenFile log = found.get()) {
                    if (log.identity().equals(now.identity())) {
                        return;
                    } else if (after) {
                        LogText.copy(log, 0, out);
                    }
                    after |= log.identity().equals(before.identity());
                }
            }
        }
    }

    private void close() throws IOException {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private FarmException missing() {
        return logs.missing(task, logs.latest(task).toString());
    }
}
