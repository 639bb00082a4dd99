package taskfarmer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The machine's files, of which any operation may fail, also one that changes nothing: opening, reading, looking at a name,
 * locking. Safe for use by several threads, like the files themselves.
 */
public final class FailingStorage extends ForwardingStorage {
    private final String error;
    private final AtomicInteger operations = new AtomicInteger();
    private volatile int first = Integer.MAX_VALUE;
    private volatile int last = Integer.MAX_VALUE;
    private volatile String failed = "";
    private final Map<String, List<Integer>> numbers = new ConcurrentHashMap<>();

    /** Returns files that fail with this error, once they are told to. */
    public FailingStorage(String error) {
        this.error = error;
    }

    /** Lets the operations with these numbers fail, counted from 1. */
    public FailingStorage failing(int from, int to) {
        last = to;
        first = from;
        return this;
    }

    /** Lets all operations fail from now on. */
    public void failNow() {
        failing(0, Integer.MAX_VALUE);
    }

    /** Lets everything succeed from now on. */
    public void mend() {
        first = Integer.MAX_VALUE;
    }

    /** Returns how many operations were asked for. */
    public int operations() {
        return operations.get();
    }

    /** Returns the numbers of the operations on files of this name. */
    public List<Integer> operationsOn(String name) {
        return numbers.getOrDefault(name, List.of());
    }

    /** Returns the first operation that failed; empty if none did. */
    public String failed() {
        return failed;
    }

    private void operation(String what, Path path) throws IOException {
        int number = operations.incrementAndGet();
        numbers.computeIfAbsent(String.valueOf(path.getFileName()), name -> new CopyOnWriteArrayList<>())
                .add(number);
        if (number >= first && number <= last) {
            failed = failed.isEmpty() ? number + ": " + what + " " + path.getFileName() : failed;
            throw new FileSystemException(path.toString(), null, error);
        }
    }

    @Override
    public OpenFile open(Path path, Mode mode) throws IOException {
        operation("open", path);
        return new File(path, files.open(path, mode));
    }

    @Override
    public void createDirectory(Path path, boolean secret) throws IOException {
        operation("mkdir", path);
        files.createDirectory(path, secret);
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        operation("link", name);
        files.link(existing, name);
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        operation("replace", to);
        files.replace(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        operation("delete", path);
        files.delete(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        operation("list", directory);
        return files.list(directory);
    }

    @Override
    public void refresh(Path path, char first) throws IOException {
        operation("refresh", path);
        files.refresh(path, first);
    }

    @Override
    public Optional<Object> identity(Path path) throws IOException {
        operation("stat", path);
        return files.identity(path);
    }

    private final class File implements OpenFile {
        private final Path path;
        private final OpenFile file;

        File(Path path, OpenFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            operation("size", path);
            return file.size();
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            operation("read", path);
            file.read(into, position);
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            operation("write", path);
            file.write(bytes, position);
        }

        @Override
        public void truncate(long length) throws IOException {
            operation("truncate", path);
            file.truncate(length);
        }

        @Override
        public void force() throws IOException {
            operation("force", path);
        }

        @Override
        public boolean tryLock() throws IOException {
            operation("lock", path);
            return file.tryLock();
        }

        @Override
        public void refresh(char first) throws IOException {
            operation("refresh", path);
            file.refresh(first);
        }

        @Override
        public boolean renewLock() throws IOException {
            operation("renew", path);
            return file.renewLock();
        }

        @Override
        public void unlock() throws IOException {
            file.unlock(); // the kernel knows that it is free even if the server cannot be told
            operation("unlock", path);
        }

        @Override
        public Object identity() throws IOException {
            operation("fstat", path);
            return file.identity();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
