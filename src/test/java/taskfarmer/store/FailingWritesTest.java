package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskfarmer.store.JournalOracle.End;
import taskfarmer.view.Views;

/** Writes fail, as on a full disk, and the farmer lives on: what it said counts as a whole or not at all. */
class FailingWritesTest {
    private static final FakeList LIST = FakeList.ofSize(7);

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private interface Step {
        void run() throws IOException;
    }

    /** One run on files that fail once or for some time, and how the farmer deals with it. */
    private static final class Run {
        private final FaultyStorage storage;
        private final Path root;
        private final String error;
        private final List<End> committed = new ArrayList<>();
        private int failures;

        Run(FaultyStorage storage, Path root, String error) {
            this.storage = storage;
            this.root = root;
            this.error = error;
        }

        void run() throws IOException {
            try {
                work(TestStores.ALL_PRESENT);
            } catch (IOException e) {
                // It could not even join: the program ends then, and is started again.
                assertThat(e).hasMessageContaining(error);
                storage.mend();
                failures++;
                work(TestStores.ALL_GONE);
            }
            JournalOracle journal = JournalOracle.replay(root);
            assertThat(journal.count("finished")).isEqualTo(6);
            assertThat(journal.count("failed")).isEqualTo(1);
            assertThat(journal.ends()).hasSize(7).containsAll(committed);
            journal.checkViews();
        }

        private void work(Liveness liveness) throws IOException {
            TestStores stores = new TestStores(storage, root);
            try (Store store = stores.open(liveness);
                    Views views = new Views(storage, store)) {
                TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(3));
                insist(() -> store.transact(t -> {
                    t.started(TestStores.started(0, 1));
                    return null;
                }));
                insist(views::refresh);
                insist(() -> {
                    boolean[] mine = new boolean[1];
                    store.transact(t -> {
                        mine[0] = t.ended(TestStores.ended(0, t.state().attempts(0) + 1, 0));
                        return t.claim(1);
                    });
                    if (mine[0]) {
                        committed.add(JournalOracle.replay(root).ends().get(0));
                    }
                });
                insist(views::refresh);
                insist(() -> store.transact(t -> {
                    t.unclaim(Ids.of(1));
                    return t.requeued(TestStores.requeued(2, 1));
                }));
                insist(() -> endAll(store));
                insist(() -> {
                    store.transact(t -> null);
                    if (store.look(state -> state.farmers().get(store.farmer()).present())) {
                        store.leave(t -> null);
                    }
                });
                insist(views::complete);
            }
            assertThat(stores.notices()).isEmpty();
        }

        /** Repeats a step until it succeeds; it is mended after the second failure. */
        private void insist(Step step) throws IOException {
            try {
                step.run();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining(error);
                failures++;
                try {
                    step.run(); // fails again if the trouble lasts
                } catch (IOException again) {
                    assertThat(again).hasMessageContaining(error);
                    storage.mend();
                    step.run();
                }
                storage.mend();
            }
        }

        private static void endAll(Store store) throws IOException {
            store.transact(t -> t.claim(2));
            while (store.look(state -> state.count(State.Phase.PENDING) + state.count(State.Phase.CLAIMED)) > 0) {
                store.transact(t -> {
                    for (int id : t.state().claimsOf(store.farmer()).toArray()) {
                        int attempt = t.state().claims().get(id).attempt();
                        t.ended(TestStores.ended(id, attempt, id == 6 ? 1 : 0));
                    }
                    return t.claim(2);
                });
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 0", "false, 9", "true, 9"})
    void goesOnWithTheSameStoreWhenAWriteHasFailed(boolean lasting, int bytes) throws IOException {
        FaultyStorage whole = new FaultyStorage();
        new Run(whole, directory.resolve("whole"), "").run();
        assertThat(whole.operations()).isGreaterThan(40);
        for (int k = 1; k <= whole.operations(); k++) {
            Path root = directory.resolve("run" + k);
            String error = "No space left on device";
            FaultyStorage storage =
                    new FaultyStorage().failingAt(k, error).afterBytes(bytes).atomic("lock");
            Run run = new Run(lasting ? storage.lasting() : storage, root, error);
            try {
                run.run();
            } catch (AssertionError | IOException | RuntimeException e) {
                fail("operation " + k + " failed", e);
            }
        }
    }

    @Test
    void countsNothingOfATransactionWhoseWorkFails() throws IOException {
        TestStores stores = new TestStores(new FileStorage(), directory.resolve("work"));
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(3));
            Snapshot before = Snapshot.of(directory);
            assertThatThrownBy(() -> store.transact(t -> {
                        t.ended(TestStores.ended(0, 1, 0));
                        t.claim(1);
                        throw new IllegalStateException("a bug");
                    }))
                    .hasMessage("a bug");
            assertThat(Snapshot.of(directory)).isEqualTo(before);
            Ids claimed = store.transact(t -> {
                assertThat(t.state().claimsOf(1)).isEqualTo(Ids.range(0, 3));
                return t.claim(1);
            });
            assertThat(claimed).isEqualTo(Ids.of(3));
        }
    }

    @Test
    void namesTheFileThatCouldNotBeWritten() throws IOException {
        Path root = directory.resolve("work");
        FaultyStorage storage = new FaultyStorage();
        TestStores stores = new TestStores(storage, root);
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(3));
            storage.failingAt(storage.operations() + 1, "No space left on device");
            assertThatThrownBy(() -> store.transact(t -> t.claim(1))).isInstanceOfSatisfying(IOException.class, e -> {
                assertThat(Failures.describe(e)).isEqualTo(root + "/farm/journal: No space left on device");
                assertThat(Failures.untrusted(e).remedy()).startsWith("Make space");
            });
        }
    }

    @Test
    void givesTheLockBackWhenItCannotBeLookedAt() throws IOException {
        Path root = directory.resolve("work");
        TestStores stores = new TestStores(new FileStorage(), root);
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> null);
        }
        Storage blind = new BlindStorage();
        try (LockFile unseen = new LockFile(blind, root.resolve("farm/locks/lock"), 'w', notice -> {});
                Store other = stores.open()) {
            assertThatThrownBy(() -> unseen.acquire(() -> java.time.Duration.ofSeconds(1)))
                    .isInstanceOf(IOException.class);
            assertThat(other.<Boolean>transact(t -> true)).isTrue();
        }
    }

    /** A file system that does not answer when it is asked for the identity of a file. */
    private static final class BlindStorage extends ForwardingStorage {
        @Override
        public java.util.Optional<Object> identity(Path path) throws IOException {
            throw new java.nio.file.FileSystemException(path.toString(), null, "Stale file handle");
        }
    }
}
