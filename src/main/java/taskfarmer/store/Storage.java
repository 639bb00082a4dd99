package taskfarmer.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The file operations that the farm's state rests on, and the only way to them.
 *
 * <p>It is an interface so that a test can stop a run at any one of them, or make any of them fail. Methods behave as
 * their namesakes in {@link java.nio.file.Files} and {@link java.nio.channels.FileChannel}, and throw their exceptions.
 */
public interface Storage {
    /** How a file is opened. */
    enum Mode {
        /** For reading; it must exist. */
        READ,
        /** For reading and writing; it must exist. */
        UPDATE,
        /** For reading and writing; it is created, readable by its owner only, if it does not exist. */
        CREATE,
        /** For writing a file that must not exist yet; created with the permissions that the user's umask leaves. */
        NEW
    }

    /** Opens a file; a symbolic link is never followed. */
    OpenFile open(Path path, Mode mode) throws IOException;

    /** Creates a directory, only for its owner if {@code secret}; fails if anything of this name exists. */
    void createDirectory(Path path, boolean secret) throws IOException;

    /** Gives an existing file a second name; fails if that name exists. */
    void link(Path existing, Path name) throws IOException;

    /** Puts a file in the place of another, atomically. */
    void replace(Path from, Path to) throws IOException;

    /** Deletes a file if it exists. */
    void delete(Path path) throws IOException;

    /** The same as {@link OpenFile#refresh} for a file that is not open; nothing if there is none of this name. */
    void refresh(Path path, char first) throws IOException;

    /** Returns whether a file is longer than so many bytes; false if there is none. */
    default boolean isLonger(Path path, long length) throws IOException {
        try (OpenFile file = open(path, Mode.READ)) {
            ByteBuffer next = ByteBuffer.allocate(1);
            file.read(next, length);
            return !next.hasRemaining();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Returns the names in a directory, in no order. */
    List<Path> list(Path directory) throws IOException;

    /** Returns what identifies the file of this name (device and inode), or nothing if there is none. */
    Optional<Object> identity(Path path) throws IOException;

    /** Lets time pass, in which what another machine has made may come into sight. */
    default void pause(long nanos) throws IOException {
        LockFile.pause(nanos);
    }

    /** An open file. */
    interface OpenFile extends Closeable {
        /** Returns the length in bytes. */
        long size() throws IOException;

        /** Reads at a position until the buffer is full or the file ends. */
        void read(ByteBuffer into, long position) throws IOException;

        /** Writes all of the buffer at a position. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /**
         * Has what is read from now on come from the server, where this machine would otherwise believe for a while what it
         * knew before. Does nothing where taking a lock or opening the file has that effect.
         *
         * @param first the first byte of the file, which nobody ever changes
         */
        void refresh(char first) throws IOException;

        /** Cuts the file to a length. */
        void truncate(long length) throws IOException;

        /** Makes what was written survive a power cut. */
        void force() throws IOException;

        /** Takes the exclusive lock on the file for this process if nobody has it; it is kept until the file is closed. */
        boolean tryLock() throws IOException;

        /** Gives the lock back. */
        void unlock() throws IOException;

        /**
         * Takes the same lock in two halves, or takes them anew one after the other so that one is always held: a server that
         * was started anew may have forgotten a lock, and does not say so. Where it is this machine's kernel that keeps them, nothing
         * needs to be taken anew. Not to be mixed with {@link #tryLock}.
         *
         * @return false if somebody else has a half that is not held
         */
        boolean renewLock() throws IOException;

        /** Returns what identifies this file, comparable with {@link Storage#identity}. */
        Object identity() throws IOException;
    }
}
