package taskfarmer.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import taskfarmer.store.ForwardingStorage;

/** The machine's files with other locks: for tests of file systems that are not at hand. */
class OtherStorage extends ForwardingStorage {
    /** Takes a lock in its own way. */
    boolean tryLock(OpenFile file) throws IOException {
        return file.tryLock();
    }

    /** Is called when something was read from a lock file. */
    void haveReadLockFile(OpenFile file) throws IOException {}

    @Override
    public OpenFile open(Path path, Mode mode) throws IOException {
        OpenFile file = super.open(path, mode);
        return path.getFileName().toString().startsWith("lock") ? new LockFile(file) : file;
    }

    private final class LockFile extends ForwardingFile {
        LockFile(OpenFile file) {
            super(file);
        }

        @Override
        public boolean tryLock() throws IOException {
            return OtherStorage.this.tryLock(file);
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            super.read(into, position);
            haveReadLockFile(file);
        }
    }
}
