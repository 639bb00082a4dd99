package taskfarmer.host;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import taskfarmer.store.Storage;

/**
 * The file of a ledger, which is its own lock: a first {@linkplain Block block} that says how many there are, then one for each
 * share that somebody holds. Blocks are written in place, and never more than one for a change, so that whoever is killed while
 * writing has either changed it or left a block that is none; and then what it was about to take was not taken yet, or what it
 * gave back was not in use any more.
 *
 * <p>The lock is one of {@code fcntl(2)}: it is lost if this process closes any other channel of the file.
 */
final class LedgerFile implements AutoCloseable {
    private static final String HEAD = "taskfarmer-ledger 1 ";
    private static final long MOST = (1L << 24) + 1; // bytes; what is longer was not written here
    private static final long FIRST_PAUSE = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    private final Storage storage;
    private final Path path;
    private final Opener opener;
    private Storage.OpenFile file;
    private byte[] bytes = new byte[0]; // as last read or written; whole blocks
    private final List<Optional<Entry>> entries = new ArrayList<>(); // of the blocks after the first
    private boolean sound;

    /** Makes the directory and opens the file. */
    interface Opener {
        /** Does it. */
        Storage.OpenFile open() throws IOException;
    }

    LedgerFile(Storage storage, Path path, Opener opener) throws IOException {
        this.storage = storage;
        this.path = path;
        this.opener = opener;
        this.file = opener.open();
    }

    /** Takes the lock, waiting no longer than so many ns; false if somebody else has it, stopped perhaps. */
    boolean lock(long patience) throws IOException {
        long began = System.nanoTime();
        long pause = FIRST_PAUSE;
        while (true) {
            if (file.tryLock()) {
                if (isInPlace()) {
                    return true;
                }
                reopen(); // it was removed, by a job that cleans up or by the last one who left
            } else if (System.nanoTime() - began > patience) {
                return false;
            } else {
                pause(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
                pause = Math.min(pause * 2, LONGEST_PAUSE);
            }
        }
    }

    private void reopen() throws IOException {
        file.close();
        file = opener.open();
        bytes = new byte[0];
        entries.clear();
    }

    private static void pause(long nanos) throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the ledger");
        }
    }

    void unlock() throws IOException {
        file.unlock();
    }

    /** Reads what has changed; returns whether all is as it was written. Without the lock, what is being written is not. */
    boolean read() throws IOException {
        file.refresh(HEAD.charAt(0));
        int size = (int) Math.min(file.size(), MOST);
        byte[] now = new byte[size - size % Block.SIZE];
        file.read(ByteBuffer.wrap(now), 0);
        sound = size == now.length && size > 0 && blocks(now) * Block.SIZE <= size && blocks(now) > 0;
        while (entries.size() > Math.max(0, now.length / Block.SIZE - 1)) {
            entries.remove(entries.size() - 1);
        }
        for (int i = 0; (i + 2) * Block.SIZE <= now.length; i++) {
            int at = (i + 1) * Block.SIZE;
            boolean same = i < entries.size()
                    && at + Block.SIZE <= bytes.length
                    && Arrays.equals(bytes, at, at + Block.SIZE, now, at, at + Block.SIZE);
            Optional<Entry> entry = same ? entries.get(i) : Block.text(now, at).flatMap(Entry::parse);
            sound &= entry.isPresent() || Block.isFree(now, at);
            if (i < entries.size()) {
                entries.set(i, entry);
            } else {
                entries.add(entry);
            }
        }
        bytes = now;
        return sound;
    }

    private static int blocks(byte[] bytes) {
        String head = bytes.length == 0 ? "" : Block.text(bytes, 0).orElse("");
        long count = head.startsWith(HEAD) ? CpuList.number(head.substring(HEAD.length())) : 0;
        return count > 0 && count < Integer.MAX_VALUE / Block.SIZE ? (int) count : 0;
    }

    /** Returns what was last read: an entry for each block, or nothing. */
    List<Optional<Entry>> entries() {
        return entries;
    }

    /** Returns whether the file is as it was written, as last read. */
    boolean isSound() {
        return sound;
    }

    /** Clears blocks that hold nothing that can be read, and says anew how many there are; under the lock. */
    void mend() throws IOException {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).isEmpty()) {
                write(i + 1, "");
            }
        }
        file.truncate((entries.size() + 1L) * Block.SIZE);
        head();
        sound = true;
    }

    /** Writes an entry where there is room for it; under the lock. What is not {@linkplain #isSound sound} stays so. */
    void add(Entry entry) throws IOException {
        int at = entries.indexOf(Optional.<Entry>empty());
        boolean longer = at < 0;
        if (longer) {
            at = entries.size();
            entries.add(Optional.empty());
        }
        write(at + 1, entry.text());
        entries.set(at, Optional.of(entry));
        if (longer && sound) {
            head();
        }
    }

    /** Clears the block of an entry, by the index in {@link #entries}. Whoever holds the share may do so without the lock. */
    void clear(int index) throws IOException {
        write(index + 1, "");
        entries.set(index, Optional.empty());
    }

    private void head() throws IOException {
        write(0, HEAD + (entries.size() + 1));
    }

    private void write(int block, String text) throws IOException {
        byte[] written = Block.of(text);
        int at = block * Block.SIZE;
        if (bytes.length < at + Block.SIZE) {
            bytes = Arrays.copyOf(bytes, at + Block.SIZE);
        }
        System.arraycopy(written, 0, bytes, at, Block.SIZE);
        file.write(ByteBuffer.wrap(written), at);
    }

    /** Removes the file, and its directory if there is nothing else in it; under the lock. */
    void remove() throws IOException {
        storage.delete(path);
        try {
            storage.delete(java.util.Objects.requireNonNull(path.getParent()));
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            // others are there, or were faster
        }
    }

    /** Returns whether the file of this name is still the one that is open. */
    boolean isInPlace() throws IOException {
        return storage.identity(path).equals(Optional.of(file.identity()));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
