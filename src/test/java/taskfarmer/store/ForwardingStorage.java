package taskfarmer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The machine's files, for tests that change what one operation does. */
public class ForwardingStorage implements Storage {
    protected final FileStorage files = new FileStorage();

    @Override
    public OpenFile open(Path path, Mode mode) throws IOException {
        return files.open(path, mode);
    }

    @Override
    public void createDirectory(Path path, boolean secret) throws IOException {
        files.createDirectory(path, secret);
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        files.link(existing, name);
    }

    @Override
    public void refresh(Path path, char first) throws IOException {
        files.refresh(path, first);
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        files.replace(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public Optional<Object> identity(Path path) throws IOException {
        return files.identity(path);
    }

    /** No test waits for what comes into sight. */
    @Override
    public void pause(long nanos) throws IOException {}

    /** An open file, for tests that change what one of its operations does. */
    public static class ForwardingFile implements OpenFile {
        protected final OpenFile file;

        /** Forwards to a file. */
        protected ForwardingFile(OpenFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            file.read(into, position);
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            file.write(bytes, position);
        }

        @Override
        public void refresh(char first) throws IOException {
            file.refresh(first);
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public boolean tryLock() throws IOException {
            return file.tryLock();
        }

        @Override
        public boolean renewLock() throws IOException {
            return file.renewLock();
        }

        @Override
        public void unlock() throws IOException {
            file.unlock();
        }

        @Override
        public Object identity() throws IOException {
            return file.identity();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
