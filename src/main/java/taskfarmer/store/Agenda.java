package taskfarmer.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.Attributes;

/**
 * Which pending tasks can be taken and in which order, in a farm where tasks ask for something. Where none does, it is not used:
 * then all pending tasks can be taken, in order of ID.
 */
final class Agenda {
    private static final long MOST_BACKOFF_MILLIS = 3_600_000;

    private final State state;
    private final Lanes lanes;
    private final Dependencies dependencies;
    private boolean used;
    private Attributes lastAttributes = Attributes.NONE;
    private Lanes.@Nullable Lane lastLane;
    private Lanes.@Nullable Lane[] laneOf = new Lanes.Lane[0]; // by task; null: that of plain tasks
    private final Lanes.Lane plain;
    private final Map<Integer, Long> backoff = new HashMap<>(); // ms, of tasks that are to rest before a retry
    private final Map<Integer, Integer> retries = new HashMap<>();
    private final Map<Integer, Long> resting = new HashMap<>(); // until when, System.nanoTime
    private final PriorityQueue<Rest> rests = new PriorityQueue<>();
    private final Map<Integer, Attributes> revised = new HashMap<>();
    private final Map<Integer, Integer> skipped = new HashMap<>(); // cancelled tasks, and because of whom
    private boolean rested; // some tasks, since this was asked last
    private boolean sharing; // whether some task names a resource

    private record Rest(int task, long until) implements Comparable<Rest> {
        @Override
        public int compareTo(Rest other) {
            return Long.compare(until - other.until, 0);
        }
    }

    Agenda(State state) {
        this.state = state;
        this.lanes = new Lanes((task, lane) -> lane(task) == lane && isLive(task));
        this.dependencies = new Dependencies(state, this::place);
        this.plain = lanes.of(Requirements.PLAIN);
    }

    /** Returns whether any task asks for anything. */
    boolean isUsed() {
        return used;
    }

    /** Returns whether any task names a resource: then they are counted. */
    boolean isSharing() {
        return sharing;
    }

    Requirements requirements(int task) {
        return lane(task).requirements();
    }

    private Lanes.Lane lane(int task) {
        Lanes.Lane lane = task < laneOf.length ? laneOf[task] : null;
        return lane == null ? plain : lane;
    }

    /** Takes note of what a task asks for, in the place of what it asked for before. */
    @SuppressWarnings("ReferenceEquality") // the same object is what is meant
    void set(int task, Attributes attributes) {
        begin(task); // those behind it are told of as well, or were there before
        if (task >= laneOf.length) {
            laneOf = Arrays.copyOf(laneOf, Math.max(state.size(), (int)
                    Math.min(Integer.MAX_VALUE - 8, task * 3L / 2 + 1)));
        }
        Lanes.Lane before = lane(task);
        Lanes.Lane now = lastLane;
        if (now == null || attributes != lastAttributes) {
            now = lanes.of(Requirements.of(attributes));
            sharing |= !attributes.resources().isEmpty();
            lastAttributes = attributes;
            lastLane = now;
        }
        laneOf[task] = now;
        dependencies.set(task, attributes);
        if (attributes.backoff().isZero()) {
            backoff.remove(task);
        } else {
            backoff.put(task, attributes.backoff().toMillis());
        }
        if (now != before) {
            lanes.removed(task, before);
        }
        place(task);
    }

    /** Puts a task into its lane, or sees to it that it does not count there. */
    private void place(int task) {
        if (isLive(task)) {
            lanes.add(task, lane(task));
        } else {
            lanes.removed(task, lane(task));
        }
    }

    /** Takes note that a task asks for something else than when it was frozen. */
    void revise(int task, Attributes attributes) {
        begin(state.size());
        revised.put(task, attributes);
        set(task, attributes);
    }

    /** Returns what tasks ask for now, given what they asked for when they were frozen. */
    Attributes[] attributes(Ids ids, Attributes[] frozen) {
        if (!revised.isEmpty()) {
            int[] tasks = ids.toArray();
            for (int i = 0; i < tasks.length; i++) {
                frozen[i] = revised.getOrDefault(tasks[i], frozen[i]);
            }
        }
        return frozen;
    }

