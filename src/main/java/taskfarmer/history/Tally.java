package taskfarmer.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import taskfarmer.store.Op;
import taskfarmer.store.State;

/** What is counted while the journal is read: how fast the farm is, for how long it has been at work, what failed lately. */
public final class Tally {
    private static final int LATEST = 256;
    private static final int FAILURES = 100;
    private static final long LATELY = TimeUnit.SECONDS.toMicros(60);

    private final long[] latestEnds = new long[LATEST]; // a ring: when the latest ones ended
    private long ended; // tasks, by themselves
    private int present; // farmers
    private long presentSince;
    private long atWork; // µs in which farmers were there, before presentSince
    private long began;
    private long lastEnd;
    private final Deque<Failure> failures = new ArrayDeque<>();
    private final Throughput throughput = new Throughput();
    private Farmer[] farmers = new Farmer[16];

    /**
     * A task that failed.
     *
     * @param task which one
     * @param attempt which attempt of it
     * @param farmer the number of the farmer that ran it, 0 if none did
     * @param status its exit status; -1 if it was given up or is not known
     * @param reason why it failed, in one word of the journal: {@code lost}, {@code timeout}; empty if its exit status says it
     * @param time when it ended, µs since the epoch
     */
    public record Failure(int task, int attempt, int farmer, int status, String reason, long time) {}

    /** What one farmer has done so far. */
    public static final class Farmer {
        private int finished;
        private int failed;
        private int retried;
        private int requeued;
        private Consumption consumption = Consumption.UNKNOWN;
        private long busy;
        private long until;
        private String reason = "";

        /** Returns how many tasks it ran that finished. */
        public int finished() {
            return finished;
        }

        /** Returns how many tasks it ran that failed. */
        public int failed() {
            return failed;
        }

        /** Returns how many attempts of it failed, of tasks that were to be tried again. */
        public int retried() {
            return retried;
        }

        /** Returns what its attempts have used, those that came to their own end. */
        public Consumption consumption() {
            return consumption;
        }

        /** Returns how many attempts of it were interrupted or lost. */
        public int requeued() {
            return requeued;
        }

        /** Returns the time that its slots have run tasks in all attempts that are over, in µs. */
        public long busy() {
            return busy;
        }

        /** Returns when it left or was found dead, µs since the epoch; 0 while it is there. */
        public long until() {
            return until;
        }

        /** Returns why it left before the end, in one word, {@code lost} if it was found dead; otherwise empty. */
        public String reason() {
            return reason;
        }
    }

    Tally() {}

    void saw(Op op, int by, long time, State state) {
        if (op instanceof Op.Ended e) {
            ended(e, farmer(by), by);
        } else if (op instanceof Op.Requeued r) {
            Farmer farmer = farmer(by);
            farmer.busy += r.duration();
            farmer.requeued += r.isCancelled() ? 0 : 1;
        } else if (op instanceof Op.Lost l) {
            farmer(l.farmer()).requeued++;
            farmer(l.farmer()).busy += Math.max(0, time - l.start());
        } else if (op instanceof Op.GivenUp given) {
            given.ids().forEach(id -> failed(new Failure(id, state.attempts(id), 0, -1, given.reason(), time)));
        } else if (op instanceof Op.Joined) {
            began = began == 0 ? time : began;
            presentSince = present++ == 0 ? time : presentSince;
        } else if (op instanceof Op.Left left) {
            gone(by, left.reason(), time);
        } else if (op instanceof Op.Gone gone) {
            farmer(gone.farmer()).requeued += gone.started().count();
            gone(gone.farmer(), "lost", time);
        }
    }

    private void ended(Op.Ended e, Farmer farmer, int by) {
        farmer.busy += e.duration();
        if (e.usage().isKnown()) {
            farmer.consumption = farmer.consumption.plus(e.id(), e.usage(), e.duration());
        }
        if (e.verdict() == Op.Verdict.AGAIN) { // an attempt has ended, not the task
            farmer.retried++;
            return;
        }
        long end = e.start() + e.duration();
        latestEnds[(int) (ended++ % LATEST)] = end;
        lastEnd = Math.max(lastEnd, end);
        throughput.ended(end);
        if (e.succeeded()) {
            farmer.finished++;
        } else {
            farmer.failed++;
            failed(new Failure(e.id(), e.attempt(), by, e.status(), e.reason(), end));
        }
    }

    private void gone(int number, String reason, long time) {
        Farmer farmer = farmer(number);
        farmer.until = time;
        farmer.reason = reason;
        if (--present == 0) {
            atWork += Math.max(0, time - presentSince);
        }
    }

    private void failed(Failure failure) {
        failures.addLast(failure);
        if (failures.size() > FAILURES) {
            failures.removeFirst();
        }
    }

    /** Returns what a farmer has done so far. */
    public Farmer farmer(int number) {
        if (number >= farmers.length) {
            farmers = Arrays.copyOf(farmers, Math.max(number + 1, farmers.length * 2));
        }
        if (farmers[number] == null) {
            farmers[number] = new Farmer();
        }
        return farmers[number];
    }

    /** Returns how many tasks ended when, in the last minutes. */
    public Throughput throughput() {
        return throughput;
    }

    /** Returns when the first farmer joined, µs since the epoch; 0 if none has. */
    public long began() {
        return began;
    }

    /** Returns when the last task ended, µs since the epoch; 0 if none has. */
    public long lastEnd() {
        return lastEnd;
    }

    /** Returns for how long farmers have been there, in s; the time between two runs does not count. */
    public double elapsedSeconds(long now) {
        return (atWork + (present > 0 ? Math.max(0, now - presentSince) : 0)) / 1e6;
    }

    /**
     * Returns how many tasks end in a second: in the last minute, or, if few did, lately.
     *
     * @param now the time, µs since the epoch; the last word of the journal if nobody is there any more
     * @return 0 if nothing is known
     */
    public double rate(long now) {
        int known = (int) Math.min(ended, LATEST);
        if (known == 0) {
            return 0;
        }
        long[] ends = Arrays.copyOf(latestEnds, known);
        Arrays.sort(ends);
        long since = Math.max(presentSince, now - LATELY);
        int lately = 0;
        while (lately < known && ends[known - 1 - lately] >= since) {
            lately++;
        }
        if (lately == known && ended > known) { // more than are remembered: the time that they took
            return (known - 1) / Math.max(1e-6, (now - ends[0]) / 1e6);
        } else if (lately >= 10 || since == presentSince) {
            return lately / Math.max(1e-6, (now - since) / 1e6);
        }
        double seconds = elapsedSeconds(now);
        return ended / Math.max(1e-6, seconds);
    }

    /** Returns the tasks that failed lately and still count as failed, the latest first. */
    public List<Failure> failures(State state, int most) {
        List<Failure> latest = new ArrayList<>();
        failures.descendingIterator().forEachRemaining(failure -> {
            boolean counts = state.phase(failure.task()) == State.Phase.FAILED
                    && latest.stream().noneMatch(later -> later.task() == failure.task());
            if (counts && latest.size() < most) {
                latest.add(failure);
            }
        });
        return latest;
    }
}
