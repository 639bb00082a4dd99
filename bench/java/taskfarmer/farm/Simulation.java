package taskfarmer.farm;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.SharedStore;
import taskfarmer.store.State;

/**
 * What one list on one lock can carry: a discrete-event simulation of up to thousands of farmers.
 *
 * <p>Real are the state, the transactions, the journal that they write, {@link GuidedClaims how much is claimed} and {@link
 * Pace how often}. Simulated are time, the tasks, the latency of the file system, and the wait for the lock, which is tried
 * again and again as {@code LockFile} does it. One round trip to the file system takes the latency; a transaction takes {@value
 * #ROUND_TRIPS} of them under the lock, and {@value #MICROS_PER_ENTRY} µs for each entry that it reads or writes.
 *
 * <p>{@code Simulation LATENCY_MS FARMERS SLOTS TASKS MEAN_SECONDS HORIZON DEATHS SEED}: durations are spread evenly between half
 * and one and a half of the mean; {@code HORIZON} is for how many seconds each slot's work is claimed ahead at a pace that does
 * not follow the lock, or {@code adaptive}; so many farmers die at random times, and are found dead after a minute. Prints one
 * line, tab-separated, with a line of names before it.
 */
public final class Simulation {
    private static final int ROUND_TRIPS = 7;
    private static final double MICROS_PER_ENTRY = 0.7;
    private static final double FIRST_PAUSE = 50e-6;
    private static final double LONGEST_PAUSE = 20e-3;
    private static final double LONGEST_OF_ALL = 0.5;
    private static final double DOUBT = 0.15;
    private static final double LOOK_FOR_NEWS = 2;
    private static final double RECORD_STARTS_AFTER = 0.5;
    private static final double WORTH_RECORDING_AFTER = 0.05;
    private static final double FOUND_DEAD_AFTER = 60;
    private static final double WEIGHT_OF_LATEST = 0.1;

    private final double latency;
    private final int slots;
    private final double mean;
    private final double fixedHorizon; // seconds; 0: it follows the lock
    private final Random random;
    private final SharedStore store;
    private final Farmer[] farmers;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final int tasks;

    private double now;
    private double lockFreeAt;
    private double lockHeld; // seconds in all
    private long entries; // in the journal
    private long transactions;
    private long requests; // for the lock
    private double waited;
    private double longestWait;
    private double work; // seconds, in all slots
    private double lastEnd;
    private int ended;
    private boolean someAreGone;

    private enum What {
        TASK_ENDS,
        LOOK,
        TRY_LOCK,
        RELEASED,
        DIES,
        FOUND_DEAD
    }

