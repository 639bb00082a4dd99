package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.Command;
import taskfarmer.model.Task;
import taskfarmer.view.Views;

/**
 * A farm that people steer is cut short at each of its writes, those of the commands and of the lists that become shorter among
 * them: whoever comes next brings every task to one end, and the lists say what the journal says.
 */
class CrashWhileSteeredTest {
    private static final FakeList LIST = FakeList.of("a", "b", "c", "d", "e", "f");

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private int directories;

    private Path fresh() throws IOException {
        return Files.createDirectory(directory.resolve("run" + directories++)).resolve("work");
    }

    /** A farmer at work, and somebody who adds, cancels, retries, tells and scales meanwhile. */
    private static void work(Storage storage, Path root) throws IOException {
        TestStores stores = new TestStores(storage, root);
        try (Store farmer = stores.open();
                Views views = new Views(storage, farmer);
                Store visitor = stores.open();
                Views visitors = new Views(storage, visitor)) {
            TestStores.join(farmer, LIST, false, TestStores.joined(2), t -> t.claim(3));
            farmer.transact(t -> {
                t.ended(TestStores.ended(0, 1, 1));
                t.ended(TestStores.ended(1, 1, 2));
                t.started(TestStores.started(2, 1));
                return t.claim(1);
            });
            views.refresh();
            visitor.transact(t -> {
                t.cancel(ids(2, 4));
                return null;
            });
            visitors.completeLists();
            visitor.transact(t -> t.add(List.of(Task.of(Command.of("g")), Task.of(Command.of("h")))));
            visitor.transact(t -> {
                t.scale(1, 3);
                t.tell(1, Op.Wish.DRAIN);
                return null;
            });
            farmer.transact(t -> t.requeued(TestStores.requeued(2, 1)));
            views.refresh();
            visitor.transact(t -> {
                t.retry(ids(0, 2));
                return null;
            });
            visitors.completeLists();
            farmer.transact(t -> {
                t.ended(TestStores.ended(3, 1, 3));
                t.claim(1);
                return t.ended(TestStores.ended(0, 2, 5));
            });
            views.complete();
            visitor.transact(t -> {
                t.retry(t.state().all(State.Phase.FAILED));
                return null;
            });
            visitors.completeLists();
            farmer.leave(t -> t.claim(1), "drain");
            views.complete();
        }
    }

    /** A farmer that comes when all others are dead, and brings everything to an end. */
    private static void finish(Storage storage, Path root) throws IOException {
        TestStores stores = new TestStores(storage, root);
        try (Store store = stores.open(TestStores.ALL_GONE);
                Views views = new Views(storage, store)) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(100));
            views.refresh();
            store.leave(t -> {
                for (int id : t.state().claimsOf(store.farmer()).toArray()) {
                    int attempt = t.state().claims().get(id).attempt();
                    t.ended(TestStores.ended(id, attempt, id % 2));
                }
                return null;
            });
            views.complete();
        }
    }

    private static Ids ids(int... ids) {
        Ids.Builder builder = new Ids.Builder();
        for (int id : ids) {
            builder.add(id);
        }
        return builder.build();
    }

    private static void check(Path root) throws IOException {
        JournalOracle journal = JournalOracle.replay(root);
        assertThat(journal.size()).isIn(6, 8);
        assertThat(journal.count("finished") + journal.count("failed") + journal.count("cancelled"))
                .isEqualTo(journal.size());
        journal.checkViews();
    }

    private interface Farm {
        void run(Storage storage, Path root) throws IOException;
    }

    private static boolean crashes(Farm farm, FaultyStorage storage, Path root) throws IOException {
        try {
            farm.run(storage, root);
            return false;
        } catch (FaultyStorage.CrashError e) {
            return true;
        }
    }

    private static void checked(String cut, Path root) throws IOException {
        try {
            JournalOracle.checkWhole(root);
            finish(new FaultyStorage(), root);
            check(root);
        } catch (AssertionError | IOException | RuntimeException e) {
            fail("after " + cut, e);
        }
        Snapshot.remove(root.getParent());
    }

    @Test
    void theFarmItselfKeepsTheInvariants() throws IOException {
        Path root = fresh();
        work(new FaultyStorage(), root);
        JournalOracle journal = JournalOracle.replay(root);
        assertThat(journal.count("pending")).isEqualTo(7);
        assertThat(journal.count("cancelled")).isEqualTo(1);
        journal.checkViews();
        finish(new FaultyStorage(), root);
        check(root);
    }

    @Test
    void losesNothingWhenKilledBeforeAnyWriteOrInItsMidst() throws IOException {
        for (int bytes : new int[] {0, 1, 5}) {
            boolean more = true;
            for (int k = 1; more; k++) {
                Path root = fresh();
                FaultyStorage storage = new FaultyStorage().crashingAt(k).afterBytes(bytes);
                more = crashes(CrashWhileSteeredTest::work, storage, root);
                checked("a crash at operation " + k + ", " + bytes + " bytes: " + storage.latest(), root);
            }
        }
    }

    @Test
    void losesNothingWhenTheRecoveryIsKilledToo() throws IOException {
        boolean crashed = true;
        for (int k = 1; crashed; k++) {
            int step = 7;
            boolean more = true;
            for (int second = 1 + k % step; more; second += step) {
                Path root = fresh();
                FaultyStorage storage = new FaultyStorage().crashingAt(k);
                crashed = crashes(CrashWhileSteeredTest::work, storage, root);
                FaultyStorage recovery = new FaultyStorage().crashingAt(second).afterBytes(9);
                more = crashes(CrashWhileSteeredTest::finish, recovery, root);
                checked(
                        "a crash at operation " + k + ": " + storage.latest()
                                + ", and one of the recovery at operation " + second + ": " + recovery.latest(),
                        root);
            }
        }
    }
}
