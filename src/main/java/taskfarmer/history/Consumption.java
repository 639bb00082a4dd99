package taskfarmer.history;

import taskfarmer.model.Usage;

/**
 * What attempts have used together, as far as that is known.
 *
 * @param cpu their processor time, in µs; -1 if it is known of none
 * @param time how long those took of which it is known, in µs
 * @param memory the most that one of them had in memory at one time, in bytes; -1 if it is known of none
 * @param task the task that one was an attempt of, -1 if there is none
 */
public record Consumption(long cpu, long time, long memory, int task) {
    /** Nothing is known. */
    public static final Consumption UNKNOWN = new Consumption(-1, 0, -1, -1);

    /** Returns this with one more attempt, which took so long (µs). */
    Consumption plus(int id, Usage usage, long duration) {
        boolean known = usage.cpu() >= 0;
        boolean more = usage.memory() > memory;
        return new Consumption(
                known ? Math.max(0, cpu) + usage.cpu() : cpu,
                known ? time + duration : time,
                more ? usage.memory() : memory,
                more ? id : task);
    }

    /** Returns this and another one together. */
    public Consumption plus(Consumption other) {
        boolean more = other.memory > memory;
        return new Consumption(
                other.cpu < 0 ? cpu : Math.max(0, cpu) + other.cpu,
                time + other.time,
                more ? other.memory : memory,
                more ? other.task : task);
    }

    /** Returns whether processor time is known. */
    public boolean isCpuKnown() {
        return cpu >= 0 && time > 0;
    }

    /** Returns how many processors they kept busy while they ran, on average; 0 if that is not known. */
    public double cores() {
        return isCpuKnown() ? (double) cpu / time : 0;
    }
}
