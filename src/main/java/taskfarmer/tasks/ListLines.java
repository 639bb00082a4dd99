package taskfarmer.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import taskfarmer.model.FarmException;

/**
 * The lines of a task list that say something: all but blank lines and comments.
 *
 * <p>Lines end with LF or CR LF, the last one also with the end of the list. White space around a line (space, tab, CR,
 * VT, FF) does not count; a line that then starts with {@code #} is a comment, or a directive, which is told of. A UTF-8 byte order mark at the start is
 * skipped. No other byte is interpreted. One buffer holds the current line and whatever was read after it, so memory
 * grows with the longest line and not with the list.
 */
final class ListLines {
    private static final int INITIAL_CAPACITY = 1 << 16;
    private static final int LONGEST_LINE = Integer.MAX_VALUE - 8;

    private final InputStream list;
    private final String name;
    private final Remarks remarks;
    private byte[] buffer = new byte[INITIAL_CAPACITY];
    /** The end of what was read into the buffer. */
    private int limit;
    /** The current line in the buffer, without its line feed. */
    private int lineStart;

    private int lineEnd;
    /** The start of the line after the current one. */
    private int following;
    /** The current line without outer white space. */
    private int start;

    private int end;
    private long number;

    /** Takes the directives among the comments, see {@link Directives}. */
    interface Remarks {
        /**
         * Takes a directive.
         *
         * @param line its bytes as characters of ISO-8859-1, without outer white space
         * @param number its number
         */
        void take(String line, long number);

        /** Takes a comment that may be meant as a directive, see {@link NearMiss}. */
        default void doubt(String line, long number) {}
    }

    ListLines(InputStream list, String name, Remarks remarks) {
        this.list = list;
        this.name = name;
        this.remarks = remarks;
    }

    /**
     * Moves on to the next line that is neither blank nor a comment; returns false if there is none.
     *
     * @throws FarmException if a line holds a NUL byte
     */
    boolean next() throws IOException {
        while (readLine()) {
            strip();
            if (start < end && buffer[start] != '#') {
                return true;
            }
            if (start < end && Directives.isDirective(buffer, start, end)) {
                remarks.take(text(), number);
            } else if (start < end && NearMiss.isPossible(buffer, start, end)) {
                remarks.doubt(text(), number);
            }
        }
        return false;
    }

    /** Returns the number of the current line in the list, from 1. */
    long number() {
        return number;
    }

    /** Returns how many bytes of white space the current line begins with. */
    int indent() {
        return start - lineStart;
    }

    /** Returns the bytes of the current line as characters of ISO-8859-1, without outer white space. */
    String text() {
        return new String(buffer, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** Returns the bytes of the current line, without outer white space. */
    byte[] stripped() {
        return Arrays.copyOfRange(buffer, start, end);
    }

    /** Returns the bytes of the current line as characters of ISO-8859-1, outer white space included. */
    String line() {
        return new String(buffer, lineStart, lineEnd - lineStart, StandardCharsets.ISO_8859_1);
    }

    static boolean isSpace(int b) {
        return b == ' ' || (b >= '\t' && b <= '\r' && b != '\n');
    }

    private void strip() {
        start = lineStart;
        end = lineEnd;
        while (start < end && isSpace(buffer[start])) {
            start++;
        }
        while (start < end && isSpace(buffer[end - 1])) {
            end--;
        }
    }

    private boolean readLine() throws IOException {
        lineStart = following;
        int scanned = 0;
        while (true) {
            byte[] bytes = buffer;
            int to = limit;
            for (int i = lineStart + scanned; i < to; i++) {
                byte b = bytes[i];
                if (b == '\n') {
                    finishLine(i, i + 1);
                    return true;
                }
                if (b == 0) {
                    throw nulByte();
                }
            }
            scanned = to - lineStart;
            if (!fill()) {
                if (scanned == 0) {
                    return false;
                }
                finishLine(limit, limit);
                return true;
            }
        }
    }

    private void finishLine(int lineEnd, int following) {
        this.lineEnd = lineEnd;
        this.following = following;
        number++;
        if (number == 1 && startsWithByteOrderMark()) {
            lineStart += 3;
        }
    }

    private boolean startsWithByteOrderMark() {
        return lineEnd - lineStart >= 3
                && buffer[lineStart] == (byte) 0xEF
                && buffer[lineStart + 1] == (byte) 0xBB
                && buffer[lineStart + 2] == (byte) 0xBF;
    }

    /** Reads more after what is there of the current line; returns false at the end of the list. */
    private boolean fill() throws IOException {
        int length = limit - lineStart;
        if (lineStart > 0) {
            System.arraycopy(buffer, lineStart, buffer, 0, length);
            lineStart = 0;
            limit = length;
        } else if (limit == buffer.length) {
            if (limit == LONGEST_LINE) {
                throw FarmException.badInput(
                        name + ", line " + (number + 1) + ": the line is longer than 2 GiB",
                        "A task list is text with one command a line.");
            }
            buffer = Arrays.copyOf(buffer, limit > LONGEST_LINE / 2 ? LONGEST_LINE : 2 * limit);
        }
        int read = list.read(buffer, limit, buffer.length - limit);
        if (read < 0) {
            return false;
        }
        limit += read;
        return true;
    }

    private FarmException nulByte() {
        return FarmException.badInput(
                name + ", line " + (number + 1) + ": a NUL byte",
                "A task list is text with one command a line. Remove the byte, or convert the list if it was saved as"
                        + " UTF-16: iconv -f UTF-16 -t UTF-8.");
    }
}
