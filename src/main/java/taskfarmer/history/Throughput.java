package taskfarmer.history;

import java.util.concurrent.TimeUnit;

/** How many tasks ended in each slice of the last minutes. */
public final class Throughput {
    /** How long a slice is, in s. */
    public static final int SLICE_SECONDS = 5;

    /** How many slices are remembered. */
    public static final int SLICES = 240;

    private static final long SLICE = TimeUnit.SECONDS.toMicros(SLICE_SECONDS);

    private final int[] counts = new int[SLICES]; // a ring
    private long latest; // the number of the latest slice since the epoch

    Throughput() {}

    /** Takes note of an end, µs since the epoch. */
    void ended(long end) {
        long slice = end / SLICE;
        if (slice > latest) {
            long from = Math.max(latest + 1, slice - SLICES + 1);
            for (long empty = from; empty <= slice; empty++) {
                counts[(int) (empty % SLICES)] = 0;
            }
            latest = slice;
        }
        if (slice > latest - SLICES && slice >= 0) {
            counts[(int) (slice % SLICES)]++;
        }
    }

    /**
     * Returns how many tasks ended in each of the last slices that are over, the latest last.
     *
     * @param now the time, µs since the epoch
     * @param most how many slices, at most {@link #SLICES}
     */
    public int[] until(long now, int most) {
        int[] found = new int[Math.min(most, SLICES)];
        long end = now / SLICE; // exclusive: it is not over
        for (int i = 0; i < found.length; i++) {
            long slice = end - found.length + i;
            found[i] = slice >= 0 && slice <= latest && slice > latest - SLICES ? counts[(int) (slice % SLICES)] : 0;
        }
        return found;
    }
}
