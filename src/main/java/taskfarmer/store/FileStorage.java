package taskfarmer.store;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The machine's own files. */
public final class FileStorage implements Storage {
    private static final FileAttribute<?>[] OWNERS_FILE = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };
    private static final FileAttribute<?>[] OWNERS_DIRECTORY = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    };
    private static final FileAttribute<?>[] UMASK = {};

    private static final long DIRECT_BLOCK = 4096;

    private final Map<Path, Boolean> onFuse = new ConcurrentHashMap<>();

    @Override
    public OpenFile open(Path path, Mode mode) throws IOException {
        Set<OpenOption> options = switch (mode) {
            case READ -> Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            case UPDATE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            case CREATE ->
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS);
            case NEW -> Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);
        };
        boolean onFuse = isOnFuse(path);
        if (mode == Mode.READ && onFuse) {
            return openPastCaches(path);
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(path, options, mode == Mode.CREATE ? OWNERS_FILE : UMASK);
        } catch (FileAlreadyExistsException e) {
            if (mode != Mode.CREATE) {
                throw e;
            }
            // GlusterFS, if another client has created the file since this one looked: the file is there to be opened.
            channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        }
        return ChannelFile.of(path, channel, onFuse, 0);
    }

    /** Opens a file for reading what the server has, where the kernel may keep pages that others have changed since. */
    private static OpenFile openPastCaches(Path path) throws IOException {
        try {
            Set<OpenOption> options =
                    Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT);
            int block = (int) Math.max(DIRECT_BLOCK, Files.getFileStore(path).getBlockSize());
            return ChannelFile.of(path, FileChannel.open(path, options), true, block);
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (e instanceof NoSuchFileException missing) {
                throw missing;
            }
            return ChannelFile.of(
                    path, FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), true, 0);
        }
    }

    /** One question to the server is enough, and no descriptor's identity: this is what a farmer does when it has nothing to do. */
    @Override
    public boolean isLonger(Path path, long length) throws IOException {
        if (isOnFuse(path)) {
            return Storage.super.isLonger(path, length);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return channel.read(ByteBuffer.allocate(1), length) > 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean isOnFuse(Path path) {
        Path directory = Objects.requireNonNull(path.getParent());
        return onFuse.computeIfAbsent(directory, where -> Mount.of(where).isFuse());
    }

    @Override
    public void createDirectory(Path path, boolean secret) throws IOException {
        Files.createDirectory(path, secret ? OWNERS_DIRECTORY : UMASK);
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        Files.createLink(name, existing);
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    @Override
    public Optional<Object> identity(Path path) throws IOException {
        try {
            return Optional.of(keyOf(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void refresh(Path path, char first) throws IOException {
        if (isOnFuse(path)) {
            try (OpenFile file = open(path, Mode.UPDATE)) {
                file.refresh(first);
            } catch (NoSuchFileException e) {
                // nothing to be read
            }
        }
    }

    private static Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    private static final class ChannelFile implements OpenFile {
        private final Path path;
        private final FileChannel channel;
        private final Object key;
        private final boolean onFuse;
        private final int block;
        private @Nullable FileLock lock;
        private final @Nullable FileLock[] halves = new FileLock[2];

        private ChannelFile(Path path, FileChannel channel, Object key, boolean onFuse, int block) {
            this.path = path;
            this.channel = channel;
            this.key = key;
            this.onFuse = onFuse;
            this.block = block;
        }

        /**
         * Returns the file of a channel. If its name cannot be looked at, the channel is closed at once: were that left to
         * garbage collection, it would take with it any lock on the file that this process has got since.
         *
         * @param block what positions and lengths must be multiples of, 0 if they need not be
         */
        static ChannelFile of(Path path, FileChannel channel, boolean onFuse, int block) throws IOException {
            try {
                return new ChannelFile(path, channel, keyOf(path), onFuse, block);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }

        @Override
        public long size() throws IOException {
            try {
                return channel.size();
            } catch (IOException e) {
                throw Failures.named(path, e);
            }
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            long at = position;
            try {
                if (block > 0) {
                    readBlocks(into, position);
                    return;
                }
                int count = 0;
                while (into.hasRemaining() && count >= 0) {
                    count = channel.read(into, at);
                    at += count;
                }
            } catch (IOException e) {
                throw Failures.named(path, e);
            }
        }

        private void readBlocks(ByteBuffer into, long position) throws IOException {
            long at = position - position % block;
            int most = (int) (position - at) + into.remaining();
            int whole = (most + block - 1) / block * block;
            ByteBuffer blocks =
                    ByteBuffer.allocateDirect(whole + block).alignedSlice(block).limit(whole);
            int count = 0;
            while (blocks.hasRemaining() && blocks.position() % block == 0 && count >= 0) {
                count = channel.read(blocks, at + blocks.position());
            }
            blocks.flip();
            if (blocks.limit() > position - at) {
                blocks.position((int) (position - at));
                blocks.limit(Math.min(blocks.limit(), blocks.position() + into.remaining()));
                into.put(blocks);
            }
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            try {
                while (bytes.hasRemaining()) {
                    at += channel.write(bytes, at);
                }
            } catch (IOException e) {
                throw Failures.named(path, e);
            }
        }

        /**
         * On FUSE, the kernel believes attributes for a second or so ({@code mount.fuse(8)}, {@code attr_timeout}), and
         * programs such as GlusterFS's client keep attributes and small files for about as long. What makes all of them
         * forget is a write: here, of the first byte, which stays as it is.
         */
        @Override
        public void refresh(char first) throws IOException {
            if (onFuse) {
                write(ByteBuffer.wrap(new byte[] {(byte) first}), 0);
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            try {
                channel.truncate(length);
            } catch (IOException e) {
                throw Failures.named(path, e);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw Failures.named(path, e);
            }
        }

        @Override
        public boolean tryLock() throws IOException {
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                return false; // another Store of this very process has it
            } catch (IOException e) {
                throw Failures.named(path, e);
            }
            return lock != null;
        }

        @Override
        public void unlock() throws IOException {
            FileLock held = lock;
            lock = null;
            if (held != null) {
                try {
                    held.release();
                } catch (IOException e) {
                    throw Failures.named(path, e);
                }
            }
        }

        @Override
        public boolean renewLock() throws IOException {
            if (!onFuse && isHeld(halves[0]) && isHeld(halves[1])) {
                return true; // a kernel does not forget
            }
            try {
                for (int half = 0; half < halves.length; half++) {
                    FileLock held = halves[half];
                    if (held != null) {
                        held.release();
                    }
                    halves[half] = channel.tryLock(half, 1, false);
                    if (halves[half] == null) {
                        return false;
                    }
                }
                return true;
            } catch (OverlappingFileLockException e) {
                return false;
            } catch (IOException e) {
                throw Failures.named(path, e);
            }
        }

        private static boolean isHeld(@Nullable FileLock half) {
            return half != null && half.isValid();
        }

        @Override
        public Object identity() {
            return key;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
