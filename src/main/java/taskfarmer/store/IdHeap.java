package taskfarmer.store;

import java.util.Arrays;

/** Task IDs of which the smallest is known: a binary heap. One that is put in twice is there twice. */
final class IdHeap {
    private int[] ids = new int[4];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns the smallest one, which must be there. */
    int first() {
        return ids[0];
    }

    void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
        }
        int at = size++;
        while (at > 0 && ids[(at - 1) / 2] > id) {
            ids[at] = ids[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        ids[at] = id;
    }

    /** Removes the smallest one and returns it. */
    int remove() {
        int first = ids[0];
        int last = ids[--size];
        int at = 0;
        int child = 1;
        while (child < size) {
            child += child + 1 < size && ids[child + 1] < ids[child] ? 1 : 0;
            if (ids[child] >= last) {
                break;
            }
            ids[at] = ids[child];
            at = child;
            child = 2 * at + 1;
        }
        ids[at] = last;
        return first;
    }
}
