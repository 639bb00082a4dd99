package taskfarmer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.time.ZoneId;
import java.util.List;
import taskfarmer.history.Attempts;
import taskfarmer.history.History;
import taskfarmer.history.TaskState;
import taskfarmer.model.Command;
import taskfarmer.model.NativeText;
import taskfarmer.model.Signals;
import taskfarmer.store.Op;
import taskfarmer.store.State;
import taskfarmer.view.AttemptRow;
import taskfarmer.view.AttemptRows;
import taskfarmer.view.TimeText;

/** Single tasks with all that is known of them: where they are, and every attempt. */
final class TaskDetails {
    private final OutputStream out;
    private final History history;
    private final AttemptRows rows;
    private final LogFiles logs;
    private final Shown shown;
    private final long now;
    private final TimeText time = TimeText.in(ZoneId.systemDefault());

    /**
     * Returns what writes details to a stream.
     *
     * @param now the time, µs since the epoch
     */
    TaskDetails(OutputStream out, History history, LogFiles logs, Shown shown, long now) {
        this.out = out;
        this.history = history;
        this.rows = new AttemptRows(history);
        this.logs = logs;
        this.shown = shown;
        this.now = now;
    }

    void write(int id, TaskState taskState, Command command) throws IOException {
        List<AttemptRow> attempts = rows.of(id);
        line("task " + id + ": " + taskState.word() + remark(id, taskState, attempts));
        out.write(NativeText.bytes("  "));
        out.write(command.bytes());
        out.write('\n');
        for (AttemptRow attempt : attempts) {
            line("  attempt " + attempt.number() + ": " + outcome(attempt) + times(attempt) + place(attempt));
            line("    log " + shown.path(logs.of(id, attempt.number())));
        }
    }

    private String remark(int id, TaskState taskState, List<AttemptRow> attempts) {
        State.Claim claim = history.state().claims().get(id);
        if (claim != null) {
            String farmer = taskState == TaskState.CLAIMED ? " by farmer " + farmer(claim.farmer()) : "";
            return farmer + (history.state().aborted().contains(id) ? ", to be cancelled" : "");
        }
        boolean lost = !attempts.isEmpty()
                && attempts.get(attempts.size() - 1).outcome().equals(Attempts.Outcome.LOST.word());
        String losses = taskState == TaskState.FAILED && lost ? ", given up because it was lost with its farmers" : "";
        return losses + (attempts.isEmpty() && taskState != TaskState.PENDING ? ", never started" : "");
    }

    /** Returns how an attempt ended, in words. */
    static String outcome(AttemptRow attempt) {
        if (attempt.status() >= 0) {
            return attempt.outcome() + ", " + Signals.describe(attempt.status());
        }
        if (attempt.reason().equals(Op.Requeued.CANCEL)) {
            return TaskState.CANCELLED.word();
        }
        return attempt.outcome() + (attempt.reason().isEmpty() ? "" : " (" + attempt.reason() + ")");
    }

    private String times(AttemptRow attempt) {
        if (attempt.start() == 0) {
            return "";
        }
        String started = ", started " + time.seconds(attempt.start());
        if (attempt.isRunning()) {
            return started + ", for " + Shown.span(Math.max(0, now - attempt.start()) / 1e6);
        }
        return started + (attempt.duration() < 0 ? "" : ", took " + Shown.span(attempt.duration() / 1e6));
    }

    private String place(AttemptRow attempt) {
        if (attempt.farmer() == 0) {
            return "";
        }
        return ", farmer " + farmer(attempt.farmer()) + (attempt.slot() < 0 ? "" : ", slot " + attempt.slot());
    }

    private String farmer(int number) {
        State.Farmer farmer = history.state().farmers().get(number);
        return number + (farmer == null ? "" : " " + farmer.joined().identity().name());
    }

    private void line(String text) throws IOException {
        out.write(NativeText.bytes(text));
        out.write('\n');
    }
}
