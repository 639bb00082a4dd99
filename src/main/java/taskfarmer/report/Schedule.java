package taskfarmer.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long tasks take on a number of slots if each free slot takes the next one at once (list scheduling).
 *
 * @param slots how many slots
 * @param time from the first start to the last end, in µs
 * @param utilisation which part of their time the slots are busy, 0 to 1
 */
record Schedule(int slots, long time, double utilisation) {
    private static final int MOST = 24;

    static Schedule of(long[] durations, int slots) {
        long sum = 0;
        long[] free = new long[Math.max(1, Math.min(slots, durations.length))]; // a heap of when slots get free
        long last = 0;
        for (long duration : durations) {
            sum += duration;
            long end = free[0] + duration;
            last = Math.max(last, end);
            sink(free, end);
        }
        return new Schedule(slots, last, last == 0 ? 0 : (double) sum / last / slots);
    }

    /** Replaces the least number of a heap. */
    private static void sink(long[] heap, long value) {
        int at = 0;
        while (2 * at + 1 < heap.length) {
            int child = 2 * at + 1;
            if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= value) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = value;
    }

    /**
     * Returns the schedules for a quarter and half of the slots that there were, as many, twice as many, and so on, up to the
     * number of tasks; no further than to where the longest task decides.
     */
    static List<Schedule> around(int slots, long[] durations) {
        List<Schedule> schedules = new ArrayList<>();
        if (durations.length == 0 || slots == 0) {
            return schedules;
        }
        long longest = Arrays.stream(durations).max().orElse(0);
        for (int part : new int[] {4, 2}) {
            if (slots / part >= 1) {
                schedules.add(of(durations, slots / part));
            }
        }
        long count = slots;
        while (schedules.size() < MOST) {
            Schedule next = of(durations, (int) Math.min(count, Math.max(slots, durations.length)));
            schedules.add(next);
            if (next.time() <= longest || count >= durations.length) {
                break;
            }
            count *= 2;
        }
        return schedules;
    }
}
