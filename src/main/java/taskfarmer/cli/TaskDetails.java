package taskfarmer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringJoiner;
import taskfarmer.history.Attempts;
import taskfarmer.history.History;
import taskfarmer.history.Skips;
import taskfarmer.history.TaskState;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.model.NativeText;
import taskfarmer.store.Awaited;
import taskfarmer.store.Ids;
import taskfarmer.store.Outlook;
import taskfarmer.store.State;
import taskfarmer.view.AttemptRow;
import taskfarmer.view.AttemptRows;
import taskfarmer.view.TimeText;

/** Single tasks with all that is known of them: where they are, and every attempt. */
final class TaskDetails {
    private final OutputStream out;
    private final History history;
    private final AttemptRows rows;
    private final Map<Integer, Integer> roots;
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
        this.roots = Skips.roots(history.state());
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
        demands(id, taskState);
        for (AttemptRow attempt : attempts) {
            line("  attempt " + attempt.number() + ": " + Wording.outcome(attempt) + times(attempt) + place(attempt));
            String usage = Demands.usage(attempt.usage());
            if (!usage.isEmpty()) {
                line("    " + usage);
            }
            Path log = logs.of(id, attempt.number());
            String reason = logs.exists(log) ? "" : logs.reason(id);
            line(reason.isEmpty() ? "    log " + shown.path(log) : "    no log: " + reason);
        }
    }

    /** Tells what the task asks for, and what it waits for. */
    private void demands(int id, TaskState taskState) throws IOException {
        Attributes attributes = history.attributes(Ids.of(id))[0];
        if (attributes.isEmpty()) {
            return;
        }
        String asked = attributes.shown();
        if (!asked.isEmpty()) {
            line("  asks for " + asked);
        }
        for (Awaited awaited : Awaited.by(history.state(), id)) {
            line("  " + (taskState == TaskState.PENDING ? "waits" : "waited") + " for " + awaited(awaited));
        }
        int retries = history.state().retries(id);
        if (attributes.retries() > 0 && !taskState.isOver()) {
            OptionalLong rest = Outlook.rest(history.state(), id);
            line("  " + retries + " of " + Shown.count(attributes.retries(), "retry", "retries") + " used"
                    + (rest.isPresent() ? ", next try in " + Shown.span(rest.getAsLong() / 1e3) : ""));
        }
    }

    private String awaited(Awaited awaited) {
        Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
        awaited.members().forEach(task -> counts.merge(TaskState.of(history.state(), task), 1, Integer::sum));
        StringJoiner states = new StringJoiner(", ");
        counts.forEach((state, count) ->
                states.add(awaited.members().count() == 1 ? state.word() : count + " " + state.word()));
        String name = awaited.name().isEmpty()
                ? "the tasks before the barrier"
                : Character.isDigit(awaited.name().charAt(0)) && awaited.name().matches("[0-9]+")
                        ? "task " + awaited.name()
                        : awaited.name();
        return name + (awaited.any() ? ", however they end" : "") + " (" + states + ")";
    }

    private String remark(int id, TaskState taskState, List<AttemptRow> attempts) {
        State.Claim claim = history.state().claims().get(id);
        if (claim != null) {
            String farmer = taskState == TaskState.CLAIMED ? " by farmer " + farmer(claim.farmer()) : "";
            return farmer + (history.state().aborted().contains(id) ? ", to be cancelled" : "");
        }
        Integer root = roots.get(id);
        if (root != null) {
            return ": " + Demands.because(root, TaskState.of(history.state(), root))
                    + (attempts.isEmpty() ? ", never started" : "");
        }
        boolean lost = !attempts.isEmpty()
                && attempts.get(attempts.size() - 1).outcome().equals(Attempts.Outcome.LOST.word());
        String losses = taskState == TaskState.FAILED && lost ? ", given up because it was lost with its farmers" : "";
        return losses + (attempts.isEmpty() && taskState != TaskState.PENDING ? ", never started" : "");
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
