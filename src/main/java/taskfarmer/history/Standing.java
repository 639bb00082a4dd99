package taskfarmer.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import taskfarmer.store.Outlook;
import taskfarmer.store.State;
import taskfarmer.store.State.Phase;
import taskfarmer.store.WorkDirectory;

/**
 * How a farm stands at one moment.
 *
 * @param directory the work directory
 * @param now the moment, µs since the epoch by this node's clock
 * @param course what the farm is doing as a whole
 * @param counts how many tasks are in each state
 * @param rate how many tasks end in a second, lately; 0 if nobody is at work or nothing is known
 * @param eta in how many seconds all is done if it goes on like that; nothing if that is not known
 * @param elapsed for how many seconds farmers have been there; the time between two runs does not count
 * @param slots the slots of the farmers that may be at work
 * @param farmers the farmers that have not left, by number
 * @param known all farmers that ever joined, by number
 * @param left how many farmers have left or were found dead
 * @param lately those of them that left before the end, or died, in the last hour of the farm, the latest first
 * @param requeues how many attempts were interrupted or lost
 * @param retries how many attempts failed, of tasks that were to be tried again
 * @param consumption what the attempts that came to their own end have used
 * @param outlook what keeps pending tasks from being taken
 * @param hosts what hosts have for tasks; none if no task names a resource
 * @param skips the tasks that were cancelled because others have not ended well
 * @param failures the tasks that failed lately, the latest first
 * @param lastTime when the journal was last written, µs since the epoch by the writer's clock; 0 if it is empty
 * @param throughput how many tasks ended in each of the last {@link Throughput#SLICES} slices, the latest last
 */
