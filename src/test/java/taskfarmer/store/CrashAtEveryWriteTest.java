package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import taskfarmer.model.Command;
import taskfarmer.store.JournalOracle.End;
import taskfarmer.view.Views;

/**
 * A little farm is cut short at each of its writes, and at each byte of them; whatever is left on the disk, those who come
 * after it bring all tasks to an end, once each.
 */
class CrashAtEveryWriteTest extends FarmCrashes {
    private static final List<String> BEFORE =
            List.of("make 0", "make 1", "make \u00fc2", "make 3 | sort", "make '4'", "make 5");
    private static final List<String> AFTER = append(BEFORE, "make 6", "make 7");

    private static List<String> append(List<String> list, String... more) {
        List<String> longer = new ArrayList<>(list);
        longer.addAll(List.of(more));
        return List.copyOf(longer);
    }

    private static TestStores stores(Storage storage, Path root) throws IOException {
        Path scratch = root.resolveSibling("scratch");
        return new TestStores(
                storage, root, Files.isDirectory(scratch) ? Map.of("SCRATCH", scratch.toString()) : Map.of());
    }

    // ---- the farm ----

    /**
     * Two farmers at work: they found and join, start, finish, fail, are interrupted, give back, see the list grow, and
     * leave. Some tasks are left over.
     *
     * @param committed is told the ends that were recorded, as soon as the farmer knows that they were
     */
    private static void work(Storage storage, Path root, List<End> committed) throws IOException {
        TestStores stores = stores(storage, root);
        try (Store a = stores.open();
                Views viewsOfA = new Views(storage, a)) {
            TestStores.join(a, new FakeList(BEFORE), false, TestStores.joined(2), t -> t.claim(3));
            a.transact(t -> {
                t.started(TestStores.started(0, 1));
                t.started(TestStores.started(1, 1));
                return null;
            });
            viewsOfA.refresh();
            a.transact(t -> {
                t.ended(TestStores.ended(0, 1, 0));
                t.ended(TestStores.ended(1, 1, 3));
                return t.claim(1);
            });
            committed.add(new End(0, 1, 0));
            committed.add(new End(1, 1, 3));
            viewsOfA.refresh();
            try (Store b = stores.open();
                    Views viewsOfB = new Views(storage, b)) {
                TestStores.join(b, new FakeList(AFTER), false, TestStores.joined(2), t -> t.claim(2));
                a.transact(t -> {
                    t.started(TestStores.started(2, 1));
                    return t.requeued(TestStores.requeued(2, 1));
                });
                b.transact(t -> {
                    t.ended(TestStores.ended(4, 1, 0));
                    t.unclaim(Ids.of(5));
                    return null;
                });
                committed.add(new End(4, 1, 0));
                viewsOfB.refresh();
                a.transact(t -> {
                    t.ended(TestStores.ended(3, 1, 137));
                    return t.claim(2);
                });
                committed.add(new End(3, 1, 137));
                b.leave(t -> t.claim(1));
                viewsOfB.complete();
            }
            a.leave(t -> t.ended(TestStores.ended(2, 2, 0)));
            committed.add(new End(2, 2, 0));
            viewsOfA.complete();
        }
    }

    /** A farmer that comes when all others are dead, and brings everything to an end. */
    private static List<String> finish(Storage storage, Path root) throws IOException {
        TestStores stores = stores(storage, root);
        try (Store store = stores.open(TestStores.ALL_GONE);
                Views views = new Views(storage, store)) {
            TestStores.join(store, new FakeList(AFTER), false, TestStores.joined(2), t -> t.claim(2));
            views.refresh();
            endAll(store);
            store.leave(t -> null);
            views.complete();
        }
        return stores.notices();
    }

    private static void endAll(Store store) throws IOException {
        for (Ids held = held(store); !held.isEmpty(); held = held(store)) {
            Command[] commands = store.commands(held);
            int[] ids = held.toArray();
            for (int i = 0; i < ids.length; i++) {
                byte[] expected = AFTER.get(ids[i]).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
                assertThat(commands[i].bytes()).isEqualTo(expected);
            }
            Ids now = held;
            store.transact(t -> {
                for (int id : now.toArray()) {
                    int attempt = t.state().claims().get(id).attempt();
                    t.ended(TestStores.ended(id, attempt, id == 6 ? 1 : 0));
                }
                return t.claim(3);
            });
        }
    }

    private static Ids held(Store store) {
        return store.look(state -> state.claimsOf(store.farmer()));
    }

    private static void check(Path root, List<End> committed) throws IOException {
        JournalOracle journal = JournalOracle.replay(root);
        assertThat(journal.size()).isEqualTo(AFTER.size());
        assertThat(journal.count("finished") + journal.count("failed")).isEqualTo(AFTER.size());
        assertThat(journal.ends().stream().map(End::id)).doesNotHaveDuplicates().hasSize(AFTER.size());
        assertThat(journal.ends()).containsAll(committed);
        journal.checkViews();
    }

