package taskfarmer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;

/**
 * A reader of the journal that knows how far it has come, and the writer of what follows.
 *
 * <p>The journal is a sequence of batches. A batch is a line {@code batch SEQUENCE FARMER TIME}, a line for each entry,
 * and a line {@code commit CHECKSUM}; the checksum is the CRC-32C of the previous batch's checksum and of all bytes of
 * this batch before its commit line, so that no batch can be changed, left out or moved unnoticed. What follows the
 * last commit line was never finished and does not count.
 *
 * <p>The file is opened anew for each operation, because NFS shows what others wrote only to those who open it
 * afterwards (close-to-open consistency, {@code nfs(5)}).
 */
public final class Journal {
    private static final int CHUNK = 1 << 20;
    private static final byte[] COMMIT = "commit ".getBytes(StandardCharsets.US_ASCII);
    private static final int COMMIT_LENGTH = COMMIT.length + 8 + 1;

    private final Storage storage;
    private final Path path;
    private long length;
    private long sequence;
    private int checksum;

    Journal(Storage storage, Path path) {
        this.storage = storage;
        this.path = path;
    }

    /**
     * A place between two batches, from which reading can go on later.
     *
     * @param length how many bytes lie before it
     * @param sequence the number of the batch before it, 0 at the beginning
     * @param checksum the checksum of that batch
     */
    public record Position(long length, long sequence, int checksum) {
        /** The beginning of the journal. */
        public static final Position START = new Position(0, 0, 0);
    }

    /** Returns a reader of a work directory's journal that starts at a position. */
    public static Journal at(Storage storage, WorkDirectory directory, Position position) {
        Journal journal = new Journal(storage, directory.journal());
        journal.length = position.length();
        journal.sequence = position.sequence();
        journal.checksum = position.checksum();
        return journal;
    }

