package taskfarmer.it;

import java.io.IOException;
import java.nio.file.Path;
import taskfarmer.store.FakeList;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;

/** A farm of a million tasks that have all ended but the last ten, as its journal would be; nothing was run. */
final class MillionTasks {
    /** How many there are. */
    static final int COUNT = 1_000_000;

    private static final int AT_ONCE = 10_000;
    private static final long BEGAN = 1_700_000_000_000_000L;

    private MillionTasks() {}

    /** Makes the work directory; every thousandth task, beginning with the first, has failed. */
    static void make(Path root) {
        try (Store store = new TestStores(new FileStorage(), root).open()) {
            TestStores.join(store, FakeList.ofSize(COUNT), false, TestStores.joined(64), t -> null);
            for (int first = 0; first < COUNT - 10; first += AT_ONCE) {
                int count = Math.min(AT_ONCE, COUNT - 10 - first);
                store.transact(t -> {
                    Ids ids = t.claim(count);
                    for (int id : ids.toArray()) {
                        t.ended(new Op.Ended(id, 1, id % 64, BEGAN + id * 1000L, 250_000, id % 1000 == 0 ? 3 : 0));
                    }
                    return null;
                });
            }
            store.leave(t -> null);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
