package taskfarmer.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The words of lines, taken one after the other.
 *
 * <p>A restart reads a line for each task that ever ended, so numbers are taken from the bytes directly, and the end of a
 * line is found when its last word is taken. Each method throws {@link IllegalArgumentException} if the next word is not what
 * it asks for.
 */
final class Words {
    private static final int MOST_DIGITS = 18; // of which none overflows

    private final byte[] bytes;
    private final int end;
    private int at;
    private boolean over; // the line has no words any more

    /** Reads the lines {@code bytes[from, to)}; the last one may do without its line feed. */
    Words(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /** Returns where the next word starts, or the next line. */
    int position() {
        return at;
    }

    /** Takes these bytes if they stand next. */
    boolean take(byte[] text) {
        boolean next = !over && Arrays.mismatch(bytes, at, Math.min(end, at + text.length), text, 0, text.length) < 0;
        at += next ? text.length : 0;
        return next;
    }

    String word() {
        int from = over ? end : at;
        int to = from;
        while (isWord(to)) {
            to++;
        }
        if (to == from) {
            throw new IllegalArgumentException("a word is missing");
        }
        took(to);
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    long number() {
        int from = over ? end : at;
        boolean negative = from < end && bytes[from] == '-';
        from += negative ? 1 : 0;
        int to = from;
        long value = 0;
        while (to < end && bytes[to] >= '0' && bytes[to] <= '9') {
            value = value * 10 + bytes[to++] - '0';
        }
        if (isWord(to) || to - from > MOST_DIGITS) {
            throw new IllegalArgumentException("not a number");
        } else if (to == from) {
            throw new IllegalArgumentException("a number is missing");
        }
        took(to);
        return negative ? -value : value;
    }

    int integer() {
        return Math.toIntExact(number());
    }

    int hex() {
        String word = word();
        int value = Integer.parseUnsignedInt(word, 16);
        if (!OpText.hex(value).equals(word)) {
            throw new IllegalArgumentException("not eight hexadecimal digits");
        }
        return value;
    }

    boolean oneOf(String yes, String no) {
        String word = word();
        if (word.equals(yes) || word.equals(no)) {
            return word.equals(yes);
        }
        throw new IllegalArgumentException("neither " + yes + " nor " + no);
    }

    Ids ids() {
        Ids.Builder ids = new Ids.Builder();
        if (!over && at < end && bytes[at] == '-' && !isWord(at + 1)) {
            took(at + 1);
            return ids.build();
        }
        do {
            int first = id();
            int last = first;
            if (at < end && bytes[at] == '-') {
                at++;
                last = id();
            }
            if (last < first) {
                throw new IllegalArgumentException("a range that runs backwards");
            }
            ids.addRange(first, last);
        } while (at < end && bytes[at] == ',' && at++ >= 0);
        if (isWord(at)) {
            throw new IllegalArgumentException("not a range of IDs");
        }
        took(at);
        return ids.build();
    }

    private int id() {
        int from = at;
        long value = 0;
        while (!over && at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            value = value * 10 + bytes[at++] - '0';
            if (value >= Integer.MAX_VALUE) { // whoever counts up to it would never end
                throw new IllegalArgumentException("an ID out of range");
            }
        }
        if (at == from) {
            throw new IllegalArgumentException("an ID is missing");
        }
        return (int) value;
    }

    /** Checks that nothing is left of the line, and goes to the next one. */
    void end() {
        if (!over) {
            throw new IllegalArgumentException("words after the end");
        }
        over = false;
    }

    private boolean isWord(int index) {
        return index < end && bytes[index] != ' ' && bytes[index] != '\n';
    }

    private void took(int to) {
        over = to == end || bytes[to] == '\n';
        at = to + 1;
    }
}
