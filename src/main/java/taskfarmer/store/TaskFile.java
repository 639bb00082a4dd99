package taskfarmer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;

/**
 * The frozen tasks, {@code ID command} a line, and where in the file each one lies.
 *
 * <p>Only the positions are held in memory; commands are read when they are needed. What the file holds beyond the
 * bytes that the journal speaks of was written by a farmer that died before its commit, and is overwritten.
 */
final class TaskFile {
    private static final int CHUNK = 1 << 20;

    private final Storage storage;
    private final Path path;
    private long[] starts = {0};
    private int size;

    TaskFile(Storage storage, Path path) {
        this.storage = storage;
        this.path = path;
    }

    /** Takes note of tasks that the journal says were frozen, after checking that their bytes are the ones meant. */
    void accept(Op.Frozen frozen) throws IOException {
        int lines = Math.addExact(size, frozen.count());
        if (lines >= starts.length) { // tasks may be added one by one, many times
            starts = Arrays.copyOf(starts, Math.max(lines + 1, (int)
                    Math.min(Integer.MAX_VALUE - 8, starts.length * 3L / 2)));
        }
        int line = size;
        CRC32C crc = new CRC32C();
        if (size > 0) {
            storage.refresh(path, '0'); // the ID of the first task
        }
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.READ)) {
            byte[] chunk = new byte[(int) Math.min(CHUNK, Math.max(frozen.length(), 1))];
            for (long at = 0; at < frozen.length(); at += chunk.length) {
                int length = (int) Math.min(chunk.length, frozen.length() - at);
                ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, length);
                file.read(buffer, frozen.offset() + at);
                if (buffer.hasRemaining()) {
                    throw damaged("it ends too early");
                }
                crc.update(chunk, 0, length);
                for (int i = 0; i < length; i++) {
                    if (chunk[i] == '\n' && line < size + frozen.count()) {
                        starts[++line] = frozen.offset() + at + i + 1;
                    }
                }
            }
        }
        if ((int) crc.getValue() != frozen.crc() || line != size + frozen.count()) {
            throw damaged("tasks " + frozen.first() + " to " + (frozen.first() + frozen.count() - 1)
                    + " are not what was written");
        }
        size = line;
    }

    private FarmException damaged(String problem) {
        return damaged(path, problem);
    }

    static FarmException damaged(Path path, String problem) {
        return FarmException.untrusted(
                "the frozen task list " + path + " is damaged: " + problem,
                "Nothing was changed. Restore the file from a snapshot or backup.");
    }

    /** Returns the command of a task. */
    Command command(int task) throws IOException {
        return commands(Ids.of(task))[0];
    }

    /** Returns the commands of tasks, in their order. */
    Command[] commands(Ids ids) throws IOException {
        byte[] lines = lines(ids);
        Command[] commands = new Command[ids.count()];
        int count = 0;
        int line = 0;
        for (int task : ids.toArray()) {
            int next = line + length(task);
            int command = line + Integer.toString(task).length() + 1;
            commands[count++] = Command.of(Arrays.copyOfRange(lines, command, next - 1));
            line = next;
        }
        return commands;
    }

    /** Returns the lines {@code ID command} of tasks, in their order; neighbours are read at one stroke. */
    byte[] lines(Ids ids) throws IOException {
        int[] tasks = ids.toArray();
        int length = 0;
        for (int task : tasks) {
            length = Math.addExact(length, length(task));
        }
        ByteBuffer lines = ByteBuffer.allocate(length);
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.READ)) {
            int from = 0;
            while (from < tasks.length) {
                int to = from + 1;
                while (to < tasks.length && tasks[to] == tasks[to - 1] + 1) {
                    to++;
                }
                long end = starts[tasks[to - 1] + 1];
                for (long at = starts[tasks[from]]; at < end; at += CHUNK) {
                    lines.limit(lines.position() + (int) Math.min(CHUNK, end - at));
                    file.read(lines, at);
                    if (lines.hasRemaining()) {
                        throw damaged("it became shorter");
                    }
                }
                from = to;
            }
        }
        return lines.array();
    }

    private int length(int task) {
        return (int) (starts[task + 1] - starts[task]);
    }

    /** Returns a writer that puts tasks behind those that are known. */
    Writer writer() throws IOException {
        return new Writer();
    }

    /** Writes tasks to the end of the file; they count once the journal says so. */
    final class Writer implements AutoCloseable {
        private final Storage.OpenFile file = storage.open(path, Storage.Mode.CREATE);
        private final long offset = starts[size];
        private final CRC32C crc = new CRC32C();
        private ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        private long written;
        private int count;

        Writer() throws IOException {}

        /** Returns the ID that the task gets. */
        int add(Command command) throws IOException {
            int id = Math.addExact(size, count++);
            byte[] number = Integer.toString(id).getBytes(StandardCharsets.US_ASCII);
            int length = number.length + command.bytes().length + 2;
            if (buffer.remaining() < length) {
                flush();
                buffer = buffer.capacity() < length ? ByteBuffer.allocate(length) : buffer;
            }
            buffer.put(number).put((byte) ' ').put(command.bytes()).put((byte) '\n');
            return id;
        }

        /** Writes what is left and returns the entry that makes the tasks count. */
        Op.Frozen finish() throws IOException {
            flush();
            file.force();
            return new Op.Frozen(size, count, offset, written, (int) crc.getValue());
        }

        private void flush() throws IOException {
            buffer.flip();
            crc.update(buffer.duplicate());
            int length = buffer.remaining();
            file.write(buffer, offset + written);
            written += length;
            buffer.clear();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
