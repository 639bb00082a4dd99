package taskfarmer.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;
import taskfarmer.store.ListInput;
import taskfarmer.tasks.TaskList;

/** The task list that was named on the command line, a file or standard input, as its handler reads it. */
final class ListFile implements ListInput {
    private static final int BUFFER = 1 << 16;

    private final String name;
    private final String handlerWord;
    private final TaskList handler;
    private final Source source;
    private final Optional<Path> path;

    private interface Source {
        InputStream open() throws IOException;
    }

    private ListFile(String name, String handlerWord, TaskList handler, Source source, Optional<Path> path) {
        this.name = name;
        this.handlerWord = handlerWord;
        this.handler = handler;
        this.source = source;
        this.path = path;
    }

    /** Returns the list in a file, after making sure that there is one. */
    static ListFile at(Path path, String shown, String handlerWord, TaskList handler) {
        if (Files.isDirectory(path)) {
            throw FarmException.badInput(
                    "the task list " + shown + " is a directory", "Name a file with one command a line.");
        }
        try (InputStream in = Files.newInputStream(path)) {
            in.read();
        } catch (NoSuchFileException e) {
            throw FarmException.badInput(
                    "there is no task list " + shown,
                    "Name a file with one command a line, or - for standard input.",
                    e);
        } catch (IOException e) {
            throw FarmException.badInput("the task list " + shown + " cannot be read", "Look at it: ls -l " + shown, e);
        }
        return new ListFile(shown, handlerWord, handler, () -> Files.newInputStream(path), Optional.of(path));
    }

    /** Returns a list that has been read already. */
    static ListFile of(byte[] bytes, String shown, String handlerWord, TaskList handler) {
        return new ListFile(shown, handlerWord, handler, () -> new ByteArrayInputStream(bytes), Optional.empty());
    }

    /** Returns the file; empty if it is none that could grow. */
    Optional<Path> path() {
        return path;
    }

    /** Returns the list as it is in the first bytes of the file; what follows may not be whole yet. */
    ListFile upTo(long length) {
        return new ListFile(name, handlerWord, handler, () -> new FirstBytes(source.open(), length), path);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String handler() {
        return handlerWord;
    }

    @Override
    public Fingerprint fingerprint() throws IOException {
        try (CountingStream in = new CountingStream(source.open())) {
            return in.drain();
        }
    }

    @Override
    public Fingerprint read(Consumer<Task> tasks) throws IOException {
        try (CountingStream in = new CountingStream(source.open())) {
            handler.read(new BufferedInputStream(in, BUFFER), name, tasks);
            return in.drain(); // a handler may stop before the end
        }
    }

    private static final class FirstBytes extends FilterInputStream {
        private long left;

        FirstBytes(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            int b = left > 0 ? super.read() : -1;
            left -= b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left == 0 && length > 0) {
                return -1;
            }
            int read = super.read(bytes, from, (int) Math.min(left, length));
            left -= Math.max(0, read);
            return read;
        }
    }

    private static final class CountingStream extends CheckedInputStream {
        private long count;

        CountingStream(InputStream in) {
            super(in, new CRC32C());
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count += Math.max(0, read);
            return read;
        }

        Fingerprint drain() throws IOException {
            byte[] buffer = new byte[BUFFER];
            while (read(buffer, 0, buffer.length) >= 0) {
                // only counted and summed
            }
            return new Fingerprint(count, (int) getChecksum().getValue());
        }
    }
}
