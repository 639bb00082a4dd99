package taskfarmer.history;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import taskfarmer.model.Command;
import taskfarmer.store.Ids;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/**
 * How long commands took on an earlier farm, by their text: the mean of the attempts that succeeded.
 *
 * <p>Texts are not held but 64 bits of each, so that a million commands take some ten bytes each, and not a hundred; that two
 * of them are mistaken for each other, which would do no harm, is far less likely than any other error in an estimate.
 */
public final class Estimates {
    private static final int AT_ONCE = 4096;
    private static final MathContext DIGITS = new MathContext(2);

    private long[] keys; // open addressing; empty where there are no counts
    private long[] sums; // ms * 1000, as the journal has them
    private int[] counts;
    private int size;

    private Estimates(int expected) {
        int capacity = Integer.highestOneBit(Math.max(8, expected)) * 4;
        keys = new long[capacity];
        sums = new long[capacity];
        counts = new int[capacity];
    }

    /** Learns from the journal of a farm. */
    public static Estimates of(Storage storage, WorkDirectory directory) throws IOException {
        History history = History.inFull(storage, directory);
        Attempts attempts = history.attempts();
        Estimates estimates = new Estimates(0);
        int tasks = history.state().size();
        for (int first = 0; first < tasks; first += AT_ONCE) {
            int count = Math.min(AT_ONCE, tasks - first);
            Command[] commands = history.commands(Ids.range(first, count));
            for (int i = 0; i < count; i++) {
                Command command = commands[i];
                attempts.forEachOf(first + i, at -> {
                    if (attempts.outcome(at) == Attempts.Outcome.FINISHED && attempts.farmer(at) > 0) {
                        estimates.add(command, attempts.duration(at));
                    }
                });
            }
        }
        return estimates;
    }

    private void add(Command command, long micros) {
        if (2 * size >= keys.length) {
            grow();
        }
        long key = key(command);
        int at = find(key);
        size += counts[at] == 0 ? 1 : 0;
        keys[at] = key;
        sums[at] += micros;
        counts[at]++;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldSums = sums;
        int[] oldCounts = counts;
        keys = new long[2 * oldKeys.length];
        sums = new long[keys.length];
        counts = new int[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldCounts[i] > 0) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                sums[at] = oldSums[i];
                counts[at] = oldCounts[i];
            }
        }
    }

    /** Returns where a key is, or where it would be. */
    private int find(long key) {
        int at = (int) (key ^ key >>> 32) & keys.length - 1;
        while (counts[at] > 0 && keys[at] != key) {
            at = at + 1 & keys.length - 1;
        }
        return at;
    }

    private static long key(Command command) {
        CRC32C crc = new CRC32C();
        crc.update(command.bytes());
        return crc.getValue() << 32 | Arrays.hashCode(command.bytes()) & 0xffffffffL;
    }

    /** Returns how many ms a command took, rounded to two digits and at least one; nothing if none like it succeeded. */
    public OptionalLong millis(Command command) {
        int at = find(key(command));
        return counts[at] == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(1, rounded(sums[at] / counts[at] / 1000)));
    }

    private static long rounded(long millis) {
        return millis < 100 ? millis : BigDecimal.valueOf(millis).round(DIGITS).longValueExact();
    }
}
