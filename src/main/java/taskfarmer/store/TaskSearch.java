package taskfarmer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import taskfarmer.model.Command;

/** Finds single tasks in the task file, {@code ID command} a line in order of ID, by halving what is left of it. */
final class TaskSearch {
    private static final int SHORT = 1 << 14;
    private static final int LONGEST_ID = 11;

    private final Storage.OpenFile file;
    private final Path path;
    private final long length;

    private TaskSearch(Storage.OpenFile file, Path path, long length) {
        this.file = file;
        this.path = path;
        this.length = length;
    }

    /**
     * Returns the command of a task.
     *
     * @param length how many bytes of the file count
     */
    static Command find(Storage storage, Path path, long length, int task) throws IOException {
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.READ)) {
            return new TaskSearch(file, path, length).find(task);
        }
    }

    private Command find(int task) throws IOException {
        long from = 0; // the start of a line that is not behind the task's
        long to = length; // the task's line starts before
        while (to - from > SHORT) {
            long middle = from + (to - from) / 2;
            long line = lineFeed(middle) + 1;
            if (line < to && id(line) <= task) {
                from = line;
            } else {
                to = middle + 1;
            }
        }
        while (id(from) != task) {
            from = lineFeed(from) + 1;
        }
        int start = Integer.toString(task).length() + 1;
        byte[] line = new byte[Math.toIntExact(lineFeed(from) - from)];
        file.read(ByteBuffer.wrap(line), from);
        if (line[start - 1] == '\t') { // behind its attributes
            while (line[start++] != '\t') {
                // on to the next tab
            }
        }
        return Command.of(Arrays.copyOfRange(line, start, line.length));
    }

    private int id(long at) throws IOException {
        ByteBuffer text = ByteBuffer.allocate((int) Math.min(LONGEST_ID, length - at));
        file.read(text, at);
        text.flip();
        long id = 0;
        int digits = 0;
        while (text.hasRemaining() && Character.isDigit(text.get(text.position()))) {
            id = id * 10 + text.get() - '0';
            digits++;
        }
        if (digits == 0) {
            throw TaskFile.damaged(path, "no task starts at byte " + at);
        }
        return Math.toIntExact(id);
    }

    private long lineFeed(long from) throws IOException {
        byte[] chunk = new byte[SHORT];
        for (long at = from; at < length; at += chunk.length) {
            int count = (int) Math.min(chunk.length, length - at);
            file.read(ByteBuffer.wrap(chunk, 0, count), at);
            for (int i = 0; i < count; i++) {
                if (chunk[i] == '\n') {
                    return at + i;
                }
            }
        }
        throw TaskFile.damaged(path, "it ends in the middle of a line");
    }
}