    /** Something that happens to a farmer at a time; {@code number} is a task's ID, or tells an event that is void by now. */
    private record Event(double time, What what, Farmer farmer, int number) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return Double.compare(time, other.time);
        }
    }

    private final class Farmer {
        final int number;
        final Pace pace = new Pace();
        final Deque<Integer> ready = new ArrayDeque<>();
        final Map<Integer, Double> running = new HashMap<>(); // task: since when
        final Deque<Double> unrecordedStarts = new ArrayDeque<>();
        final List<Op.Ended> results = new ArrayList<>();
        final List<Integer> claimed = new ArrayList<>(); // under way: claimed, but the transaction has not ended
        double firstGathered;
        double firstBelieved;
        double meanSeconds;
        double asked; // for the lock; negative if it does not want it
        double pause;
        double lastWait;
        long seen; // entries
        int looks;
        boolean mayHaveMore = true;
        boolean dead;

        Farmer(int number) {
            this.number = number;
            asked = -1;
        }

        int idle() {
            return slots - running.size();
        }

        boolean isStarving() {
            return idle() > 0 && ready.isEmpty();
        }

        double gathering() {
            return fixedHorizon > 0 ? 0.2 : pace.gathering() / 1e9;
        }

        double horizon() {
            return fixedHorizon > 0 ? fixedHorizon : pace.horizonSeconds();
        }
    }

    private Simulation(
            double latency, int farmers, int slots, int tasks, double mean, double fixedHorizon, int deaths, long seed)
            throws IOException, InterruptedException {
        this.latency = latency;
        this.slots = slots;
        this.mean = mean;
        this.fixedHorizon = fixedHorizon;
        this.tasks = tasks;
        this.random = new Random(seed);
        this.store = new SharedStore(tasks, farmers, slots);
        this.farmers = new Farmer[farmers];
        for (int i = 0; i < farmers; i++) {
            this.farmers[i] = new Farmer(i + 1);
            // They come within some seconds, as the tasks of a job step do.
            events.add(new Event(random.nextDouble() * 3, What.LOOK, this.farmers[i], 0));
        }
        double span = tasks * mean / slots / farmers;
        for (int i = 0; i < deaths; i++) {
            events.add(new Event(3 + random.nextDouble() * span, What.DIES, this.farmers[random.nextInt(farmers)], 0));
        }
    }

    /** Runs one simulation. */
    public static void main(String[] args) throws IOException, InterruptedException {
        double latency = Double.parseDouble(args[0]) / 1e3;
        int farmers = Integer.parseInt(args[1]);
        int slots = Integer.parseInt(args[2]);
        int tasks = Integer.parseInt(args[3]);
        double mean = Double.parseDouble(args[4]);
        double horizon = args[5].equals("adaptive") ? 0 : Double.parseDouble(args[5]);
        Simulation simulation = new Simulation(
                latency, farmers, slots, tasks, mean, horizon, Integer.parseInt(args[6]), Long.parseLong(args[7]));
        try {
            simulation.run();
            simulation.print();
        } finally {
            simulation.store.close();
        }
    }

    private void run() throws IOException {
        while (ended < tasks) {
            Event event = events.remove();
            now = event.time();
            Farmer farmer = event.farmer();
            if (farmer.dead && event.what() != What.FOUND_DEAD) {
                continue;
            }
            switch (event.what()) {
                case TASK_ENDS -> end(farmer, event.number());
                case LOOK -> {
                    if (event.number() == farmer.looks) {
                        look(farmer);
                    }
                }
                case TRY_LOCK -> tryLock(farmer);
                case RELEASED -> released(farmer);
                case DIES -> {
                    farmer.dead = true;
                    events.add(new Event(now + FOUND_DEAD_AFTER, What.FOUND_DEAD, farmer, 0));
                }
                case FOUND_DEAD -> {
                    store.kill(farmer.number);
                    someAreGone = true;
                }
            }
        }
    }

    private void end(Farmer farmer, int task) {
        double began = farmer.running.remove(task);
        double duration = now - began;
        work += duration;
        lastEnd = now;
        farmer.meanSeconds =
                farmer.meanSeconds == 0 ? duration : farmer.meanSeconds + WEIGHT_OF_LATEST * (duration - farmer.meanSeconds);
        if (farmer.results.isEmpty()) {
            farmer.firstGathered = now + Math.max(farmer.gathering(), DOUBT);
            farmer.firstBelieved = now + DOUBT;
        }
        farmer.results.add(
                new Op.Ended(task, store.attempts(task) + 1, 0, (long) (began * 1e6), (long) (duration * 1e6), 0));
        fill(farmer);
        look(farmer);
    }

    private void fill(Farmer farmer) {
        while (farmer.idle() > 0 && !farmer.ready.isEmpty()) {
            int task = farmer.ready.remove();
            farmer.running.put(task, now);
            farmer.unrecordedStarts.add(now);
            double duration = mean * (0.5 + random.nextDouble());
            events.add(new Event(now + duration, What.TASK_ENDS, farmer, task));
        }
    }

    /** What {@code Board.awaitWork} decides: whether it is time for a transaction, or when to look again. */
    private void look(Farmer farmer) {
        farmer.looks++;
        if (farmer.asked >= 0) {
            return; // it is in one
        }
        double due = Double.POSITIVE_INFINITY;
        if (farmer.isStarving() && (farmer.mayHaveMore || someAreGone)) {
            due = now;
        } else if (farmer.isStarving()) {
            due = now + LOOK_FOR_NEWS; // and then only if there is any
        }
        if (!farmer.results.isEmpty()) {
            due = Math.min(due, farmer.isStarving() && farmer.running.isEmpty() ? farmer.firstBelieved : farmer.firstGathered);
        }
        if (!farmer.unrecordedStarts.isEmpty()) {
            due = Math.min(
                    due, farmer.unrecordedStarts.peek() + Math.max(RECORD_STARTS_AFTER, farmer.gathering()));
        }
        if (due <= now) {
            farmer.asked = now;
            farmer.pause = Math.max(FIRST_PAUSE, Math.min(usualPause(farmer), LONGEST_OF_ALL));
            events.add(new Event(now + latency, What.TRY_LOCK, farmer, 0));
        } else if (due < Double.POSITIVE_INFINITY) {
            farmer.mayHaveMore |= farmer.isStarving() && store.count(State.Phase.PENDING) > 0;
            events.add(new Event(due, What.LOOK, farmer, farmer.looks));
        }
    }

    private static double usualPause(Farmer farmer) {
        return farmer.lastWait > LONGEST_PAUSE ? farmer.lastWait / 8 : 0;
    }

    private void tryLock(Farmer farmer) throws IOException {
        requests++;
        if (now < lockFreeAt) {
            double had = now - farmer.asked;
            double longest = Math.max(LONGEST_PAUSE, Math.min(Math.max(had / 8, usualPause(farmer)), LONGEST_OF_ALL));
            events.add(new Event(
                    now + latency + farmer.pause * (0.5 + random.nextDouble()), What.TRY_LOCK, farmer, 0));
            farmer.pause = Math.min(2 * farmer.pause, longest);
            farmer.seen = had > LONGEST_PAUSE ? entries : farmer.seen; // while it waits it reads what others write
            return;
        }
        long before = entries;
        transact(farmer);
        double hold = ROUND_TRIPS * latency + (entries - Math.min(before, farmer.seen)) * MICROS_PER_ENTRY / 1e6;
        farmer.seen = entries;
        lockFreeAt = now + hold;
        lockHeld += hold;
        transactions++;
        farmer.lastWait = now - farmer.asked;
        waited += farmer.lastWait;
        longestWait = Math.max(longestWait, farmer.lastWait);
        farmer.pace.took((long) ((now + hold - farmer.asked) * 1e9));
        events.add(new Event(now + hold, What.RELEASED, farmer, 0));
    }

    private void transact(Farmer farmer) throws IOException {
        int wanted = store.transact(farmer.number, transaction -> {
            if (someAreGone) {
                transaction.releaseGone();
                someAreGone = false;
            }
            for (Op.Ended result : farmer.results) {
                if (!transaction.ended(result)) {
                    throw new IllegalStateException("late");
                }
            }
            int wish = GuidedClaims.count(
                    transaction.state(),
                    slots,
                    farmer.idle(),
                    farmer.ready.size(),
                    farmer.meanSeconds,
                    farmer.horizon());
            int free = Math.max(0, farmer.idle() - farmer.ready.size());
            Ids ids = wish == 0 ? Ids.NONE : transaction.claim(free, wish);
            ids.forEach(farmer.claimed::add);
            return wish;
        });
        ended += farmer.results.size();
        while (!farmer.unrecordedStarts.isEmpty() && now - farmer.unrecordedStarts.peek() >= WORTH_RECORDING_AFTER) {
            farmer.unrecordedStarts.remove();
            entries++;
        }
        entries += farmer.results.size() + 3;
        farmer.results.clear();
        farmer.mayHaveMore = farmer.claimed.size() == wanted && store.count(State.Phase.PENDING) > 0;
    }

    private void released(Farmer farmer) {
        farmer.asked = -1;
        farmer.ready.addAll(farmer.claimed);
        farmer.claimed.clear();
        fill(farmer);
        look(farmer);
    }

    private void print() {
        double ideal = work / slots / farmers.length;
        System.out.println(String.join(
                "\t",
                "latency ms",
                "farmers",
                "slots",
                "tasks",
                "mean s",
                "pace",
                "time s",
                "efficiency %",
                "lock used %",
                "wait ms",
                "transactions/s",
                "requests/s",
                "tasks/s",
                "lost s",
                "longest wait s"));
        System.out.printf(
                "%.3f\t%d\t%d\t%d\t%.0f\t%s\t%.0f\t%.1f\t%.1f\t%.2f\t%.0f\t%.0f\t%.0f\t%.1f\t%.0f%n",
                latency * 1e3,
                farmers.length,
                slots,
                tasks,
                mean,
                fixedHorizon > 0 ? fixedHorizon + " s" : "adaptive",
                lastEnd,
                100 * ideal / lastEnd,
                100 * lockHeld / now,
                1e3 * waited / transactions,
                transactions / now,
                requests / now,
                tasks / lastEnd,
                lastEnd - ideal,
                longestWait);
    }
}
