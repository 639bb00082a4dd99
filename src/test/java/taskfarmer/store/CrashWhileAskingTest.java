package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskfarmer.model.Command;
import taskfarmer.model.Resources;
import taskfarmer.model.Task;
import taskfarmer.model.Usage;
import taskfarmer.view.Views;

/**
 * A farm whose tasks ask for something, try again, wait for each other and ask for something else later is cut short at each of its
 * writes: whoever comes next brings every task to one end, no recorded end is lost, and nothing ran before what it waits for.
 */
class CrashWhileAskingTest extends FarmCrashes {
    private static final FakeList LIST = FakeList.asking(
            "retries=1 name=prep stage=0: a",
            "name=mid after=prep stage=0: b",
            "after=mid stage=0: c",
            "after=any:prep cores=2 stage=0: d",
            "outputs=x tags=t retries=1 retry-on=7 stage=0: e",
            "time=1h stage=0: f",
            "stage=0: g",
            "stage=1: h");
    private static final FakeList LATER = FakeList.asking(
            "retries=1 name=prep stage=0: a",
            "name=mid after=prep stage=0: b",
            "after=mid stage=0: c",
            "after=any:prep cores=4 mem=1G stage=0: d",
            "outputs=x tags=t retries=1 retry-on=7 stage=0: e",
            "time=1h stage=0: f",
            "time=2h stage=0: g",
            "stage=1: h",
            "priority=3 stage=1: i");
    private static final Resources NODE = Resources.parse("cores=8,mem=16G");
    private static final Usage USED = new Usage(1_500_000, 3L << 30, 2048);

    private static Op.Ended end(int task, int attempt, int status, Op.Verdict verdict, String reason) {
        return new Op.Ended(task, attempt, 0, 1_700_000_000_000_000L + task, 1000, status, verdict, reason, USED);
    }

    private static final class Asking implements Scenario {
        /** Which tasks have ended for good, as {@code ID ATTEMPT}, as soon as somebody knows. */
        private final List<String> committed = new ArrayList<>();

        /** Two farmers at work, the second by a list that says something else, and a visitor. */
        @Override
        public void work(Storage storage, Path root) throws IOException {
            TestStores stores = new TestStores(storage, root);
            try (Store farmer = stores.open();
                    Views views = new Views(storage, farmer);
                    Store visitor = stores.open();
                    Views visitors = new Views(storage, visitor)) {
                TestStores.join(farmer, LIST, false, TestStores.joined(4), t -> {
                    t.offer(NODE);
                    return t.claim(3); // 0, 4, 5
                });
                farmer.transact(t -> {
                    t.started(TestStores.started(5, 1));
                    t.ended(end(0, 1, 1, Op.Verdict.AGAIN, ""));
                    t.ended(end(4, 1, 7, Op.Verdict.AGAIN, ""));
                    return t.claim(1); // 0
                });
                views.refresh();
                farmer.transact(t -> {
                    t.ended(end(0, 2, 143, Op.Verdict.FAILED, Op.Ended.TIMEOUT)); // cancels 1 and 2, lets 3 run
                    return t.claim(2); // 3, 4
                });
                views.refresh();
                visitor.transact(t -> {
                    t.retry(Ids.of(0)); // brings 1 and 2 back
                    return null;
                });
                visitors.completeLists();
                farmer.transact(t -> {
                    t.ended(end(5, 1, 0, Op.Verdict.FINISHED, ""));
                    return t.ended(end(4, 2, 0, Op.Verdict.FAILED, Op.Ended.NO_OUTPUT));
                });
                committed.add("5 1");
                committed.add("4 2");
                second(storage, stores);
                visitor.transact(
                        t -> t.add(List.of(new Task(Command.of("j"), FakeList.attributes("after=prep name=new")))));
                farmer.transact(t -> {
                    t.requeued(TestStores.requeued(3, 1));
                    return null;
                });
                visitor.transact(t -> {
                    t.cancel(Ids.of(0)); // and with it 1, 2 and the one added
                    return null;
                });
                visitors.completeLists();
                farmer.leave(t -> null);
                views.complete();
            }
        }

