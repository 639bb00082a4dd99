package taskfarmer.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.LogMark;

/**
 * A log that may not get longer than so many bytes, while an attempt writes it.
 *
 * <p>When it is longer, what is in the middle goes: the first half of the limit stays, then comes a line that says how much was cut,
 * then the last quarter of the limit. The file stays the same one, which its writers have open: they append, so that the end can be
 * copied forward while they write, and they go on behind it. What is appended in the microseconds between the last look at the end
 * and the cut itself is lost and not counted.
 */
final class CappedLog {
    private static final int CHUNK = 1 << 16;
    private static final int LONGEST_LINE = 4096; // for whose end a cut may be moved
    private static final int LONGEST_CHARACTER = 4; // bytes of UTF-8

    private final Path path;
    private final long limit;
    private final Consumer<CappedLog> whenEnded;
    private @Nullable Object identity; // of the file that was seen first
    private long head; // where the mark begins
    private long body; // where it ends; 0 if there is none
    private long cut; // bytes
    private boolean ended;

    /**
     * Returns a log in which nothing has been cut.
     *
     * @param limit bytes
     * @param whenEnded is told when the attempt has ended
     */
    CappedLog(Path path, long limit, Consumer<CappedLog> whenEnded) {
        this.path = path;
        this.limit = limit;
        this.whenEnded = whenEnded;
    }

    /** Cuts it if it is too long; returns whether it was. One that cannot be cut now may be the next time. */
    synchronized boolean look() {
        try {
            return !ended && isTooLong() && cutNow();
        } catch (IOException e) {
            return false;
        }
    }

    /** Looks for the last time, because its attempt has ended; returns how many bytes were written to it, -1 if that is not known. */
    synchronized long end() {
        whenEnded.accept(this);
        try {
            if (!ended && isTooLong()) {
                cutNow();
            }
            ended = true;
            return Files.size(path) - (body - head) + cut;
        } catch (IOException e) {
            ended = true;
            return -1;
        }
    }

    /** Looks at size and identity of the file: where another farmer has taken the task over, it is not ours any more. */
    private boolean isTooLong() throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        if (identity == null) {
            identity = now.fileKey();
        }
        if (!Objects.equals(identity, now.fileKey()) || !now.isRegularFile()) {
            return false;
        }
        if (now.size() < body) { // the task has begun its log anew
            head = 0;
            body = 0;
            cut = 0;
        }
        return now.size() > limit;
    }

    private boolean cutNow() throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (body == 0) {
                head = endOfHead(file);
                body = head;
            }
            file.truncate(Long.MAX_VALUE); // changes nothing; what it takes is at hand when it must be quick
            boolean done = false;
            for (long kept = limit / 4; !done; kept /= 2) {
                done = cutBut(file, kept > limit / 32 ? kept : 0);
            }
            return true;
        }
    }

    /** Cuts all but the head and so many bytes at the end; returns false if a fast writer makes that take too long. */
    private boolean cutBut(SeekableByteChannel file, long kept) throws IOException {
        long size = file.size();
        long from = kept == 0 ? size : startOfTail(file, size - kept);
        byte[] mark = mark(file, cut + from - body);
        write(file, head, mark, mark.length);
        long end = copy(file, from, head + mark.length, size + limit / 4);
        if (end < 0 && kept > 0) {
            return false;
        }
        long gone = cut + (end < 0 ? file.size() : from) - body;
        if (end < 0) {
            mark = mark(file, gone);
            write(file, head, mark, mark.length);
        }
        file.truncate(end < 0 ? head + mark.length : end);
        body = head + mark.length;
        cut = gone;
        return true;
    }

    /** Returns the line that says how much was cut, on a line of its own. */
    private byte[] mark(SeekableByteChannel file, long gone) throws IOException {
        boolean atLineStart = head == 0 || read(file, head - 1, 1)[0] == '\n';
        return ((atLineStart ? "" : "\n") + LogMark.of(gone)).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Copies all from a position on towards the beginning, and what is appended meanwhile. What is copied lies before what is
     * read, also when it is given up and done again with half as much.
     *
     * @param most where to give up
     * @return where the copy ends; -1 if it was given up
     */
    private static long copy(SeekableByteChannel file, long from, long to, long most) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        long source = from;
        long target = to;
        while (source <= most) {
            chunk.clear();
            int count = file.position(source).read(chunk);
            if (count <= 0) {
                return target;
            }
            write(file, target, chunk.array(), count);
            source += count;
            target += count;
        }
        return -1;
    }

    private static void write(SeekableByteChannel file, long at, byte[] bytes, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, 0, length);
        file.position(at);
        while (left.hasRemaining()) {
            file.write(left);
        }
    }

    /** Returns where the first half of the limit ends: after a line if one ends near it, otherwise after a character. */
    private long endOfHead(SeekableByteChannel file) throws IOException {
        long middle = limit / 2;
        int length = window();
        byte[] before = read(file, middle - length, length + 1);
        for (int i = length - 1; i >= 0; i--) {
            if (before[i] == '\n') {
                return middle - length + i + 1;
            }
        }
        int back = 0;
        while (back < LONGEST_CHARACTER - 1 && isInsideCharacter(before[length - back])) {
            back++;
        }
        return middle - back;
    }

    /** Returns where to begin with the end of the log: at a line if one begins near there, otherwise at a character. */
    private long startOfTail(SeekableByteChannel file, long about) throws IOException {
        byte[] after = read(file, about, window());
        for (int i = 0; i < after.length; i++) {
            if (after[i] == '\n') {
                return about + i + 1;
            }
        }
        int on = 0;
        while (on < Math.min(LONGEST_CHARACTER - 1, after.length) && isInsideCharacter(after[on])) {
            on++;
        }
        return about + on;
    }

    private int window() {
        return (int) Math.min(LONGEST_LINE, limit / 16);
    }

    private static boolean isInsideCharacter(byte b) {
        return (b & 0xc0) == 0x80;
    }

    private static byte[] read(SeekableByteChannel file, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.position(at);
        while (bytes.hasRemaining() && file.read(bytes) > 0) {
            // what is there is more than this much
        }
        return bytes.array();
    }
}
