package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskfarmer.model.FarmException;

/** Any operation of the file system fails, in all the ways that file systems have: nothing is lost, nothing counts twice. */
class FailingOperationsTest {
    private static final FakeList LIST = FakeList.ofSize(5);
    private static final int LASTS = 25;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** One list that is worked through by as many farmers as it takes; whoever fails for good is followed by another one. */
    private static final class Run {
        private final FailingStorage storage;
        private final Path root;
        private final String error;
        private final List<String> problems = new ArrayList<>();

        Run(FailingStorage storage, Path root, String error) {
            this.storage = storage;
            this.root = root;
            this.error = error;
        }

        void run() throws IOException {
            for (int farmers = 0; farmers < 60; farmers++) {
                try {
                    work();
                    check();
                    return;
                } catch (IOException e) {
                    assertThat(Failures.describe(e)).contains(error).contains(root.toString());
                    problems.add(Failures.describe(e));
                } catch (FarmException e) {
                    assertThat(e.getMessage()).contains(error).contains(root.toString());
                    problems.add(e.getMessage());
                }
            }
            throw new AssertionError("no farmer came to the end: " + problems);
        }

        /** The same loop as the farm's: what could not be said is said again, unless the farmer gives up. */
        private void work() throws IOException {
            try (Store store = new TestStores(storage, root).open(TestStores.ALL_GONE)) {
                Ids first = TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(2));
                Set<Integer> known = new HashSet<>(list(first));
                boolean done = false;
                while (!done) {
                    try {
                        store.beat();
                        store.checkPeers(true);
                        Ids claimed = store.transact(t -> {
                            for (int id : t.state().claimsOf(store.farmer()).toArray()) {
                                int attempt = t.state().claims().get(id).attempt();
                                if (known.contains(id)) {
                                    t.ended(TestStores.ended(id, attempt, 0));
                                } else {
                                    t.unclaim(Ids.of(id)); // claimed, and never heard so
                                }
                            }
                            return t.claim(2);
                        });
                        known.addAll(list(claimed));
                        store.force();
                        done = store.look(state -> state.count(State.Phase.FINISHED) == 5);
                    } catch (IOException e) {
                        if (!Failures.mayPass(e)) {
                            throw e;
                        }
                    }
                }
                store.leave(t -> null);
            }
        }

        private static List<Integer> list(Ids ids) {
            List<Integer> list = new ArrayList<>();
            ids.forEach(list::add);
            return list;
        }

        private void check() throws IOException {
            storage.mend();
            JournalOracle journal = JournalOracle.replay(root);
            assertThat(journal.count("finished")).isEqualTo(5);
            assertThat(journal.ends()).hasSize(5);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "No space left on device",
        "Input/output error",
        "No locks available",
        "Function not implemented",
        "Read-only file system",
        "Stale file handle",
        "Transport endpoint is not connected"
    })
    void losesNothingWhicheverOperationFails(String error) throws IOException {
        FailingStorage whole = new FailingStorage(error);
        new Run(whole, directory.resolve("whole"), error).run();
        assertThat(whole.operations()).isGreaterThan(60);
        for (int k = 1; k <= whole.operations(); k++) {
            for (int lasts : new int[] {1, LASTS}) {
                FailingStorage storage = new FailingStorage(error).failing(k, k + lasts - 1);
                Run run = new Run(storage, directory.resolve("run" + k + "-" + lasts), error);
                try {
                    run.run();
                } catch (AssertionError | IOException | RuntimeException e) {
                    fail("failed at operation " + storage.failed() + ", " + lasts + " in a row", e);
                }
            }
        }
    }
}
