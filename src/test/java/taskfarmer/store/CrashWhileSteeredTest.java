package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskfarmer.model.Command;
import taskfarmer.model.Task;
import taskfarmer.view.Views;

/**
 * A farm that people steer is cut short at each of its writes, those of the commands and of the lists that become shorter among
 * them: whoever comes next brings every task to one end, and the lists say what the journal says.
 */
class CrashWhileSteeredTest extends FarmCrashes {
    private static final FakeList LIST = FakeList.of("a", "b", "c", "d", "e", "f");

    private static final class Steered implements Scenario {
        /** A farmer at work, and somebody who adds, cancels, retries, tells and scales meanwhile. */
        @Override
        public void work(Storage storage, Path root) throws IOException {
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

        @Override
        public void finish(Storage storage, Path root) throws IOException {
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

        @Override
        public void check(Path root) throws IOException {
            JournalOracle journal = JournalOracle.replay(root);
            assertThat(journal.size()).isIn(6, 8);
            assertThat(journal.count("finished") + journal.count("failed") + journal.count("cancelled"))
                    .isEqualTo(journal.size());
            journal.checkViews();
        }
    }

    @Test
    void theFarmItselfKeepsTheInvariants() throws IOException {
        Path root = fresh();
        Scenario scenario = new Steered();
        scenario.work(new FaultyStorage(), root);
        JournalOracle journal = JournalOracle.replay(root);
        assertThat(journal.count("pending")).isEqualTo(7);
        assertThat(journal.count("cancelled")).isEqualTo(1);
        journal.checkViews();
        scenario.finish(new FaultyStorage(), root);
        scenario.check(root);
    }

    @Test
    void losesNothingWhenKilledBeforeAnyWriteOrInItsMidst() throws IOException {
        killAtEachWrite(Steered::new);
    }

    @Test
    void losesNothingWhenTheRecoveryIsKilledToo() throws IOException {
        killTheRecoveryToo(Steered::new, 1, 7);
    }
}
