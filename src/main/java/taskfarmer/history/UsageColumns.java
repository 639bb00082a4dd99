package taskfarmer.history;

import java.util.Arrays;
import taskfarmer.model.Usage;

/** What attempts have used, and why they ended as they did, by index: columns that are only there once something is in them. */
final class UsageColumns {
    private static final long[] NONE = {};

    private long[] cpu = NONE; // one more than the number, 0 if it is not known
    private long[] memory = NONE;
    private long[] log = NONE;
    private short[] causes = {}; // one more than the index of a reason, 0 if there is none

    /** Takes note of what an attempt has used; {@code room} is how many attempts the other columns have room for. */
    void set(int index, Usage usage, int room) {
        if (usage.cpu() >= 0) {
            cpu = grown(cpu, index, room);
            cpu[index] = usage.cpu() + 1;
        }
        if (usage.memory() >= 0) {
            memory = grown(memory, index, room);
            memory[index] = usage.memory() + 1;
        }
        if (usage.log() >= 0) {
            log = grown(log, index, room);
            log[index] = usage.log() + 1;
        }
    }

    private static long[] grown(long[] column, int index, int room) {
        return index < column.length ? column : Arrays.copyOf(column, room);
    }

    /** Takes note of why an attempt ended: the index of a reason. */
    void cause(int index, int reason, int room) {
        causes = index < causes.length ? causes : Arrays.copyOf(causes, room);
        causes[index] = (short) (reason + 1);
    }

    /** Returns what an attempt has used. */
    Usage usage(int index) {
        long usedCpu = at(cpu, index);
        long usedMemory = at(memory, index);
        long usedLog = at(log, index);
        return usedCpu < 0 && usedMemory < 0 && usedLog < 0 ? Usage.UNKNOWN : new Usage(usedCpu, usedMemory, usedLog);
    }

    private static long at(long[] column, int index) {
        return index < column.length ? column[index] - 1 : -1;
    }

    /** Returns the index of the reason for which an attempt ended, -1 if there is none. */
    int cause(int index) {
        return index < causes.length ? causes[index] - 1 : -1;
    }
}
