package taskfarmer.process;

import java.io.FileInputStream;
import java.io.IOException;

/**
 * One process as {@code /proc/PID/stat} shows it ({@code proc(5)}), read into the same object again and again. Used by one thread.
 */
final class ProcStat {
    private static final int STATE =
            3; // the numbers of the fields, from 1; the name, which may hold anything, is the second
    private static final int PARENT = 4;
    private static final int SESSION = 6;
    private static final int UTIME = 14;
    private static final int STIME = 15;
    private static final int CUTIME = 16;
    private static final int CSTIME = 17;
    private static final int RSS = 24;

    private final byte[] text = new byte[1024]; // to the 24th field there are at most 64 + 24 × 21
    private final long[] fields = new long[RSS + 1];
    private final String root;

    /**
     * Returns what reads processes.
     *
     * @param root where they are: {@code /proc}
     */
    ProcStat(String root) {
        this.root = root;
    }

    /** Reads a process; returns false if it is not there, or not any more. */
    boolean read(String pid) {
        int length;
        try (FileInputStream in = new FileInputStream(root + '/' + pid + "/stat")) {
            length = in.read(text); // the kernel gives as much as there is room for
        } catch (IOException e) {
            return false;
        }
        return parse(length);
    }

    private boolean parse(int length) {
        int at = length - 1;
        while (at >= 0 && text[at] != ')') { // the last one: the name may contain some, and no later field does
            at--;
        }
        at += 4; // a blank, the state, a blank
        for (int field = STATE + 1; field <= RSS; field++) {
            long value = 0;
            boolean negative = at < length && text[at] == '-';
            at += negative ? 1 : 0;
            int from = at;
            while (at < length && text[at] >= '0' && text[at] <= '9') {
                value = value * 10 + text[at++] - '0';
            }
            if (at == from || at == length) {
                return false;
            }
            fields[field] = negative ? -value : value;
            at++;
        }
        return true;
    }

    /** Returns the process that it is a child of. */
    long parent() {
        return fields[PARENT];
    }

    long session() {
        return fields[SESSION];
    }

    /** Returns the processor time, in ticks, of its children that have ended and been waited for, and of theirs. */
    long childrenTicks() {
        return fields[CUTIME] + fields[CSTIME];
    }

    /** Returns its own processor time and that of such children, in ticks. */
    long ticks() {
        return fields[UTIME] + fields[STIME] + childrenTicks();
    }

    /** Returns what it has in memory, in pages. */
    long pages() {
        return Math.max(0, fields[RSS]);
    }
}
