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

/** The task list that was named on the command line, a file or standard input, as its handler reads it. */
final class ListFile implements ListInput {
    private static final int BUFFER = 1 << 16;

    private final String name;
    private final ListReading reading;
    private final Source source;
    /** Whether the list has what barriers are written with, if that is known. */
    private Optional<Boolean> suspect = Optional.empty();

    private final Optional<Path> path;

    private interface Source {
        InputStream open() throws IOException;
    }

    private ListFile(String name, ListReading reading, Source source, Optional<Path> path) {
        this.name = name;
        this.reading = reading;
        this.source = source;
        this.path = path;
    }

    /** Returns the list in a file, after making sure that there is one. */
    static ListFile at(Path path, String shown, ListReading reading) {
        try (InputStream in = open(path, shown)) {
            in.read();
        } catch (IOException e) {
            throw unreadable(shown, e);
        }
        return new ListFile(shown, reading, () -> Files.newInputStream(path), Optional.of(path));
    }

    /** Opens the list in a file. */
    static InputStream open(Path path, String shown) {
        if (Files.isDirectory(path)) {
            throw FarmException.badInput(
                    "the task list " + shown + " is a directory", "Name a file with one command a line.");
        }
        try {
            return Files.newInputStream(path);
        } catch (NoSuchFileException e) {
            throw FarmException.badInput(
                    "there is no task list " + shown,
                    "Name a file with one command a line, or - for standard input.",
                    e);
        } catch (IOException e) {
            throw unreadable(shown, e);
        }
    }

    private static FarmException unreadable(String shown, IOException problem) {
        return FarmException.badInput(
                "the task list " + shown + " cannot be read", "Look at it: ls -l " + shown, problem);
    }

    /** Returns a list that has been read already. */
    static ListFile of(byte[] bytes, String shown, ListReading reading) {
        return new ListFile(shown, reading, () -> new ByteArrayInputStream(bytes), Optional.empty());
    }

    /** Returns the file; empty if it is none that could grow. */
    Optional<Path> path() {
        return path;
    }

    /** Returns the list as it is in the first bytes of the file; what follows may not be whole yet. */
    ListFile upTo(long length) {
        return new ListFile(name, reading, () -> new FirstBytes(source.open(), length), path);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String handler() {
        return reading.word();
    }

    @Override
    public Fingerprint fingerprint() throws IOException {
        BarrierSearch search = new BarrierSearch(reading.barrierMark());
        try (CountingStream in = new CountingStream(source.open())) {
            Fingerprint fingerprint = in.drain(search);
            suspect = Optional.of(search.found());
            return fingerprint;
        }
    }

    /** Returns whether the list has a barrier, and not only the words for it. */
    private boolean findsBarrier() throws IOException {
        try (InputStream in = new BufferedInputStream(source.open(), BUFFER)) {
            return reading.findsBarrier(in, name);
        }
    }

    @Override
    public Fingerprint read(Consumer<Task> tasks) throws IOException {
        if (suspect.isEmpty()) {
            fingerprint();
        }
        boolean expected = suspect.orElse(false) && findsBarrier();
        try (CountingStream in = new CountingStream(source.open())) {
            Runnable barriers = () -> {
                if (!expected) {
                    throw FarmException.badInput("the list was changed while it was read", "Start again.");
                }
            };
            reading.read(new BufferedInputStream(in, BUFFER), name, expected, barriers, tasks);
            return in.drain(new BarrierSearch(reading.barrierMark())); // a handler may stop before the end
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

        /** Reads to the end. */
        Fingerprint drain(BarrierSearch search) throws IOException {
            byte[] buffer = new byte[BUFFER];
            for (int read = 0; read >= 0; read = read(buffer, 0, buffer.length)) {
                search.accept(buffer, read);
            }
            return new Fingerprint(count, (int) getChecksum().getValue());
        }
    }
}