    // ---- the crashes ----

    private static int operationsOf(Deed farm, Path root) throws IOException {
        FaultyStorage storage = new FaultyStorage();
        farm.run(storage, root);
        return storage.operations();
    }

    /**
     * Recovers and checks.
     *
     * @param torn whether the lock file may hold half a line, which is worth a notice
     */
    private static void checked(String cut, boolean torn, Path root, List<End> committed) throws IOException {
        Deed recovery = (storage, path) -> {
            List<String> notices = finish(storage, path);
            if (!torn) {
                assertThat(notices).isEmpty();
            }
            check(path, committed);
        };
        survives(cut, recovery, root);
    }

    @Test
    void theFarmItselfKeepsTheInvariants() throws IOException {
        Path root = fresh();
        List<End> committed = new ArrayList<>();
        work(new FaultyStorage(), root, committed);
        JournalOracle journal = JournalOracle.replay(root);
        assertThat(journal.ends()).containsExactlyElementsOf(committed);
        assertThat(journal.count("pending")).isEqualTo(3);
        journal.checkViews();
        finish(new FaultyStorage(), root);
        check(root, committed);
    }

    @Test
    void losesNothingWhenKilledBeforeAnyWrite() throws IOException {
        int operations = operationsOf((storage, root) -> work(storage, root, new ArrayList<>()), fresh());
        assertThat(operations).isGreaterThan(50);
        for (int k = 1; k <= operations; k++) {
            Path root = fresh();
            FaultyStorage storage = new FaultyStorage().crashingAt(k);
            List<End> committed = new ArrayList<>();
            assertThat(crashes((s, r) -> work(s, r, committed), storage, root)).isTrue();
            checked("a crash at operation " + k + ": " + storage.latest(), false, root, committed);
        }
    }

    @Test
    void losesNothingWhenKilledBeforeAnyWriteWithLocksInScratch() throws IOException {
        Path whole = fresh();
        Files.createDirectory(whole.resolveSibling("scratch"));
        int operations = operationsOf((storage, root) -> work(storage, root, new ArrayList<>()), whole);
        for (int k = 1; k <= operations; k++) {
            Path root = fresh();
            Files.createDirectory(root.resolveSibling("scratch"));
            FaultyStorage storage = new FaultyStorage().crashingAt(k).afterBytes(5);
            List<End> committed = new ArrayList<>();
            assertThat(crashes((s, r) -> work(s, r, committed), storage, root)).isTrue();
            boolean torn = storage.latest().path().endsWith("lock");
            checked("a crash at operation " + k + ": " + storage.latest(), torn, root, committed);
        }
    }

    @Test
    void losesNothingWhenKilledAtAnyByteOfAnyWrite() throws IOException {
        int operations = operationsOf((storage, root) -> work(storage, root, new ArrayList<>()), fresh());
        int cuts = 0;
        for (int k = 1; k <= operations; k++) {
            Path root = fresh();
            FaultyStorage storage = new FaultyStorage().crashingAt(k);
            List<End> committed = new ArrayList<>();
            crashes((s, r) -> work(s, r, committed), storage, root);
            FaultyStorage.Change write = storage.latest();
            Snapshot before = Snapshot.of(root);
            Snapshot.remove(root.getParent());
            for (int bytes = 1; bytes <= write.bytes().length; bytes++) {
                String name = root.relativize(write.path()).toString();
                Snapshot after = before.withWrite(name, write.position(), write.bytes(), bytes);
                if (after != null) {
                    Path cut = fresh();
                    after.restore(cut);
                    cuts++;
                    checked(
                            "a crash after " + bytes + " bytes of operation " + k + ": " + write,
                            name.endsWith("lock"),
                            cut,
                            committed);
                }
            }
        }
        assertThat(cuts).isGreaterThan(3000);
    }

    @Test
    void losesNothingWhenTheRecoveryIsKilledToo() throws IOException {
        int operations = operationsOf((storage, root) -> work(storage, root, new ArrayList<>()), fresh());
        for (int k = 1; k <= operations; k++) {
            int step = 5;
            boolean more = true;
            for (int second = 1 + k % step; more; second += step) {
                Path root = fresh();
                FaultyStorage storage = new FaultyStorage().crashingAt(k);
                List<End> committed = new ArrayList<>();
                crashes((s, r) -> work(s, r, committed), storage, root);
                FaultyStorage recovery = new FaultyStorage().crashingAt(second).afterBytes(20);
                more = crashes(CrashAtEveryWriteTest::finish, recovery, root);
                checked(
                        both(storage, k, recovery, second),
                        recovery.latest().path().endsWith("lock"),
                        root,
                        committed);
            }
        }
    }
}
