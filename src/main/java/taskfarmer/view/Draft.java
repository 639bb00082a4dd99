package taskfarmer.view;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/** A new version of a file, written beside it, that takes its place once it is whole. */
final class Draft extends OutputStream {
    private static final int BUFFER = 1 << 18;

    private final Storage storage;
    private final Path path;
    private final Storage.OpenFile file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private long written;

    /** Begins a draft; what an earlier writer that died has left under its name is removed. */
    Draft(Storage storage, Path path) throws IOException {
        this.storage = storage;
        this.path = path;
        storage.delete(path);
        this.file = storage.open(path, Storage.Mode.NEW);
    }

    /** Begins a new version of a view; nobody else writes one while the view lock is held. */
    static Draft of(Storage storage, WorkDirectory directory, String name) throws IOException {
        return new Draft(storage, directory.view("farm").resolve(name + ".new"));
    }

    @Override
    public void write(int b) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.put((byte) b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        if (buffer.remaining() < length) {
            flush();
        }
        if (buffer.capacity() < length) {
            write(ByteBuffer.wrap(bytes, from, length));
        } else {
            buffer.put(bytes, from, length);
        }
    }

    @Override
    public void flush() throws IOException {
        write(buffer.flip());
        buffer.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        file.write(bytes, written);
        written += length;
    }

    /** Returns how many bytes have been written, but for those that are not {@linkplain #flush flushed}. */
    long length() {
        return written;
    }

    /** Puts the draft in the place of the file, and returns its length. */
    long publish(Path target) throws IOException {
        flush();
        storage.replace(path, target);
        return written;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