    /** Returns whether the file has, before this reader's position, the batch that the position speaks of. */
    public boolean isAtItsPlace() throws IOException {
        byte[] expected = ("commit " + OpText.hex(checksum) + '\n').getBytes(StandardCharsets.US_ASCII);
        if (length == 0) {
            return true;
        }
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.READ)) {
            byte[] found = new byte[COMMIT_LENGTH];
            file.read(ByteBuffer.wrap(found), length - COMMIT_LENGTH);
            return Arrays.equals(found, expected);
        }
    }

    /** Returns the position that has been read to. */
    public Position position() {
        return new Position(length, sequence, checksum);
    }

    /** Returns how many bytes have been read: the end of the last batch. */
    public long length() {
        return length;
    }

    /** Returns the number of the last batch read, 0 before the first. */
    public long sequence() {
        return sequence;
    }

    int checksum() {
        return checksum;
    }

    /** Has the file's length and contents come from the server from now on; to be called under the lock. */
    void refresh() throws IOException {
        storage.refresh(path, 'b'); // for batch
    }

    /** Returns whether there is more in the file than has been read. */
    boolean hasMore() throws IOException {
        return storage.isLonger(path, length);
    }

    /** Returns the length of the file, finished or not; 0 if there is none. */
    long fileLength() throws IOException {
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.READ)) {
            return file.size();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /**
     * Reads on, up to a position at most, and hands over each finished batch.
     *
     * @param limit the position to stop at; {@link Long#MAX_VALUE} for all there is
     * @return what is wrong with the bytes after the last batch handed over, null if nothing is
     */
    public @Nullable Damage read(long limit, Consumer<Batch> batches) throws IOException {
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.READ)) {
            long end = Math.min(limit, file.size());
            byte[] bytes = new byte[0];
            int have = 0;
            while (true) {
                int more = (int) Math.min(CHUNK, end - length - have);
                if (more > 0) {
                    if (bytes.length < have + more) {
                        bytes = Arrays.copyOf(bytes, have == 0 ? more : have + 2 * more);
                    }
                    file.read(ByteBuffer.wrap(bytes, have, more), length + have);
                    have += more;
                }
                Scan scan = new Scan(bytes, have);
                scan.run(batches);
                if (scan.damage != null || length + have - scan.done >= end) {
                    return scan.damage == null && scan.done == have ? null : damage(scan, file);
                }
                have -= scan.done;
                System.arraycopy(bytes, scan.done, bytes, 0, have);
            }
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private Damage damage(Scan scan, Storage.OpenFile file) throws IOException {
        long size = file.size();
        long end = endOfText(file, size);
        // A tail of NUL bytes is what a power cut leaves of a write that was on its way: the length, without the bytes.
        // Not so where a commit line follows: that batch, or a later one, was finished.
        String problem = scan.damage;
        return problem == null || end < size && !holdsCommit(file, length, end)
                ? new Damage(length, "the batch is unfinished", true, end)
                : new Damage(length, problem, false, end);
    }

    private static boolean holdsCommit(Storage.OpenFile file, long from, long to) throws IOException {
        int overlap = COMMIT.length;
        for (long at = from; at < to; at += CHUNK) {
            byte[] chunk = new byte[(int) Math.min(CHUNK + overlap, to - at)];
            file.read(ByteBuffer.wrap(chunk), at);
            if (new String(chunk, StandardCharsets.ISO_8859_1).contains("\ncommit ")) {
                return true;
            }
        }
        return false;
    }

    /** Returns the length of the file without NUL bytes at its end. */
    private static long endOfText(Storage.OpenFile file, long size) throws IOException {
        byte[] chunk = new byte[4096];
        long end = size;
        while (end > 0) {
            int count = (int) Math.min(chunk.length, end);
            file.read(ByteBuffer.wrap(chunk, 0, count), end - count);
            for (int i = count; i > 0; i--) {
                if (chunk[i - 1] != 0) {
                    return end - count + i;
                }
            }
            end -= count;
        }
        return 0;
    }

    /**
     * Appends a batch after the last one read and remembers it as read.
     *
     * @throws IOException if it was not written as a whole; whoever appends next cuts off what was written of it
     */
    void append(Batch batch) throws IOException {
        StringBuilder text = new StringBuilder(256);
        text.append("batch ").append(batch.sequence()).append(' ').append(batch.farmer());
        text.append(' ').append(batch.time()).append('\n');
        for (Op op : batch.ops()) {
            OpText.write(op, text);
        }
        byte[] body = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        int sum = checksum(body, 0, body.length);
        ByteBuffer bytes = ByteBuffer.allocate(body.length + COMMIT_LENGTH).put(body);
        bytes.put(COMMIT)
                .put(OpText.hex(sum).getBytes(StandardCharsets.US_ASCII))
                .put((byte) '\n');
        bytes.flip();
        int written = bytes.limit();
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.CREATE)) {
            if (file.size() > length) {
                file.truncate(length);
            }
            file.write(bytes, length);
        }
        length += written;
        sequence = batch.sequence();
        checksum = sum;
    }

    /** Makes what was appended survive a power cut. */
    void force() throws IOException {
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.UPDATE)) {
            file.force();
        }
    }

    private int checksum(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(OpText.hex(checksum).getBytes(StandardCharsets.US_ASCII));
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    /**
     * Why the journal could not be read on.
     *
     * @param offset where the batch starts that is wrong
     * @param problem what is wrong with it
     * @param unfinished whether a commit line is missing, as after a crash in the middle of a write, and nothing worse
     * @param end where the file's text ends
     */
    public record Damage(long offset, String problem, boolean unfinished, long end) {
        /** Returns whether the witness knows what is unfinished here as finished, in a file that was not cut. */
        boolean contradicts(Witness witness) {
            return offset < witness.length() && end >= witness.length();
        }

        FarmException refusal(Path journal) {
            return FarmException.untrusted(
                    "the journal " + journal + " is damaged at byte " + offset + ": " + problem,
                    "Nothing was changed. Restore the file from a snapshot or backup, or keep a copy of the work directory"
                            + " and cut the journal there (truncate -s " + offset + " " + journal
                            + "): what it recorded after that is then done again.");
        }
    }

    /** One pass over the bytes that are in memory: batch after batch, until one is not whole. */
    private final class Scan {
        private final byte[] bytes;
        private final int end; // of the last line that is whole
        private final Words words;
        private final List<Op> ops = new ArrayList<>();
        private int done;
        private @Nullable String damage;

        Scan(byte[] bytes, int have) {
            this.bytes = bytes;
            int feed = have;
            while (feed > 0 && bytes[feed - 1] != '\n') {
                feed--;
            }
            this.end = feed;
            this.words = new Words(bytes, 0, feed);
        }

        void run(Consumer<Batch> batches) {
            try {
                while (done < end && readBatch(batches)) {
                    done = words.position();
                }
            } catch (IllegalArgumentException | ArithmeticException | IllegalStateException e) {
                damage = String.valueOf(e.getMessage());
            }
        }

        /** Reads a batch and hands it over, if it is whole. */
        private boolean readBatch(Consumer<Batch> batches) {
            if (!words.word().equals("batch")) {
                throw new IllegalArgumentException("no batch starts here");
            }
            long number = words.number();
            int farmer = words.integer();
            long time = words.number();
            words.end();
            if (number != sequence + 1) {
                throw new IllegalArgumentException("batch " + number + " follows batch " + sequence);
            }
            ops.clear();
            int at = words.position();
            for (; !isCommit(at); at = words.position()) {
                if (at >= end) {
                    return false;
                }
                ops.add(OpText.read(words));
            }
            int sum = checksum(bytes, done, at);
            words.word();
            if (sum != words.hex()) {
                throw new IllegalArgumentException("the checksum of batch " + number + " is wrong");
            }
            words.end();
            batches.accept(new Batch(number, farmer, time, List.copyOf(ops)));
            length += words.position() - done;
            sequence = number;
            checksum = sum;
            return true;
        }

        private boolean isCommit(int at) {
            return at + COMMIT_LENGTH <= end
                    && bytes[at] == COMMIT[0]
                    && bytes[at + COMMIT_LENGTH - 1] == '\n'
                    && Arrays.equals(bytes, at, at + COMMIT.length, COMMIT, 0, COMMIT.length);
        }
    }
}
