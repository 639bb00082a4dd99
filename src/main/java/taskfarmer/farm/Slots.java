package taskfarmer.farm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import taskfarmer.store.Ids;

/** The slots of a farmer, a thread each; there may be more or fewer of them while it runs. Used by one thread. */
final class Slots {
    private static final long END_WITHIN_MILLIS = 3000;

    private final Board board;
    private final Slot.Shared shared;
    private final List<Thread> threads = new ArrayList<>();

    Slots(Board board, Slot.Shared shared) {
        this.board = board;
        this.shared = shared;
    }

    /**
     * Has so many slots take tasks from now on.
     *
     * @param numbers the numbers of slots that this farmer may use; the first ones are
     */
    void use(int count, Ids numbers) {
        BitSet active = new BitSet();
        int[] all = numbers.toArray();
        for (int i = 0; i < count; i++) {
            active.set(all[i]);
        }
        board.activate(active).stream().forEach(number -> {
            Thread thread = new Thread(new Slot(number, shared), "slot-" + number);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        });
    }

    /** Waits for all to end, but not for one that hangs. */
    void awaitEnd() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_WITHIN_MILLIS);
        for (Thread thread : threads) {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        }
    }
}
