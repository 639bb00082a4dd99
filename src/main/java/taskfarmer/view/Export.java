package taskfarmer.view;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import taskfarmer.history.Attempts;
import taskfarmer.history.History;
import taskfarmer.model.Command;
import taskfarmer.store.Ids;
import taskfarmer.store.State;

/** All attempts of a farm that are over, in the order in which their ends were recorded, in the format of another program. */
public final class Export {
    private static final int AT_ONCE = 1024;

    /** A format. */
    public enum Format {
        /** GNU parallel's joblog: one line for each task that has finished or failed, that of its latest attempt. */
        JOBLOG,
        /** Comma-separated values, one line for each attempt. */
        CSV,
        /** JSON Lines, one for each attempt. */
        JSON;

        /** Returns the word for it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        private AttemptWriter writer(OutputStream out) throws IOException {
            return switch (this) {
                case JOBLOG -> new Joblog(out);
                case CSV -> new Csv(out);
                case JSON -> new JsonLines(out);
            };
        }
    }

    private final History history;
    private final BooleanSupplier stopped;

    /**
     * Returns the export of a history that was read in full.
     *
     * @param stopped whether somebody wishes that it ends before its time
     */
    public Export(History history, BooleanSupplier stopped) {
        this.history = history;
        this.stopped = stopped;
    }

    /**
     * Writes it to a stream, which stays open.
     *
     * @return how many lines there are, without a header
     * @throws InterruptedException if somebody wishes so; then something is missing
     */
    public int write(Format format, OutputStream out) throws IOException, InterruptedException {
        AttemptWriter writer = format.writer(out);
        AttemptRows rows = new AttemptRows(history);
        int count = history.attempts().count();
        int[] chunk = new int[AT_ONCE];
        int written = 0;
        int at = 0;
        while (at < count) {
            int length = 0;
            while (at < count && length < chunk.length) {
                if (format != Format.JOBLOG || isLastWord(at)) {
                    chunk[length++] = at;
                }
                at++;
            }
            if (stopped.getAsBoolean()) {
                throw new InterruptedException("stopped by the user");
            }
            Command[] commands = commands(chunk, length);
            for (int i = 0; i < length; i++) {
                writer.write(rows.over(chunk[i]), commands[i]);
            }
            written += length;
        }
        writer.finish();
        return written;
    }

    /** Returns whether a task has ended, and with this attempt. */
    private boolean isLastWord(int index) {
        int task = history.attempts().task(index);
        State.Phase phase = history.state().phase(task);
        return history.attempts().latestOf(task) == index
                && (phase == State.Phase.FINISHED || phase == State.Phase.FAILED);
    }

    /** Returns the commands of attempts; they are read in order of ID, because neighbours are read at one stroke. */
    private Command[] commands(int[] indices, int length) throws IOException {
        Attempts attempts = history.attempts();
        int[] tasks = new int[length];
        for (int i = 0; i < length; i++) {
            tasks[i] = attempts.task(indices[i]);
        }
        int[] sorted = Arrays.stream(tasks).sorted().distinct().toArray();
        Ids.Builder ids = new Ids.Builder();
        for (int task : sorted) {
            ids.add(task);
        }
        Command[] found = history.commands(ids.build());
        Command[] commands = new Command[length];
        for (int i = 0; i < length; i++) {
            commands[i] = found[Arrays.binarySearch(sorted, tasks[i])];
        }
        return commands;
    }
}