        private void second(Storage storage, TestStores stores) throws IOException {
            try (Store store = stores.open();
                    Views views = new Views(storage, store)) {
                TestStores.join(store, LATER, true, TestStores.joined(2), t -> {
                    t.offer(NODE);
                    return null;
                });
                Ids held = store.transact(t -> t.claim(2)); // 0, 6
                assertThat(held.toArray()).containsExactly(0, 6);
                store.transact(t -> t.ended(end(6, 1, -1, Op.Verdict.FINISHED, Op.Ended.SKIPPED)));
                committed.add("6 1");
                views.refresh();
                store.transact(t -> {
                    t.unclaim(Ids.of(0));
                    return null;
                });
                store.leave(t -> null);
                views.complete();
            }
        }

        /** Odd tasks fail. */
        @Override
        public void finish(Storage storage, Path root) throws IOException {
            TestStores stores = new TestStores(storage, root);
            try (Store store = stores.open(TestStores.ALL_GONE);
                    Views views = new Views(storage, store)) {
                Ids held = TestStores.join(store, LATER, true, TestStores.joined(2), t -> {
                    t.offer(NODE);
                    return t.claim(2);
                });
                // What a failure cancels is so at the end of a transaction, and may let others run.
                while (!held.isEmpty() || store.look(state -> state.prospect(Means.UNLIMITED)) == State.Prospect.NOW) {
                    int[] ids = held.toArray();
                    held = store.transact(t -> {
                        for (int id : ids) {
                            int attempt = t.state().claims().get(id).attempt();
                            t.ended(
                                    id % 2 == 0
                                            ? end(id, attempt, 0, Op.Verdict.FINISHED, "")
                                            : end(id, attempt, 1, Op.Verdict.FAILED, ""));
                        }
                        return t.claim(2);
                    });
                    views.refresh();
                }
                store.leave(t -> null);
                views.complete();
            }
        }

        @Override
        public void check(Path root) throws IOException {
            JournalOracle journal = JournalOracle.replay(root);
            assertThat(journal.size()).isIn(9, 10);
            assertThat(journal.count("finished") + journal.count("failed") + journal.count("cancelled"))
                    .isEqualTo(journal.size());
            journal.checkViews();
            assertThat(journal.ends())
                    .extracting(end -> end.id() + " " + end.attempt())
                    .containsAll(committed);
            assertThat(journal.ends().stream().filter(end -> end.id() == 2))
                    .as("what waits for something that always fails")
                    .isEmpty();
            assertThat(Files.readString(root.resolve("farm/tasks")))
                    .as("no task is written twice")
                    .containsOnlyOnce("\ti\n");
        }
    }

    @Test
    void theFarmItselfIsWhatItIsMeantToBe() throws IOException {
        Path root = fresh();
        Scenario scenario = new Asking();
        scenario.work(new FaultyStorage(), root);
        String journal = Files.readString(root.resolve("farm/journal"));
        assertThat(journal)
                .contains("\nasking ", "\noffer ", " again ", " failed timeout ", " failed no-output ", "\nskip 0 1\n")
                .contains("\nskip 1 2\n", "\nretry 0-2\n", "\nrevise ", " finished outputs-exist ");
        JournalOracle oracle = JournalOracle.replay(root);
        assertThat(oracle.count("cancelled")).as("0, 1, 2, and the one added").isEqualTo(4);
        assertThat(oracle.count("pending")).as("3, 7, 8").isEqualTo(3);
        oracle.checkViews();
        scenario.finish(new FaultyStorage(), root);
        scenario.check(root);
    }

    @Test
    void losesNothingWhenKilledBeforeAnyWriteOrInItsMidst() throws IOException {
        killAtEachWrite(Asking::new);
    }

    @Test
    void losesNothingWhenTheRecoveryIsKilledToo() throws IOException {
        killTheRecoveryToo(Asking::new, 2, 11);
    }
}
