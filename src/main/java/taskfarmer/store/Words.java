package taskfarmer.store;

import java.nio.charset.StandardCharsets;

/**
 * The words of one line, taken one after the other.
 *
 * <p>A restart reads a line for each task that ever ended, so numbers are taken from the bytes directly. Each method
 * throws {@link IllegalArgumentException} if the next word is not what it asks for.
 */
final class Words {
    private final byte[] bytes;
    private final int end;
    private int at;

    /** Reads the line {@code bytes[from, to)}, which ends before its line feed. */
    Words(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    String word() {
        int from = at;
        int to = from;
        while (to < end && bytes[to] != ' ') {
            to++;
        }
        if (to == from) {
            throw new IllegalArgumentException("a word is missing");
        }
        at = to + 1;
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    long number() {
        boolean negative = at < end && bytes[at] == '-';
        int from = negative ? at + 1 : at;
        int to = from;
        long value = 0;
        while (to < end && bytes[to] != ' ') {
            int digit = bytes[to++] - '0';
            if (digit < 0 || digit > 9 || to - from > 18) {
                throw new IllegalArgumentException("not a number");
            }
            value = value * 10 + digit;
        }
        if (to == from) {
            throw new IllegalArgumentException("a number is missing");
        }
        at = to + 1;
        return negative ? -value : value;
    }

    int integer() {
        return Math.toIntExact(number());
    }

    int hex() {
        return Integer.parseUnsignedInt(word(), 16);
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
        if (at < end && bytes[at] == '-' && (at + 1 == end || bytes[at + 1] == ' ')) {
            at += 2;
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
        if (at < end && bytes[at] != ' ') {
            throw new IllegalArgumentException("not a range of IDs");
        }
        at++;
        return ids.build();
    }

    private int id() {
        int from = at;
        long value = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
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

    /** Checks that nothing is left. */
    void end() {
        if (at <= end) {
            throw new IllegalArgumentException("words after the end");
        }
    }
}
