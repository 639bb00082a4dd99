package taskfarmer.store;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Task IDs, each at most once, in no particular order: mostly added, seldom removed. */
final class IdList {
    private int[] ids = new int[2];
    private int size;

    void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size++] = id;
    }

    void remove(int id) {
        for (int i = size - 1; i >= 0; i--) {
            if (ids[i] == id) {
                ids[i] = ids[--size];
                return;
            }
        }
    }

    PrimitiveIterator.OfInt iterator() {
        return Arrays.stream(ids, 0, size).iterator();
    }

    /** Returns the IDs in their order. */
    IntStream sorted() {
        return Arrays.stream(ids, 0, size).sorted();
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Returns one that fulfils a condition; there must be one. */
    int first(IntPredicate condition) {
        int at = 0;
        while (!condition.test(ids[at])) {
            at++;
        }
        return ids[at];
    }

    void forEach(IntConsumer action) {
        for (int i = 0; i < size; i++) {
            action.accept(ids[i]);
        }
    }
}