    /** From here on all tasks stand in lanes, those as well that ask for nothing. */
    private void begin(int end) {
        if (!used) {
            used = true;
            for (int task = 0; task < end; task++) {
                if (state.phase(task) == State.Phase.PENDING) {
                    lanes.add(task, plain);
                }
            }
        }
    }

    /** Takes note of tasks that are there now; what they ask for is told afterwards. */
    void grown(int first, int count) {
        if (used) {
            for (int task = first; task < first + count; task++) {
                lanes.add(task, plain);
            }
        }
    }

    private boolean isLive(int task) {
        return state.phase(task) == State.Phase.PENDING
                && (resting.isEmpty() || !resting.containsKey(task))
                && dependencies.isReady(task);
    }

    /** Takes note that a task is in another phase now. */
    void moved(int task, State.Phase from, State.Phase to) {
        if (!used) {
            return;
        }
        if (from == State.Phase.PENDING) {
            lanes.removed(task, lane(task));
            if (!resting.isEmpty()) {
                resting.remove(task); // it was cancelled: should somebody want it again, then at once
            }
        }
        dependencies.moved(task, from, to);
        if (to == State.Phase.PENDING) {
            dependencies.pendingAgain(task);
            place(task);
        }
        if (!skipped.isEmpty() && to != State.Phase.CANCELLED) {
            skipped.remove(task);
        }
        if (!to.isOpen()) {
            retries.remove(task);
        }
    }

    /**
     * Takes note that a task, which is about to be pending again, has failed and is tried again, perhaps after a while.
     *
     * @param time when that was written, µs since the epoch
     */
    void again(int task, long time) {
        int before = retries.merge(task, 1, Integer::sum) - 1;
        long first = backoff.getOrDefault(task, 0L);
        if (first > 0) {
            // By the clock of whoever wrote it, as far as it agrees with this node's; never longer than from now on.
            long whole = Math.min(MOST_BACKOFF_MILLIS, first << Math.min(before, 20));
            long passed = Math.max(0, System.currentTimeMillis() - time / 1000);
            long left = Math.max(0, whole - passed);
            long until = System.nanoTime() + left * 1_000_000;
            resting.put(task, until);
            rests.add(new Rest(task, until));
        }
    }

    /** Returns how often a task that has failed since it was last begun anew has been tried again. */
    int retries(int task) {
        return retries.isEmpty() ? 0 : retries.getOrDefault(task, 0);
    }

    /** Returns when the next task has rested for long enough, in ns from now; {@link Long#MAX_VALUE} if none rests. */
    long nanosToRest() {
        Rest next = rests.peek();
        return next == null ? Long.MAX_VALUE : Math.max(0, next.until - System.nanoTime());
    }

    /** Returns whether tasks have rested for long enough since this was asked last. */
    boolean haveRested() {
        awake();
        boolean before = rested;
        rested = false;
        return before;
    }

    /** Lets tasks be taken that have rested for long enough. */
    void awake() {
        long now = System.nanoTime();
        for (Rest rest = rests.peek(); rest != null && rest.until - now <= 0; rest = rests.peek()) {
            rests.remove();
            if (resting.remove(rest.task, rest.until)) {
                rested = true;
                place(rest.task);
            }
        }
    }

    boolean isAnyResting() {
        return !resting.isEmpty();
    }

    /** Returns for how long a task is to rest, in ms; nothing if it need not. */
    OptionalLong rest(int task) {
        Long until = resting.get(task);
        return until == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, until - System.nanoTime()) / 1_000_000);
    }

    Lanes lanes() {
        return lanes;
    }

    Dependencies dependencies() {
        return dependencies;
    }

    /** Takes note that a task is about to be cancelled because of another one. */
    void skipped(int task, int because) {
        skipped.put(task, because);
    }

    /** Returns the tasks that were cancelled because of others, and because of whom. */
    Map<Integer, Integer> skipped() {
        return skipped;
    }
}
