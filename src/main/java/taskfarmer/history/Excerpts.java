package taskfarmer.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskfarmer.model.Command;
import taskfarmer.store.Ids;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/** The commands of tasks, and how their logs end: what people want to read of the tasks that they are shown. Used by one thread. */
public final class Excerpts {
    private static final int MANY = 2000; // from here on it is quicker to read the whole list
    private static final int MOST_KEPT = 10_000;

    private final Storage storage;
    private final History history;
    private final Map<Integer, Command> commands = new HashMap<>();

    /** Returns those of a farm. */
    public Excerpts(Storage storage, History history) {
        this.storage = storage;
        this.history = history;
    }

    /** Returns the command of a task; it is remembered. */
    public Command command(int task) {
        Command known = commands.get(task);
        if (known == null) {
            try {
                known = history.command(task);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (commands.size() >= MOST_KEPT) {
                commands.clear();
            }
            commands.put(task, known);
        }
        return known;
    }

    /** Prepares for being asked for the commands of all these tasks. */
    public void expect(List<Integer> tasks) throws IOException {
        if (tasks.size() >= MANY) {
            Ids.Builder ids = new Ids.Builder();
            tasks.forEach(ids::add);
            Command[] found = history.commands(ids.build());
            for (int i = 0; i < found.length; i++) {
                commands.put(tasks.get(i), found[i]);
            }
        }
    }

    /** Returns the log of a task's latest attempt, if there is one. */
    public Optional<Path> log(int task) {
        Path log = history.directory().log(task);
        try {
            return storage.identity(log).map(there -> log);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the last line that a task's latest attempt has printed, as bytes; empty if there is none. Only the end of a log
     * is read, so of a very long line the beginning is missing.
     */
    public byte[] lastLine(int task) {
        return lastLine(LogEnd.of(storage, history.directory().log(task)));
    }

    static byte[] lastLine(byte[] text) {
        int end = text.length;
        while (end > 0 && (text[end - 1] >= 0 && text[end - 1] <= ' ')) {
            end--;
        }
        int from = end;
        while (from > 0 && text[from - 1] != '\n' && text[from - 1] != '\r') {
            from--;
        }
        return Arrays.copyOfRange(text, from, end);
    }

    /** Returns the work directory. */
    public WorkDirectory directory() {
        return history.directory();
    }
}
