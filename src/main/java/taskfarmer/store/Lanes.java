package taskfarmer.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that can be taken now, in the order in which they are to be: higher priorities first, among equals the longest, among
 * these the first.
 *
 * <p>Tasks of the same requirements stand in one lane, and lanes are ordered by their first tasks. So the cost of a claim grows
 * with the number of different requirements that do not fit, not with the number of tasks. What has left a lane otherwise than
 * by its first place is found out when it gets there.
 */
final class Lanes {
    private final Liveliness live;
    private final Map<Requirements, Lane> lanes = new HashMap<>();
    private final TreeSet<Lane> queue =
            new TreeSet<>((one, other) -> compare(one.requirements, one.first, other.requirements, other.first));

    /** Knows the tasks themselves. */
    interface Liveliness {
        /** Returns whether a task that was put into a lane still belongs there and can be taken. */
        boolean isLive(int task, Lane lane);
    }

    /** Tasks of the same requirements. */
    static final class Lane {
        private final Requirements requirements;
        private final IdHeap ids = new IdHeap();
        private int first = -1; // its place in the queue; -1 if it is not there

        private Lane(Requirements requirements) {
            this.requirements = requirements;
        }

        Requirements requirements() {
            return requirements;
        }
    }

    Lanes(Liveliness live) {
        this.live = live;
    }

    /** Returns the lane of some requirements. */
    Lane of(Requirements requirements) {
        return lanes.computeIfAbsent(requirements, Lane::new);
    }

    /** Puts a task into its lane. */
    void add(int task, Lane lane) {
        lane.ids.add(task);
        if (lane.first < 0 || task < lane.first) {
            place(lane, task);
        }
    }

    /** Takes note that a task can not be taken any more. */
    void removed(int task, Lane lane) {
        if (lane.first == task) {
            place(lane, next(lane));
        }
    }

    private void place(Lane lane, int first) {
        if (lane.first >= 0) {
            queue.remove(lane);
        }
        lane.first = first;
        if (first >= 0) {
            queue.add(lane);
        }
    }

    /** Returns the first task of a lane that can be taken, -1 if there is none; those before are forgotten. */
    private int next(Lane lane) {
        while (!lane.ids.isEmpty()) {
            if (live.isLive(lane.ids.first(), lane)) {
                return lane.ids.first();
            }
            lane.ids.remove();
        }
        return -1;
    }

    /** Returns whether there is a task that a farmer may take. */
    boolean hasAny(Means means) {
        for (Lane lane : queue) {
            if (means.allow(lane.requirements)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns tasks that a farmer may take, in order.
     *
     * @param free how many slots have nothing to do: for so many there must be what they need
     * @param most how many at most, those that will have to wait included
     */
    Ids claimable(Means means, int free, int most, Losses.Screen screen) {
        List<Cursor> opened = new ArrayList<>();
        try {
            return claimable(means, free, most, screen, opened);
        } finally {
            opened.forEach(Cursor::putBack);
        }
    }

    private Ids claimable(Means means, int free, int most, Losses.Screen screen, List<Cursor> opened) {
        Ids.Builder ids = new Ids.Builder();
        Iterator<Lane> lanesLeft = queue.iterator();
        Lane next = advance(lanesLeft, means);
        PriorityQueue<Cursor> open = new PriorityQueue<>();
        int now = 0; // of those taken, how many can be started at once
        int ahead = 0;
        while (now + ahead < most && (next != null || !open.isEmpty())) {
            boolean mayStart = now < free && !means.isExhausted();
            boolean mayWait = ahead < most - free;
            if (!mayStart && !mayWait) {
                break;
            }
            Cursor before = open.peek();
            boolean fresh = before == null || next != null && before.isBehind(next);
            Lane lane = fresh ? Objects.requireNonNull(next) : Objects.requireNonNull(before).lane;
            int task = fresh ? lane.first : Objects.requireNonNull(before).task;
            if (fresh) {
                next = advance(lanesLeft, means);
            } else {
                open.remove();
            }
            boolean admitted = screen.admits(task, now);
            boolean starts = admitted && mayStart && means.take(lane.requirements);
            boolean waits = admitted && !starts && mayWait && screen.mayWait(task);
            if (admitted && !starts && !waits) {
                means.passedOver(task, lane.requirements);
                continue; // nothing of its lane can be taken
            }
            if (admitted) {
                ids.add(task);
                screen.took(task);
                now += starts ? 1 : 0;
                ahead += waits ? 1 : 0;
            }
            Cursor cursor = fresh ? new Cursor(lane) : Objects.requireNonNull(before);
            if (fresh) {
                opened.add(cursor);
            }
            if (cursor.advance()) {
                open.add(cursor);
            }
        }
        return ids.build();
    }

    private static int compare(Requirements one, int task, Requirements other, int otherTask) {
        int order = Integer.compare(other.priority(), one.priority());
        if (order == 0) {
            order = Long.compare(other.estimate(), one.estimate());
        }
        return order == 0 ? Integer.compare(task, otherTask) : order;
    }

    private static @Nullable Lane advance(Iterator<Lane> lanes, Means means) {
        while (lanes.hasNext()) {
            Lane lane = lanes.next();
            if (means.allow(lane.requirements)) {
                return lane;
            }
        }
        return null;
    }

    /** A place in a lane. What has been passed is put back at the end. */
    private final class Cursor implements Comparable<Cursor> {
        private final Lane lane;
        private final List<Integer> passed = new ArrayList<>();
        private int task;

        Cursor(Lane lane) {
            this.lane = lane;
            this.task = lane.first;
        }

        /** Goes on to the next task; returns false if there is none. */
        boolean advance() {
            passed.add(lane.ids.remove());
            int before = task;
            task = next(lane);
            while (task == before) { // it was put in twice
                lane.ids.remove();
                task = next(lane);
            }
            return task >= 0;
        }

        boolean isBehind(Lane other) {
            return compare(other.requirements, other.first, lane.requirements, task) < 0;
        }

        void putBack() {
            passed.forEach(lane.ids::add);
        }

        @Override
        public int compareTo(Cursor other) {
            return compare(lane.requirements, task, other.lane.requirements, other.task);
        }
    }
}
