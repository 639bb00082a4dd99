package taskfarmer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import taskfarmer.history.Attempts;
import taskfarmer.history.Endings;
import taskfarmer.history.History;
import taskfarmer.history.Skips;
import taskfarmer.history.TaskState;
import taskfarmer.model.Command;
import taskfarmer.model.NativeText;
import taskfarmer.store.Op;
import taskfarmer.store.State;
import taskfarmer.view.AttemptRow;
import taskfarmer.view.AttemptRows;
import taskfarmer.view.TimeText;

/** Tasks as a table, one line each, written as it comes: nothing of it is kept. */
final class TaskTable {
    private static final int STATE = 9;
    private static final int ATTEMPTS = 8;
    private static final int EXIT = 9;
    private static final int TIME = 10;
    private static final int STARTED = 19;
    private static final String UNKNOWN = "-";

    private final OutputStream out;
    private final State state;
    private final AttemptRows rows;
    private final Map<Integer, Integer> roots; // of tasks that were cancelled because of others
    private final TimeText time = TimeText.in(ZoneId.systemDefault());
    private final long now;
    private final int columns;
    private final int idWidth;
    private final int hostWidth;
    private final int exitWidth;

    /**
     * Returns a table.
     *
     * @param now the time, µs since the epoch
     * @param columns where lines are cut; 0 if they are not
     */
    TaskTable(OutputStream out, History history, long now, int columns) {
        this.out = out;
        this.state = history.state();
        this.rows = new AttemptRows(history);
        this.now = now;
        this.columns = columns;
        this.idWidth = Math.max(2, Integer.toString(state.size()).length());
        this.hostWidth = state.farmers().values().stream()
                .mapToInt(farmer -> farmer.joined().identity().place().length())
                .reduce(4, Math::max);
        this.roots = Skips.roots(state);
        this.exitWidth = roots.values().stream()
                .distinct()
                .mapToInt(root -> because(root).length())
                .reduce(EXIT, Math::max);
    }

    private String because(int root) {
        return Demands.because(root, TaskState.of(state, root));
    }

    void header() throws IOException {
        StringBuilder line = new StringBuilder();
        left(line, "ID", idWidth);
        right(line, "STATE", STATE);
        right(line, "ATTEMPTS", ATTEMPTS);
        right(line, "EXIT", exitWidth);
        left(line, "TIME", TIME);
        right(line, "STARTED", STARTED);
        right(line, "HOST", hostWidth);
        write(line, NativeText.bytes("COMMAND"));
    }

    void row(int id, TaskState taskState, Command command) throws IOException {
        Optional<AttemptRow> latest = rows.latest(id);
        StringBuilder line = new StringBuilder(96);
        left(line, Integer.toString(id), idWidth);
        right(line, taskState.word(), STATE);
        left(line, latest.map(row -> Integer.toString(row.number())).orElse("0"), ATTEMPTS);
        Integer root = roots.get(id);
        right(line, root != null ? because(root) : latest.map(TaskTable::exit).orElse(UNKNOWN), exitWidth);
        left(line, latest.map(this::duration).orElse(UNKNOWN), TIME);
        right(
                line,
                latest.filter(row -> row.start() > 0)
                        .map(row -> time.seconds(row.start()))
                        .orElse(UNKNOWN),
                STARTED);
        right(line, latest.map(AttemptRow::host).filter(host -> !host.isEmpty()).orElse(UNKNOWN), hostWidth);
        write(line, command.bytes());
    }

    /** Returns how an attempt ended, in a word or two: a number, a signal, a reason. */
    private static String exit(AttemptRow row) {
        if (row.reason().equals(Op.Ended.SKIPPED)) {
            return "not run";
        } else if (!row.reason().isEmpty() && !row.reason().equals(Attempts.ADOPTED)) {
            return Endings.reason(row.reason());
        } else if (!row.signal().isEmpty()) {
            return row.signal();
        } else if (row.status() >= 0) {
            return Integer.toString(row.status());
        } else if (!row.reason().isEmpty()) {
            return row.reason();
        }
        return row.isRunning() ? UNKNOWN : row.outcome();
    }

    private String duration(AttemptRow row) {
        if (row.isRunning()) {
            return Shown.span(Math.max(0, now - row.start()) / 1e6);
        }
        return row.duration() < 0 ? UNKNOWN : Shown.span(row.duration() / 1e6);
    }

    private static void right(StringBuilder line, String text, int width) {
        line.append(text);
        line.append(" ".repeat(Math.max(0, width - text.length()))).append("  ");
    }

    private static void left(StringBuilder line, String text, int width) {
        line.append(" ".repeat(Math.max(0, width - text.length())));
        line.append(text).append("  ");
    }

    private void write(StringBuilder line, byte[] command) throws IOException {
        if (columns > 0) {
            out.write(NativeText.bytes(ScreenLine.cut(line + NativeText.text(command), columns)));
        } else {
            out.write(NativeText.bytes(line.toString()));
            out.write(command);
        }
        out.write('\n');
    }
}
