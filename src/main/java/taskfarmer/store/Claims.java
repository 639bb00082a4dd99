package taskfarmer.store;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims by task ID: a hash table with linear probing.
 *
 * <p>Every task is put in and taken out once at least, also by those who only read a journal; a million of them must not
 * make millions of objects.
 */
final class Claims extends AbstractMap<Integer, State.Claim> {
    private static final int SMALLEST = 64;
    private static final int FREE = -1;
    private static final int SPREAD = 0x9E3779B9; // 2^32 divided by the golden ratio (Fibonacci hashing)

    private int[] tasks = new int[SMALLEST];
    private State.@Nullable Claim[] claims = new State.Claim[SMALLEST];
    private int count;

    Claims() {
        Arrays.fill(tasks, FREE);
    }

    /** Returns the claim on a task, null if there is none. */
    State.@Nullable Claim of(int task) {
        return claims[place(task)];
    }

    /** Puts a claim on a task, in the place of another one if there is one. */
    void set(int task, State.Claim claim) {
        if (2 * (count + 1) > tasks.length) {
            resize(2 * tasks.length);
        }
        int place = place(task);
        count += tasks[place] == FREE ? 1 : 0;
        tasks[place] = task;
        claims[place] = claim;
    }

    /** Removes the claim on a task. */
    void clear(int task) {
        int hole = place(task);
        if (tasks[hole] == FREE) {
            return;
        }
        count--;
        // What stands behind it and would not be found across the hole moves into it, and leaves the next one.
        for (int at = next(hole); tasks[at] != FREE; at = next(at)) {
            int home = home(tasks[at]);
            boolean found = hole <= at ? hole < home && home <= at : hole < home || home <= at;
            if (!found) {
                tasks[hole] = tasks[at];
                claims[hole] = claims[at];
                hole = at;
            }
        }
        tasks[hole] = FREE;
        claims[hole] = null;
    }

    private void resize(int size) {
        int[] oldTasks = tasks;
        State.@Nullable Claim[] oldClaims = claims;
        tasks = new int[size];
        claims = new State.Claim[size];
        Arrays.fill(tasks, FREE);
        for (int i = 0; i < oldTasks.length; i++) {
            if (oldTasks[i] != FREE) {
                int place = place(oldTasks[i]);
                tasks[place] = oldTasks[i];
                claims[place] = oldClaims[i];
            }
        }
    }

    /** Returns where a task stands, or is to be put. */
    private int place(int task) {
        int at = home(task);
        while (tasks[at] != task && tasks[at] != FREE) {
            at = next(at);
        }
        return at;
    }

    private int home(int task) {
        return task * SPREAD >>> Integer.numberOfLeadingZeros(tasks.length - 1);
    }

    private int next(int at) {
        return at + 1 & tasks.length - 1;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public State.@Nullable Claim get(@Nullable Object task) {
        return task instanceof Integer id && id >= 0 ? of(id) : null;
    }

    @Override
    public boolean containsKey(@Nullable Object task) {
        return get(task) != null;
    }

    @Override
    public Set<Map.Entry<Integer, State.Claim>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<Integer, State.Claim>> iterator() {
                return new Entries();
            }

            @Override
            public int size() {
                return count;
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<Integer, State.Claim>> {
        private int at;

        @Override
        public boolean hasNext() {
            while (at < tasks.length && tasks[at] == FREE) {
                at++;
            }
            return at < tasks.length;
        }

        @Override
        public Map.Entry<Integer, State.Claim> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int found = at++;
            return Map.entry(tasks[found], Objects.requireNonNull(claims[found]));
        }
    }
}
