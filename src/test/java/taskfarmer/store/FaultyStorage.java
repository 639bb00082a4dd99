package taskfarmer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The machine's files, until a given change is to be made to them: then the machine crashes, or the change fails.
 *
 * <p>Only operations that change files are counted, from 1. Nothing is forced to the disk, because no test cuts the power;
 * but being asked to counts, as it may fail.
 */
public final class FaultyStorage implements Storage {
    private final Storage files = new FileStorage();
    private final Set<OpenFile> open = new LinkedHashSet<>();
    private int operations;
    private int faultAt = Integer.MAX_VALUE;
    private int bytesLetThrough;
    private String atomic = "";
    private @Nullable String failure;
    private boolean lasting;
    private boolean crashed;
    private Change latest = new Change("nothing", Path.of("/"), 0, new byte[0]);

    /** The death of the process that uses the files. */
    public static final class CrashError extends Error {
        private static final long serialVersionUID = 1L;

        CrashError(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * A change to files.
     *
     * @param what the operation's name
     * @param path the file
     * @param position where in the file, for a write
     * @param bytes what was to be written, for a write
     */
    public record Change(String what, Path path, long position, byte[] bytes) {
        @Override
        public String toString() {
            return what + " " + path.getFileName() + (bytes.length == 0 ? "" : " (" + bytes.length + " bytes)");
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    /** Lets the process die instead of making the change of this number, and refuses all that is asked for after it. */
    public FaultyStorage crashingAt(int operation) {
        faultAt = operation;
        return this;
    }

    /** Lets the change of this number fail with an error of this text. */
    public FaultyStorage failingAt(int operation, String error) {
        faultAt = operation;
        failure = error;
        return this;
    }

    /** Lets all later changes fail, too. */
    public FaultyStorage lasting() {
        lasting = true;
        return this;
    }

    /** Lets the first bytes of a write through before it fails. */
    public FaultyStorage afterBytes(int count) {
        bytesLetThrough = count;
        return this;
    }

    /** Lets a write to a file of this name be done as a whole or not at all. */
    public FaultyStorage atomic(String name) {
        atomic = name;
        return this;
    }

    /** Lets everything succeed from now on. */
    public void mend() {
        faultAt = Integer.MAX_VALUE;
    }

    /** Lets the process die now: what it had open is closed, as the kernel would do. */
    public void crash() throws IOException {
        crashed = true;
        for (OpenFile file : open) {
            file.close();
        }
    }

    /** Returns how many changes were asked for. */
    public int operations() {
        return operations;
    }

    /** Returns the change that was asked for last. */
    public Change latest() {
        return latest;
    }

    private void alive() {
        if (crashed) {
            throw new CrashError("this process is dead");
        }
    }

    private void change(Change change, Action part, Action whole) throws IOException {
        alive();
        operations++;
        latest = change;
        if (operations == faultAt || lasting && operations > faultAt) {
            part.run();
            if (failure == null) {
                crash();
                throw new CrashError("crash at operation " + operations + ": " + change);
            }
            throw new FileSystemException(change.path().toString(), null, failure);
        }
        whole.run();
    }

    private void change(String what, Path path, Action whole) throws IOException {
        change(new Change(what, path, 0, new byte[0]), () -> {}, whole);
    }

    @Override
    public OpenFile open(Path path, Mode mode) throws IOException {
        alive();
        OpenFile[] opened = new OpenFile[1];
        if (mode == Mode.NEW || mode == Mode.CREATE && files.identity(path).isEmpty()) {
            change("create", path, () -> opened[0] = files.open(path, mode));
        } else {
            opened[0] = files.open(path, mode);
        }
        open.add(opened[0]);
        return new FaultyFile(path, opened[0]);
    }

    @Override
    public void pause(long nanos) {}

    @Override
    public void createDirectory(Path path, boolean secret) throws IOException {
        alive();
        if (files.identity(path).isPresent()) {
            files.createDirectory(path, secret); // fails, and changes nothing
        }
        change("mkdir", path, () -> files.createDirectory(path, secret));
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        change("link", name, () -> files.link(existing, name));
    }

    @Override
    public void refresh(Path path, char first) throws IOException {
        files.refresh(path, first);
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        change("replace", to, () -> files.replace(from, to));
    }

    @Override
    public void delete(Path path) throws IOException {
        alive();
        if (files.identity(path).isPresent()) {
            change("delete", path, () -> files.delete(path));
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        alive();
        return files.list(directory);
    }

    @Override
    public Optional<Object> identity(Path path) throws IOException {
        alive();
        return files.identity(path);
    }

    private final class FaultyFile implements OpenFile {
        private final Path path;
        private final OpenFile file;

        FaultyFile(Path path, OpenFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            alive();
            return file.size();
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            alive();
            file.read(into, position);
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            byte[] all = new byte[bytes.remaining()];
            bytes.duplicate().get(all);
            int part = path.endsWith(atomic) ? 0 : Math.min(bytesLetThrough, all.length);
            change(
                    new Change("write", path, position, all),
                    () -> file.write(ByteBuffer.wrap(all, 0, part), position),
                    () -> file.write(bytes, position));
        }

        @Override
        public void truncate(long length) throws IOException {
            change("truncate", path, () -> file.truncate(length));
        }

        @Override
        public void force() throws IOException {
            change("force", path, () -> {});
        }

        @Override
        public boolean tryLock() throws IOException {
            alive();
            return file.tryLock();
        }

        @Override
        public void refresh(char first) throws IOException {
            file.refresh(first);
        }

        @Override
        public boolean renewLock() throws IOException {
            return file.renewLock();
        }

        @Override
        public void unlock() throws IOException {
            alive();
            file.unlock();
        }

        @Override
        public Object identity() throws IOException {
            alive();
            return file.identity();
        }

        @Override
        public void close() throws IOException {
            open.remove(file);
            file.close();
        }
    }
}
