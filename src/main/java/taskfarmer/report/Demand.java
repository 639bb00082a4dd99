package taskfarmer.report;

import java.util.Arrays;
import java.util.OptionalLong;
import taskfarmer.model.Resources;

/** What attempts have used that came to their own end: their peaks of memory, and how many cores each kept busy, on average. */
final class Demand {
    private final long[] peaks; // bytes, sorted
    private final double[] cores; // sorted
    private final int largest; // the task of the highest peak, -1 if there is none

    private Demand(long[] peaks, double[] cores, int largest) {
        this.peaks = peaks;
        this.cores = cores;
        this.largest = largest;
    }

    static Demand of(Spans spans) {
        long[] peaks = new long[spans.count()];
        double[] cores = new double[spans.count()];
        int peakCount = 0;
        int coreCount = 0;
        long most = -1;
        int largest = -1;
        for (int i = 0; i < spans.count(); i++) {
            taskfarmer.model.Usage usage = spans.usage(i);
            if (usage.memory() >= 0) {
                peaks[peakCount++] = usage.memory();
                largest = usage.memory() > most ? spans.task(i) : largest;
                most = Math.max(most, usage.memory());
            }
            if (usage.cpu() >= 0 && spans.duration(i) > 0) {
                cores[coreCount++] = (double) usage.cpu() / spans.duration(i);
            }
        }
        peaks = Arrays.copyOf(peaks, peakCount);
        cores = Arrays.copyOf(cores, coreCount);
        Arrays.sort(peaks);
        Arrays.sort(cores);
        return new Demand(peaks, cores, largest);
    }

    /** Returns whether it is known of any attempt. */
    boolean isKnown() {
        return peaks.length + cores.length > 0;
    }

    /** Returns all peaks of memory, in bytes, the lowest first. */
    long[] peaks() {
        return peaks;
    }

    /** Returns how many cores attempts kept busy, the fewest first. */
    double[] cores() {
        return cores;
    }

    /** Returns the task of the highest peak; there must be one. */
    int largest() {
        return largest;
    }

    long highestPeak() {
        return peaks[peaks.length - 1];
    }

    long medianPeak() {
        return peaks[peaks.length / 2];
    }

    double medianCores() {
        return cores[cores.length / 2];
    }

    /**
     * Returns how many such tasks a node can run at a time: each with the highest peak of memory, and with as many whole cores as
     * the median keeps busy, at least one. Nothing if that is not known.
     */
    OptionalLong atOnce(Resources node) {
        long each = cores.length == 0 ? 1 : Math.max(1, Math.round(medianCores()));
        long byCores = node.amount(Resources.CORES) == 0
                ? Long.MAX_VALUE
                : node.amount(Resources.CORES) / (each * Resources.UNIT);
        long byMemory = node.amount(Resources.MEMORY) == 0 || peaks.length == 0 || highestPeak() == 0
                ? Long.MAX_VALUE
                : node.amount(Resources.MEMORY) / highestPeak();
        long least = Math.min(byCores, byMemory);
        return least == Long.MAX_VALUE || peaks.length == 0 ? OptionalLong.empty() : OptionalLong.of(least);
    }
}
