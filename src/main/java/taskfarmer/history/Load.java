package taskfarmer.history;

import java.util.Arrays;
import taskfarmer.model.Usage;
import taskfarmer.store.Op;

/**
 * How many tasks ran, how many ended, and what they used, over the time of a farm: in so many steps of equal length that doubles
 * when there is no room for more. So it costs the same for any number of tasks.
 */
public final class Load {
    private static final int STEPS = 512;
    private static final long SHORTEST = 1_000_000; // µs

    private final long[] busy = new long[STEPS]; // µs, of all tasks together
    private final int[] ended = new int[STEPS];
    private final double[] cpu = new double[STEPS]; // µs
    private final double[] memory = new double[STEPS]; // bytes times µs
    private boolean measured; // whether any of these is known
    private long width = SHORTEST;
    private long origin = -1; // when the first step begins, µs since the epoch
    private int steps; // that are in use

    /** Returns a load of nothing. */
    public Load() {}

    private Load(Load other) {
        System.arraycopy(other.busy, 0, busy, 0, STEPS);
        System.arraycopy(other.ended, 0, ended, 0, STEPS);
        System.arraycopy(other.cpu, 0, cpu, 0, STEPS);
        System.arraycopy(other.memory, 0, memory, 0, STEPS);
        measured = other.measured;
        width = other.width;
        origin = other.origin;
        steps = other.steps;
    }

    /** Returns a copy, to which more can be added. */
    public Load copy() {
        return new Load(this);
    }

    /** Takes note of the attempt that an entry tells of, if it tells of one that is over. */
    public void saw(Op op, long time) {
        if (op instanceof Op.Ended e) {
            add(e.start(), e.start() + e.duration(), e.verdict() != Op.Verdict.AGAIN);
            if (e.usage().isKnown()) {
                measure(e.start(), e.duration(), e.usage());
            }
        } else if (op instanceof Op.Requeued r) {
            add(r.start(), r.start() + r.duration(), false);
        } else if (op instanceof Op.Lost l) {
            add(l.start(), Math.max(l.start(), time), false);
        }
    }

    /**
     * Takes note of an attempt.
     *
     * @param start when it was started, µs since the epoch
     * @param end when it ended, not before
     * @param byItself whether its task ended by itself with it, and counts as such
     */
    public void add(long start, long end, boolean byItself) {
        makeRoom(start, end);
        int last = step(end);
        for (int step = step(start); step <= last; step++) {
            long from = Math.max(start, timeOf(step));
            long to = Math.min(end, timeOf(step + 1));
            busy[step] += to - from;
        }
        ended[last] += byItself ? 1 : 0;
        steps = Math.max(steps, last + 1);
    }

    /** Takes note of what an attempt has used that was added: its peak of memory, and its processor time, as if it were spread evenly. */
    private void measure(long start, long duration, Usage usage) {
        long end = start + duration;
        int last = step(end);
        for (int step = step(start); step <= last; step++) {
            double overlap = Math.min(end, timeOf(step + 1)) - Math.max(start, timeOf(step));
            cpu[step] += usage.cpu() > 0 ? usage.cpu() * (duration == 0 ? 1 : overlap / duration) : 0;
            memory[step] += usage.memory() > 0 ? usage.memory() * overlap : 0;
        }
        measured = true;
    }

    private void makeRoom(long start, long end) {
        if (origin < 0) {
            origin = start;
        }
        long first = Math.min(origin, start);
        while (Math.max(timeOf(steps), end) - first >= (STEPS - 1) * width) {
            halve();
        }
        int shift = (int) ((origin - first + width - 1) / width);
        if (shift > 0) {
            System.arraycopy(busy, 0, busy, shift, steps);
            System.arraycopy(ended, 0, ended, shift, steps);
            System.arraycopy(cpu, 0, cpu, shift, steps);
            System.arraycopy(memory, 0, memory, shift, steps);
            Arrays.fill(busy, 0, shift, 0);
            Arrays.fill(ended, 0, shift, 0);
            Arrays.fill(cpu, 0, shift, 0);
            Arrays.fill(memory, 0, shift, 0);
            origin -= shift * width;
            steps += shift;
        }
    }

    private void halve() {
        for (int i = 0; i < STEPS / 2; i++) {
            busy[i] = busy[2 * i] + busy[2 * i + 1];
            ended[i] = ended[2 * i] + ended[2 * i + 1];
            cpu[i] = cpu[2 * i] + cpu[2 * i + 1];
            memory[i] = memory[2 * i] + memory[2 * i + 1];
        }
        Arrays.fill(busy, STEPS / 2, STEPS, 0);
        Arrays.fill(ended, STEPS / 2, STEPS, 0);
        Arrays.fill(cpu, STEPS / 2, STEPS, 0);
        Arrays.fill(memory, STEPS / 2, STEPS, 0);
        width *= 2;
        steps = (steps + 1) / 2;
    }

    private int step(long time) {
        return (int) ((time - origin) / width);
    }

    /** Returns how many steps there are. */
    public int steps() {
        return steps;
    }

    /** Returns when a step begins, µs since the epoch. */
    public long timeOf(int step) {
        return origin + step * width;
    }

    /** Returns how many tasks ran in a step, on average. */
    public double running(int step) {
        return (double) busy[step] / width;
    }

    /** Returns how many tasks ended in a step, for each second of it. */
    public double rate(int step) {
        return ended[step] / (width / 1e6);
    }

    /** Returns whether it is known what any task has used. */
    public boolean isMeasured() {
        return measured;
    }

    /** Returns how many processors tasks kept busy in a step, on average. */
    public double cpu(int step) {
        return cpu[step] / width;
    }

    /** Returns how much memory the tasks of a step had, on average, if each had its most all the time; in bytes. */
    public double memory(int step) {
        return memory[step] / width;
    }
}
