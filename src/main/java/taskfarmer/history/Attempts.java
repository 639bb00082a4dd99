package taskfarmer.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import taskfarmer.model.Usage;
import taskfarmer.store.Op;
import taskfarmer.store.State;

/**
 * All attempts that are over, in the order in which that was recorded: a table, of which a row is known by its index.
 *
 * <p>There may be millions, so it is kept in columns. Times are those of the clock of the node that ran the attempt.
 */
public final class Attempts {
    /** How an attempt ended. */
    public enum Outcome {
        /** It did what it should. */
        FINISHED,
        /** It failed, and the task with it. */
        FAILED,
        /** It failed, and the task was to be tried again. */
        RETRIED,
        /** It was interrupted by its farmer. */
        REQUEUED,
        /** It was ended because somebody had cancelled the task. */
        CANCELLED,
        /** Its farmer died. */
        LOST;

        /** Returns how an attempt has ended that came to its own end. */
        public static Outcome of(Op.Verdict verdict) {
            return switch (verdict) {
                case FINISHED -> FINISHED;
                case FAILED -> FAILED;
                case AGAIN -> RETRIED;
            };
        }

        /** Returns whether the attempt came to its own end. */
        public boolean isEnd() {
            return this == FINISHED || this == FAILED || this == RETRIED;
        }

        /** Returns the word for it. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final Outcome[] OUTCOMES = Outcome.values();

    /** The reason of ends that PyTaskFarmer has recorded, of which nothing else is known. */
    public static final String ADOPTED = "PyTaskFarmer";

    private int count;
    private int[] tasks = new int[64];
    private short[] numbers = new short[64];
    private int[] farmers = new int[64];
    private short[] slots = new short[64];
    private long[] starts = new long[64];
    private long[] durations = new long[64];
    private byte[] outcomes = new byte[64];
    private short[] details = new short[64]; // exit status, or the index of a reason
    private int[] earlier = new int[64]; // the attempt of the same task before, -1 if there is none
    private int[] latest = new int[0]; // by task
    private final List<String> reasons = new ArrayList<>();
    private final UsageColumns usages = new UsageColumns();

    Attempts() {}

    /** Takes note of an entry. */
    void saw(Op op, int by, long time, State state) {
        if (op instanceof Op.Ended e) {
            add(e.id(), e.attempt(), by, e.slot(), e.start(), e.duration(), Outcome.of(e.verdict()), e.status());
            usages.set(count - 1, e.usage(), tasks.length);
            if (!e.reason().isEmpty()) {
                usages.cause(count - 1, reason(e.reason()), tasks.length);
            }
        } else if (op instanceof Op.Requeued r) {
            int reason = reason(r.reason());
            Outcome outcome = r.isCancelled() ? Outcome.CANCELLED : Outcome.REQUEUED;
            add(r.id(), r.attempt(), by, r.slot(), r.start(), r.duration(), outcome, reason);
        } else if (op instanceof Op.Lost l) {
            long duration = Math.max(0, time - l.start());
            add(l.id(), l.attempt(), l.farmer(), l.slot(), l.start(), duration, Outcome.LOST, 0);
        } else if (op instanceof Op.Gone gone) {
            gone.started().forEach(id -> add(id, state.attempts(id), gone.farmer(), -1, 0, 0, Outcome.LOST, 0));
        } else if (op instanceof Op.Adopted adopted) {
            Outcome outcome = adopted.finished() ? Outcome.FINISHED : Outcome.FAILED;
            adopted.ids().forEach(id -> add(id, 1, 0, -1, 0, 0, outcome, adopted.finished() ? 0 : -1));
        }
    }

    private void add(
            int task, int number, int farmer, int slot, long start, long duration, Outcome outcome, int detail) {
        if (count == tasks.length) {
            grow(count * 2);
        }
        if (task >= latest.length) {
            int before = latest.length;
            latest = Arrays.copyOf(latest, Math.max(task + 1, before * 2));
            Arrays.fill(latest, before, latest.length, -1);
        }
        tasks[count] = task;
        numbers[count] = (short) number;
        farmers[count] = farmer;
        slots[count] = (short) slot;
        starts[count] = start;
        durations[count] = duration;
        outcomes[count] = (byte) outcome.ordinal();
        details[count] = (short) detail;
        earlier[count] = latest[task];
        latest[task] = count++;
    }

    private void grow(int size) {
        tasks = Arrays.copyOf(tasks, size);
        numbers = Arrays.copyOf(numbers, size);
        farmers = Arrays.copyOf(farmers, size);
        slots = Arrays.copyOf(slots, size);
        starts = Arrays.copyOf(starts, size);
        durations = Arrays.copyOf(durations, size);
        outcomes = Arrays.copyOf(outcomes, size);
        details = Arrays.copyOf(details, size);
        earlier = Arrays.copyOf(earlier, size);
    }

    private int reason(String word) {
        int known = reasons.indexOf(word);
        if (known < 0) {
            reasons.add(word);
            known = reasons.size() - 1;
        }
        return known;
    }

    /** Returns how many attempts there are; indices run from 0 to this, exclusive. */
    public int count() {
        return count;
    }

    /** Returns the index of a task's latest attempt that is over, -1 if there is none. */
    public int latestOf(int task) {
        return task < latest.length ? latest[task] : -1;
    }

    /** Hands over the indices of a task's attempts, the latest first. */
    public void forEachOf(int task, IntConsumer action) {
        for (int at = latestOf(task); at >= 0; at = earlier[at]) {
            action.accept(at);
        }
    }

    /** Returns which task an attempt was one of. */
    public int task(int index) {
        return tasks[index];
    }

    /** Returns the number of the attempt, from 1. */
    public int number(int index) {
        return numbers[index];
    }

    /** Returns the number of the farmer; 0 if PyTaskFarmer ran it. */
    public int farmer(int index) {
        return farmers[index];
    }

    /** Returns the number of the slot on the farmer's host; -1 if it is not known. */
    public int slot(int index) {
        return slots[index];
    }

    /** Returns when it was started, µs since the epoch; 0 if that is not known. */
    public long start(int index) {
        return starts[index];
    }

    /** Returns how long it took, in µs; of one that was lost, until that was found out. */
    public long duration(int index) {
        return durations[index];
    }

    /** Returns how it ended. */
    public Outcome outcome(int index) {
        return OUTCOMES[outcomes[index]];
    }

    /** Returns its exit status as a shell reports it; -1 if it has none, or none that is known. */
    public int status(int index) {
        return outcome(index).isEnd() ? details[index] : -1;
    }

    /**
     * Returns why it ended so, in one word of the journal: {@code timeout}, {@code SIGUSR1}, {@code cancel}; empty if its exit
     * status says it.
     */
    public String reason(int index) {
        if (farmer(index) == 0) {
            return ADOPTED;
        }
        return switch (outcome(index)) {
            case REQUEUED, CANCELLED -> reasons.get(details[index]);
            case FINISHED, FAILED, RETRIED -> {
                int cause = usages.cause(index);
                yield cause < 0 ? "" : reasons.get(cause);
            }
            case LOST -> "";
        };
    }

    /** Returns what it has used, as far as that is known. */
    public Usage usage(int index) {
        return usages.usage(index);
    }
}
