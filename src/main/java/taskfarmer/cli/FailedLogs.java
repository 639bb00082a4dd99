package taskfarmer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import taskfarmer.history.Attempts;
import taskfarmer.history.Endings;
import taskfarmer.history.History;
import taskfarmer.history.TaskState;
import taskfarmer.model.Command;
import taskfarmer.model.NativeText;
import taskfarmer.store.Storage;
import taskfarmer.view.AttemptRow;
import taskfarmer.view.AttemptRows;

/** Each failed task with what its log says at its end. */
final class FailedLogs {
    private static final long MOST_BYTES = 1 << 16;

    private final OutputStream out;
    private final AttemptRows rows;
    private final LogFiles logs;
    private final Shown shown;
    private final int lines;
    private boolean first = true;

    /**
     * Returns what prints them.
     *
     * @param lines how many lines of each log
     */
    FailedLogs(OutputStream out, History history, LogFiles logs, Shown shown, int lines) {
        this.out = out;
        this.rows = new AttemptRows(history);
        this.logs = logs;
        this.shown = shown;
        this.lines = lines;
    }

    void write(History history, BooleanSupplier stopped) throws IOException, InterruptedException {
        new TaskSelection(List.of(), EnumSet.of(TaskState.FAILED), Optional.empty())
                .forEach(history, stopped, (id, state, command) -> write(id, command));
        if (first) {
            text("no task has failed\n");
        }
    }

    private void write(int id, Command command) throws IOException {
        Optional<AttemptRow> latest = rows.latest(id);
        Path log = latest.isPresent() ? logs.of(id, latest.get().number()) : logs.latest(id);
        text(first ? "" : "\n");
        first = false;
        text("task " + id + ": " + latest.map(FailedLogs::how).orElse("failed") + ", log " + shown.path(log) + "\n  ");
        out.write(command.bytes());
        out.write('\n');
        if (lines == 0) {
            return;
        }
        Optional<Storage.OpenFile> found = logs.open(log);
        if (found.isEmpty()) {
            String reason = logs.reason(id);
            text("    (the log does not exist" + (reason.isEmpty() ? "" : ": " + reason) + ")\n");
            return;
        }
        try (Storage.OpenFile file = found.get()) {
            long size = file.size();
            long from = LogText.lastLines(file, lines);
            if (size == 0) {
                text("    (the log is empty)\n");
            } else if (size - from > MOST_BYTES) {
                text("    (of these lines, the last " + MOST_BYTES + " bytes)\n");
                from = size - MOST_BYTES;
            }
            Indented indented = new Indented(out);
            LogText.copy(file, from, indented);
            indented.end();
        }
    }

    private static String how(AttemptRow row) {
        boolean ended = row.outcome().equals(Attempts.Outcome.FAILED.word()) && row.farmer() > 0;
        String how = ended ? Endings.describe(row.status(), row.reason()) : Wording.outcome(row);
        String time = row.duration() < 0 ? "" : ", " + Shown.time(row.duration() / 1e6);
        String host = row.host().isEmpty() ? "" : (time.isEmpty() ? "," : "") + " on " + row.host();
        return how + ", attempt " + row.number() + time + host;
    }

    private void text(String text) throws IOException {
        out.write(NativeText.bytes(text));
    }

    /** Puts blanks before each line. */
    private static final class Indented extends OutputStream {
        private final OutputStream out;
        private boolean atStart = true;

        Indented(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            if (atStart) {
                out.write(' ');
                out.write(' ');
                out.write(' ');
                out.write(' ');
            }
            out.write(b);
            atStart = b == '\n';
        }

        /** Ends the last line if it has no end yet. */
        void end() throws IOException {
            if (!atStart) {
                out.write('\n');
            }
        }
    }
}
