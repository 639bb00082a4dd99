package taskfarmer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;

/**
 * The frozen tasks, {@code ID command} a line, and where in the file each one lies. A task that asks for something has a tab in
 * the place of the space, then its attributes, another tab, and its command.
 *
 * <p>Only the positions are held in memory; the rest is read when it is needed. What the file holds beyond the bytes that the journal speaks of was written by a farmer that died before its commit, and is overwritten.
 */
final class TaskFile {
    private static final int CHUNK = 1 << 20;
    private static final int HEARD_AT_ONCE = 4096;
    private static final byte[] NO_ATTRIBUTES = {' '};

    private final Storage storage;
    private final Path path;
    private final Intake intake;
    private long[] starts = {0};
    private int size;
    private boolean asking; // whether some tasks have attributes

    /** Hears what the tasks of a block ask for of which some ask for anything. */
    interface Intake {
        /** A task asks for this, perhaps for nothing. */
        void asks(int task, Attributes attributes);
    }

    TaskFile(Storage storage, Path path, Intake intake) {
        this.storage = storage;
        this.path = path;
        this.intake = intake;
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
        try (Storage.OpenFile file = Sight.of(storage, () -> storage.open(path, Storage.Mode.READ))) {
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
        if (frozen.asking()) {
            asking = true;
            hearAll(frozen);
        }
    }

    /** Has the intake hear of all tasks, in order; many in a row have the same attributes. */
    private void hearAll(Op.Frozen frozen) throws IOException {
        byte[] last = new byte[0];
        Attributes attributes = Attributes.NONE;
        int end = frozen.first() + frozen.count();
        for (int first = frozen.first(); first < end; first += HEARD_AT_ONCE) {
            Ids ids = Ids.range(first, Math.min(HEARD_AT_ONCE, end - first));
            byte[] lines = raw(ids);
            int line = 0;
            for (int task : ids.toArray()) {
                int from = line + digits(task) + 1;
                boolean asks = lines[from - 1] == '\t';
                if (asks) {
                    int to = tab(lines, from);
                    if (!Arrays.equals(lines, from, to, last, 0, last.length)) {
                        last = Arrays.copyOfRange(lines, from, to);
                        attributes = attributes(last);
                    }
                }
                intake.asks(task, asks ? attributes : Attributes.NONE);
                line += length(task);
            }
        }
    }

    private Attributes attributes(byte[] text) {
        try {
            return Attributes.ofText(new String(text, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged("the attributes of a task are none");
        }
    }

    private int tab(byte[] lines, int from) {
        for (int i = from; i < lines.length && lines[i] != '\n'; i++) {
            if (lines[i] == '\t') {
                return i;
            }
        }
        throw damaged("the attributes of a task have no end");
    }

    private static int digits(int task) {
        return Integer.toString(task).length();
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
        byte[] lines = raw(ids);
        Command[] commands = new Command[ids.count()];
        int count = 0;
        int line = 0;
        for (int task : ids.toArray()) {
            int next = line + length(task);
            int command = command(lines, line, task);
            commands[count++] = Command.of(Arrays.copyOfRange(lines, command, next - 1));
            line = next;
        }
        return commands;
    }

    /** Returns what tasks asked for when they were frozen, in their order. */
    Attributes[] attributes(Ids ids) throws IOException {
        Attributes[] attributes = new Attributes[ids.count()];
        Arrays.fill(attributes, Attributes.NONE);
        if (!asking) {
            return attributes;
        }
        byte[] lines = raw(ids);
        int count = 0;
        int line = 0;
        for (int task : ids.toArray()) {
            int from = line + digits(task) + 1;
            if (lines[from - 1] == '\t') {
                attributes[count] = attributes(Arrays.copyOfRange(lines, from, tab(lines, from)));
            }
            count++;
            line += length(task);
        }
        return attributes;
    }

    /** Returns where the command begins in a line. */
    private int command(byte[] lines, int line, int task) {
        int after = line + digits(task) + 1;
        return lines[after - 1] == '\t' ? tab(lines, after) + 1 : after;
    }

    /** Returns the lines {@code ID command} of tasks, in their order. */
    byte[] lines(Ids ids) throws IOException {
        byte[] lines = raw(ids);
        if (!asking) {
            return lines;
        }
        ByteBuffer plain = ByteBuffer.allocate(lines.length);
        int line = 0;
        for (int task : ids.toArray()) {
            int next = line + length(task);
            int command = command(lines, line, task);
            plain.put(lines, line, digits(task)).put((byte) ' ').put(lines, command, next - command);
            line = next;
        }
        return Arrays.copyOf(plain.array(), plain.position());
    }

    /** Returns the lines of tasks as they are, in their order; neighbours are read at one stroke. */
    private byte[] raw(Ids ids) throws IOException {
        if (ids.isEmpty()) {
            return new byte[0]; // the file may not be there yet
        }
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
        private boolean attributed;

        Writer() throws IOException {}

        /** Returns the ID that the task gets. */
        int add(Task task) throws IOException {
            int id = Math.addExact(size, count++);
            byte[] command = task.command().bytes();
            byte[] number = Integer.toString(id).getBytes(StandardCharsets.US_ASCII);
            byte[] attributes = task.attributes().isEmpty()
                    ? NO_ATTRIBUTES
                    : ('\t' + task.attributes().text() + '\t').getBytes(StandardCharsets.US_ASCII);
            attributed |= attributes.length > 1;
            int length = number.length + attributes.length + command.length + 1;
            if (buffer.remaining() < length) {
                flush();
                buffer = buffer.capacity() < length ? ByteBuffer.allocate(length) : buffer;
            }
            buffer.put(number).put(attributes).put(command).put((byte) '\n');
            return id;
        }

        /** Writes what is left and returns the entry that makes the tasks count. */
        Op.Frozen finish() throws IOException {
            flush();
            file.force();
            return new Op.Frozen(size, count, offset, written, (int) crc.getValue(), attributed);
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
