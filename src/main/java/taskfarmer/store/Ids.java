package taskfarmer.store;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A sequence of task IDs, kept and written as ranges: {@code 0-4,7,9-12}.
 *
 * <p>The order is kept. Lists of tasks are mostly consecutive numbers, so a claim of 300 tasks is a few bytes.
 */
public final class Ids {
    /** No IDs. */
    public static final Ids NONE = new Ids(new int[0], 0);

    private final int[] bounds;
    private final int length;

    private Ids(int[] bounds, int length) {
        this.bounds = bounds;
        this.length = length;
    }

    /** Returns the IDs from {@code first} on, {@code count} of them. */
    public static Ids range(int first, int count) {
        return count == 0 ? NONE : new Ids(new int[] {first, first + count - 1}, 2);
    }

    /** Returns just this ID. */
    public static Ids of(int id) {
        return range(id, 1);
    }

    /** Returns whether there is no ID in it. */
    public boolean isEmpty() {
        return length == 0;
    }

    /** Returns how many IDs there are. */
    public int count() {
        int count = 0;
        for (int i = 0; i < length; i += 2) {
            count += bounds[i + 1] - bounds[i] + 1;
        }
        return count;
    }

    /** Hands over each ID in order. */
    public void forEach(IntConsumer action) {
        for (int i = 0; i < length; i += 2) {
            for (int id = bounds[i]; id <= bounds[i + 1]; id++) {
                action.accept(id);
            }
        }
    }

    /** Returns the IDs as numbers, in order. */
    public int[] toArray() {
        int[] ids = new int[count()];
        int at = 0;
        for (int i = 0; i < length; i += 2) {
            for (int id = bounds[i]; id <= bounds[i + 1]; id++) {
                ids[at++] = id;
            }
        }
        return ids;
    }

    /** Returns the text form; {@code -} for no IDs. */
    @Override
    public String toString() {
        if (length == 0) {
            return "-";
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i += 2) {
            if (i > 0) {
                text.append(',');
            }
            text.append(bounds[i]);
            if (bounds[i + 1] > bounds[i]) {
                text.append('-').append(bounds[i + 1]);
            }
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ids that && Arrays.equals(bounds, 0, length, that.bounds, 0, that.length);
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Collects IDs one by one. */
    public static final class Builder {
        private int[] bounds = new int[8];
        private int length;

        /** Adds an ID after the others. */
        public void add(int id) {
            if (length > 0 && bounds[length - 1] == id - 1) {
                bounds[length - 1] = id;
            } else {
                addRange(id, id);
            }
        }

        void addRange(int first, int last) {
            if (length == bounds.length) {
                bounds = Arrays.copyOf(bounds, length * 2);
            }
            bounds[length++] = first;
            bounds[length++] = last;
        }

        /** Returns what was added. */
        public Ids build() {
            return length == 0 ? NONE : new Ids(Arrays.copyOf(bounds, length), length);
        }
    }
}