public record Standing(
        WorkDirectory directory,
        long now,
        Course course,
        Counts counts,
        double rate,
        OptionalDouble eta,
        double elapsed,
        int slots,
        List<Farmer> farmers,
        Map<Integer, State.Farmer> known,
        int left,
        List<Departure> lately,
        int requeues,
        int retries,
        Consumption consumption,
        Outlook outlook,
        List<Host> hosts,
        List<Skips> skips,
        List<Tally.Failure> failures,
        long lastTime,
        List<Integer> throughput) {
    private static final int FAILURES = 20;
    private static final int DEPARTURES = 20;
    private static final long LATELY = TimeUnit.HOURS.toMicros(1);

    /** What a farm is doing as a whole. */
    public enum Course {
        /** Farmers are at work. */
        RUNNING("running"),
        /** Nothing is left to do. */
        DONE("done"),
        /** Tasks are left, and all farmers have left in good order. */
        STOPPED("stopped"),
        /** Tasks are left, and those who were at them are dead, or seem to be. */
        DESERTED("nobody at work");

        private final String word;

        Course(String word) {
            this.word = word;
        }

        /** Returns the words for it. */
        public String word() {
            return word;
        }
    }

    /** How many tasks are in each state. */
    public record Counts(int pending, int claimed, int running, int finished, int failed, int cancelled, int dropped) {
        /** Returns how many there are, dropped ones included. */
        public int total() {
            return ended() + left() + dropped;
        }

        /** Returns how many have ended, cancelled ones included. */
        public int ended() {
            return finished + failed + cancelled;
        }

        /** Returns how many have not ended. */
        public int left() {
            return pending + claimed + running;
        }
    }

    /**
     * A farmer that has not left.
     *
     * @param who what it said of itself
     * @param sign its sign of life
     * @param tally what it has done so far
     * @param claimed how many tasks it holds that were not seen running
     * @param running what it runs, the longest first
     */
    public record Farmer(
            State.Farmer who, LifeSigns.Sign sign, Tally.Farmer tally, int claimed, List<Running> running) {
        /**
         * Returns how many of its slots are busy. That may be fewer than the tasks that were seen running: the next one of a slot
         * is often seen before the end of the last one is recorded. And more: of short tasks no start is recorded, and what a
         * farmer holds it runs, as far as it has slots.
         */
        public int busySlots() {
            int seen = (int) running.stream()
                    .mapToInt(task -> task.claim().slot())
                    .distinct()
                    .count();
            return Math.max(seen, Math.min(who.slots(), seen + claimed));
        }
    }

    /**
     * A task that was seen running.
     *
     * @param claim which attempt of it, where and since when
     * @param aborted whether it is to be ended, because somebody has cancelled it
     */
    public record Running(int task, State.Claim claim, boolean aborted) {
        /** The order in which people look for them: those that were started in one second by their IDs. */
        public static final Comparator<Running> LONGEST_FIRST = Comparator.comparingLong(
                        (Running running) -> running.claim().start() / 1_000_000)
                .thenComparingInt(Running::task);

        /** Returns for how many seconds it has been running. */
        public double seconds(long now) {
            return Math.max(0, (now - claim.start()) / 1e6);
        }
    }

    /** A farmer that left before the end, or died. */
    public record Departure(State.Farmer who, Tally.Farmer tally) {}

    /**
     * Returns how a farm stands.
     *
     * @param signs the signs of life in its lock directory; for those who ask again and again, always the same
     * @param now the time, µs since the epoch
     */
    public static Standing of(History history, LifeSigns signs, long now) {
        State state = history.state();
        Tally tally = history.tally();
        signs.look(state, now);
        Map<Integer, List<Running>> held = held(state);
        List<Farmer> farmers = new ArrayList<>();
        int running = 0;
        int slots = 0;
        int requeues = 0;
        int retries = 0;
        Consumption consumption = Consumption.UNKNOWN;
        boolean atWork = false;
        for (State.Farmer who : state.farmers().values()) {
            Tally.Farmer done = tally.farmer(who.number());
            requeues += done.requeued();
            retries += done.retried();
            consumption = consumption.plus(done.consumption());
            if (who.present()) {
                List<Running> tasks = held.getOrDefault(who.number(), List.of());
                LifeSigns.Sign sign = signs.of(who.number());
                Farmer farmer = farmer(who, sign, done, tasks);
                farmers.add(farmer);
                running += farmer.running().size();
                slots += sign.isHopeful() ? who.slots() : 0;
                atWork |= sign.isHopeful();
            }
        }
        Counts counts = counts(state, running);
        // Of a farm that nobody is at, time has stopped with its last word.
        long moment = atWork ? now : history.lastTime();
        double rate = atWork && counts.left() > 0 ? tally.rate(now) : 0;
        return new Standing(
                history.directory(),
                now,
                course(history, atWork, !farmers.isEmpty(), counts),
                counts,
                rate,
                rate > 0 ? OptionalDouble.of(counts.left() / rate) : OptionalDouble.empty(),
                tally.elapsedSeconds(moment),
                slots,
                List.copyOf(farmers),
                Map.copyOf(state.farmers()),
                state.farmers().size() - farmers.size(),
                departures(state, tally, moment),
                requeues,
                retries,
                consumption,
                Outlook.of(state),
                Host.all(state),
                Skips.of(state),
                tally.failures(state, FAILURES),
                history.lastTime(),
                java.util.Arrays.stream(tally.throughput().until(now, Throughput.SLICES))
                        .boxed()
                        .toList());
    }

    /** Returns the tasks that run. */
    public List<Integer> running() {
        List<Integer> tasks = new ArrayList<>();
        farmers.forEach(farmer -> farmer.running().forEach(running -> tasks.add(running.task())));
        return tasks;
    }

    /** Returns how a farm stands now, asked once. */
    public static Standing now(History history) {
        return of(history, new LifeSigns(history.directory().locks()), System.currentTimeMillis() * 1000);
    }

    private static Map<Integer, List<Running>> held(State state) {
        Map<Integer, List<Running>> held = new HashMap<>();
        state.claims()
                .forEach((task, claim) -> held.computeIfAbsent(claim.farmer(), farmer -> new ArrayList<>())
                        .add(new Running(task, claim, state.aborted().contains(task))));
        return held;
    }

    private static Farmer farmer(State.Farmer who, LifeSigns.Sign sign, Tally.Farmer tally, List<Running> held) {
        List<Running> running = held.stream()
                .filter(task -> task.claim().isRunning())
                .sorted(Running.LONGEST_FIRST)
                .toList();
        return new Farmer(who, sign, tally, held.size() - running.size(), running);
    }

    private static Counts counts(State state, int running) {
        return new Counts(
                state.count(Phase.PENDING),
                state.count(Phase.CLAIMED) - running,
                running,
                state.count(Phase.FINISHED),
                state.count(Phase.FAILED),
                state.count(Phase.CANCELLED),
                state.count(Phase.DROPPED));
    }

    private static Course course(History history, boolean atWork, boolean anyPresent, Counts counts) {
        if (counts.left() == 0) {
            return Course.DONE;
        } else if (atWork) {
            return Course.RUNNING;
        }
        Tally tally = history.tally();
        int last = history.state().nextFarmer() - 1;
        boolean died = anyPresent || last > 0 && tally.farmer(last).reason().equals("lost");
        return died ? Course.DESERTED : Course.STOPPED;
    }

    private static List<Departure> departures(State state, Tally tally, long moment) {
        return state.farmers().values().stream()
                .filter(who -> !who.present())
                .map(who -> new Departure(who, tally.farmer(who.number())))
                .filter(gone -> !gone.tally().reason().isEmpty() && gone.tally().until() >= moment - LATELY)
                .sorted(Comparator.comparingLong(
                        (Departure gone) -> -gone.tally().until()))
                .limit(DEPARTURES)
                .toList();
    }
}
