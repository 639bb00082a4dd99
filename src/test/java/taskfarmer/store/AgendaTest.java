package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;
import taskfarmer.model.Resources;
import taskfarmer.model.Task;
import taskfarmer.model.Usage;

/** Which tasks are to be had, in which order, and what becomes of those that wait for others. */
class AgendaTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private TestStores stores;

    @BeforeEach
    void beginStores() throws IOException {
        stores = new TestStores(new FileStorage(), directory.resolve("work"));
    }

    /** A farmer with so much of everything. */
    private static Means having(String resources) {
        return new Means() {
            private Resources free = Resources.parse(resources);
            private final Resources all = free;

            @Override
            public boolean allow(Requirements requirements) {
                return all.covers(requirements.resources());
            }

            @Override
            public boolean take(Requirements requirements) {
                if (!free.covers(requirements.resources())) {
                    return false;
                }
                free = free.minus(requirements.resources());
                return true;
            }

            @Override
            public boolean isExhausted() {
                return free.amount(Resources.CORES) == 0;
            }

            @Override
            public void passedOver(int task, Requirements requirements) {}
        };
    }

    private Store join(String... tasks) throws IOException {
        Store store = stores.open();
        TestStores.join(store, FakeList.asking(tasks), false, TestStores.joined(8), t -> Ids.NONE);
        return store;
    }

    private static List<Integer> claim(Store store, int most, Means means) throws IOException {
        List<Integer> ids = new ArrayList<>();
        store.transact(t -> t.claim(most, most, means)).forEach(ids::add);
        return ids;
    }

    private static List<Integer> claim(Store store, int most) throws IOException {
        return claim(store, most, Means.UNLIMITED);
    }

    private static void end(Store store, int task, int status) throws IOException {
        int attempt = store.look(state -> state.attempts(task)) + 1;
        store.transact(t -> t.ended(TestStores.ended(task, attempt, status)));
    }

    private static void again(Store store, int task) throws IOException {
        int attempt = store.look(state -> state.attempts(task)) + 1;
        Op.Ended end = new Op.Ended(task, attempt, 0, 17, 1, 1, Op.Verdict.AGAIN, "", Usage.UNKNOWN);
        store.transact(t -> t.ended(end));
    }

    private static State.Phase phase(Store store, int task) {
        return store.look(state -> state.phase(task));
    }

    @Test
    void takesWhatFitsInOrder() throws IOException {
        try (Store store = join("cores=4: a", "cores=2: b", "c", "cores=3: d", "cores=1: e")) {
            assertThat(claim(store, 8, having("cores=7"))).containsExactly(0, 1, 2);
            assertThat(claim(store, 8, having("cores=2"))).containsExactly(4);
            assertThat(claim(store, 8, having("cores=2"))).isEmpty();
            assertThat(claim(store, 8, having("cores=3"))).containsExactly(3);
        }
    }

    @Test
    void aTaskThatAsksForNothingTakesACoreAndNoMemory() throws IOException {
        try (Store store = join("mem=1G: a", "b", "gpus=0.5: c", "d")) {
            assertThat(claim(store, 8, having("cores=3,mem=1G"))).containsExactly(0, 1, 3);
            assertThat(claim(store, 8, having("cores=3,mem=1G,gpus=1"))).containsExactly(2);
        }
    }

    @Test
    void higherPrioritiesComeFirstAndAmongEqualsTheLongest() throws IOException {
        try (Store store = join(
                "a",
                "estimate=10: b",
                "priority=1: c",
                "estimate=20: d",
                "priority=-1 estimate=99: e",
                "estimate=10: f")) {
            assertThat(claim(store, 8)).containsExactly(2, 3, 1, 5, 0, 4);
        }
    }

    @Test
    void whatWasGivenBackComesAgainInItsOrder() throws IOException {
        try (Store store = join("cores=1: a", "cores=2: b", "cores=1: c", "cores=2: d")) {
            assertThat(claim(store, 3)).containsExactly(0, 1, 2);
            store.transact(t -> {
                t.unclaim(Ids.range(1, 2));
                return null;
            });
            assertThat(claim(store, 2)).containsExactly(1, 2);
            assertThat(claim(store, 2)).containsExactly(3);
        }
    }

    @Test
    void aTaskWaitsForAllThatHaveAName() throws IOException {
        try (Store store = join("after=prep: last", "name=prep: a", "name=prep: b", "after=1: c")) {
            assertThat(claim(store, 8)).containsExactly(1, 2);
            end(store, 1, 0);
            assertThat(claim(store, 8)).containsExactly(3);
            assertThat(store.<State.Prospect>look(state -> state.prospect(Means.UNLIMITED)))
                    .isEqualTo(State.Prospect.LATER);
            end(store, 2, 0);
            assertThat(claim(store, 8)).containsExactly(0);
        }
    }

    @Test
    void aFailedTaskCancelsWhatWaitsForItAndWhatWaitsForThat() throws IOException {
        try (Store store = join("name=a: a", "after=a name=b: b", "after=b: c", "after=any:a: d", "e")) {
            claim(store, 1);
            end(store, 0, 3);
            assertThat(phase(store, 1)).isEqualTo(State.Phase.CANCELLED);
            assertThat(phase(store, 2)).isEqualTo(State.Phase.CANCELLED);
            assertThat(store.<Map<Integer, Integer>>look(state -> Map.copyOf(state.skipped())))
                    .isEqualTo(Map.of(1, 0, 2, 1));
            assertThat(claim(store, 8)).containsExactly(3, 4);
        }
    }

    @Test
    void retryingAFailedTaskBringsBackWhatWasCancelledBecauseOfIt() throws IOException {
        try (Store store = join("name=a: a", "after=a name=b: b", "after=b: c")) {
            claim(store, 1);
            end(store, 0, 3);
            store.transact(t -> {
                t.retry(Ids.of(0));
                return null;
            });
            assertThat(claim(store, 8)).containsExactly(0);
            end(store, 0, 0);
            assertThat(claim(store, 8)).containsExactly(1);
            end(store, 1, 0);
            assertThat(claim(store, 8)).containsExactly(2);
        }
    }

    @Test
    void cancellingATaskCancelsWhatWaitsForIt() throws IOException {
        try (Store store = join("name=a: a", "after=a: b")) {
            store.transact(t -> {
                t.cancel(Ids.of(0));
                return null;
            });
            assertThat(phase(store, 1)).isEqualTo(State.Phase.CANCELLED);
        }
    }

    @Test
    void whatIsAddedAfterAFailedTaskIsCancelledAtOnce() throws IOException {
        try (Store store = join("name=a: a")) {
            claim(store, 1);
            end(store, 0, 1);
            store.transact(t -> t.add(List.of(new Task(Command.of("b"), FakeList.attributes("after=a")))));
            assertThat(phase(store, 1)).isEqualTo(State.Phase.CANCELLED);
        }
    }

    @Test
    void barriersHoldBackWhatStandsBehindThem() throws IOException {
        try (Store store = join("stage=0: a", "stage=0: b", "stage=1: c", "stage=2!: d", "stage=2!: e")) {
            assertThat(claim(store, 8)).containsExactly(0, 1);
            end(store, 0, 1);
            assertThat(claim(store, 8)).isEmpty();
            end(store, 1, 0);
            assertThat(claim(store, 8)).as("whatever became of those before").containsExactly(2);
            end(store, 2, 1);
            assertThat(phase(store, 3)).as("only if all before did well").isEqualTo(State.Phase.CANCELLED);
        }
    }

    @Test
    void theBarriersOfAnAddedListAreItsOwn() throws IOException {
        try (Store store = join("stage=0: a", "stage=1: b")) {
            store.transact(t -> t.add(List.of(
                    new Task(Command.of("c"), FakeList.attributes("stage=0")),
                    new Task(Command.of("d"), FakeList.attributes("stage=1 after=-1")))));
            assertThat(claim(store, 8)).containsExactly(0, 2);
            end(store, 2, 0);
            assertThat(claim(store, 8)).containsExactly(3);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "after=nobody: a, waits for 'nobody'",
        "after=7: a, waits for task 7",
        "after=-1: a, there are only 0 tasks before it",
        "name=a after=a: a, waits for itself: 0 after 0",
        "after=0: a, waits for itself"
    })
    void whatCanNeverRunIsRefused(String task, String message) throws IOException {
        try (Store store = stores.open()) {
            assertThatThrownBy(() ->
                            TestStores.join(store, FakeList.asking(task), false, TestStores.joined(1), t -> Ids.NONE))
                    .isInstanceOf(FarmException.class)
                    .hasMessageContaining(message);
            assertThat(store.<Integer>look(State::size))
                    .as("nothing was recorded")
                    .isZero();
        }
    }

    @Test
    void circlesAreShown() throws IOException {
        try (Store store = stores.open()) {
            assertThatThrownBy(() -> join("name=a after=c: a", "name=b after=a: b", "name=c after=b: c", "d"))
                    .isInstanceOf(FarmException.class)
                    .hasMessageMatching(
                            ".*task \\d \\([abc]\\) waits for itself: (0 after 2 after 1 after 0|1 after 0 after 2 after"
                                    + " 1|2 after 1 after 0 after 2).*");
        }
    }

    @Test
    void aTaskThatIsTriedAgainRestsBefore() throws IOException {
        try (Store store = join("retries=3 backoff=0.5: a", "b")) {
            claim(store, 1);
            stores.setClock();
            again(store, 0);
            assertThat(store.<Integer>look(state -> state.retries(0))).isEqualTo(1);
            assertThat(claim(store, 8)).containsExactly(1);
            end(store, 1, 0);
            assertThat(store.<State.Prospect>look(state -> state.prospect(Means.UNLIMITED)))
                    .isEqualTo(State.Prospect.LATER);
            List<Integer> claimed = claim(store, 8);
            while (claimed.isEmpty()) {
                claimed = claim(store, 8);
            }
            assertThat(claimed).containsExactly(0);
            end(store, 0, 1);
            assertThat(phase(store, 0)).isEqualTo(State.Phase.FAILED);
            assertThat(store.<Integer>look(state -> state.retries(0))).isZero();
        }
    }

    @Test
    void aTaskThatWasCancelledWhileItRestedRestsNoMore() throws IOException {
        try (Store store = join("retries=3 backoff=1h: a", "cores=8: b")) {
            assertThat(claim(store, 1)).containsExactly(0);
            stores.setClock();
            again(store, 0);
            store.transact(t -> {
                t.cancel(Ids.of(0));
                return null;
            });
            assertThat(store.<State.Prospect>look(state -> state.prospect(having("cores=4"))))
                    .as("nothing is to be waited for")
                    .isEqualTo(State.Prospect.NONE);
            store.transact(t -> {
                t.retry(Ids.of(0));
                return null;
            });
            assertThat(claim(store, 1)).containsExactly(0);
        }
    }

    @Test
    void tasksThatAskForSomethingElseNowAreHandledByThat() throws IOException {
        try (Store store = join("cores=4: a", "cores=4: b")) {
            assertThat(claim(store, 8, having("cores=2"))).isEmpty();
        }
        try (Store store = stores.open()) {
            assertThatThrownBy(() -> TestStores.join(
                            store,
                            FakeList.asking("cores=2: a", "cores=4: b"),
                            false,
                            TestStores.joined(1),
                            t -> Ids.NONE))
                    .hasMessageContaining("task 0 (a) asked for cores=4, and now for cores=2");
            TestStores.join(
                    store, FakeList.asking("cores=2: a", "cores=4: b"), true, TestStores.joined(1), t -> Ids.NONE);
            assertThat(claim(store, 8, having("cores=4"))).containsExactly(0);
            assertThat(store.attributes(Ids.range(0, 2))[0].shown()).isEqualTo("cores=2");
        }
    }

    @Test
    void aListMayGetItsFirstBarrierAtItsEnd() throws IOException {
        try (Store store = join("a", "cores=2: b")) {
            claim(store, 1);
            end(store, 0, 0);
        }
        try (Store store = stores.open()) {
            FakeList longer = FakeList.asking("stage=0: a", "cores=2 stage=0: b", "stage=1: c");
            TestStores.join(store, longer, false, TestStores.joined(1), t -> Ids.NONE);
            assertThat(claim(store, 8)).containsExactly(1);
            end(store, 1, 0);
            assertThat(claim(store, 8)).containsExactly(2);
        }
    }

    @Test
    void estimatesMayBeLearntAnew() throws IOException {
        try (Store store = join("estimate=10: a", "estimate=20: b")) {
            claim(store, 1);
        }
        try (Store store = stores.open()) {
            TestStores.join(store, FakeList.asking("estimate=30: a", "b"), false, TestStores.joined(1), t -> Ids.NONE);
            assertThat(claim(store, 8)).containsExactly(0);
        }
    }

    @Test
    void aTaskThatIsCancelledIsNotTriedAgain() throws IOException {
        try (Store store = join("retries=9: a")) {
            claim(store, 1);
            store.transact(t -> {
                t.cancel(Ids.of(0));
                return null;
            });
            again(store, 0);
            assertThat(phase(store, 0)).isEqualTo(State.Phase.CANCELLED);
        }
    }

    @Test
    void whatHasEndedWaitsForNothingMore() throws IOException {
        try (Store store = join("name=sim: a", "name=ana after=sim: b")) {
            claim(store, 1);
            end(store, 0, 0);
            claim(store, 1);
            end(store, 1, 0);
            store.transact(t -> t.add(List.of(new Task(Command.of("c"), FakeList.attributes("name=sim after=ana")))));
            assertThat(claim(store, 8)).containsExactly(2);
        }
    }

    @Test
    void aTaskThatIsCorrectedIsWaitedForInThePlaceOfTheOldOne() throws IOException {
        try (Store store = join("name=a: old", "after=a: child")) {
            claim(store, 1);
            end(store, 0, 1);
            assertThat(phase(store, 1)).isEqualTo(State.Phase.CANCELLED);
        }
        try (Store store = stores.open()) {
            FakeList corrected = FakeList.asking("name=a: new", "after=a: child");
            TestStores.join(store, corrected, true, TestStores.joined(1), t -> Ids.NONE);
            assertThat(claim(store, 8)).containsExactly(2);
            end(store, 2, 0);
            assertThat(claim(store, 8)).containsExactly(1);
        }
    }

    @Test
    void barriersHoldWhenTheListIsPutInAnotherOrder() throws IOException {
        try (Store store = join("stage=0: a", "stage=0: b", "stage=1: c")) {
            claim(store, 2);
            end(store, 0, 0);
            FakeList other = FakeList.asking("stage=0: b", "stage=1: a", "stage=2: c");
            try (Store again = stores.open()) {
                TestStores.join(again, other, true, TestStores.joined(1), t -> Ids.NONE);
                assertThat(claim(again, 8)).as("b still runs").isEmpty();
                end(store, 1, 0);
                assertThat(claim(again, 8)).containsExactly(2);
            }
        }
    }

    @Test
    void aTaskThatHasEndedCanBeGivenANameLater() throws IOException {
        try (Store store = join("a", "b")) {
            claim(store, 1);
            end(store, 0, 0);
        }
        try (Store store = stores.open()) {
            TestStores.join(
                    store, FakeList.asking("name=x: a", "after=x: b"), true, TestStores.joined(1), t -> Ids.NONE);
            assertThat(claim(store, 8)).containsExactly(1);
        }
    }

    @Test
    void manyFailuresCostAsMuchEachAsFew() throws IOException {
        int pairs = 20_000;
        String[] tasks = new String[2 * pairs];
        for (int i = 0; i < pairs; i++) {
            tasks[i] = "name=p" + i + ": a" + i;
            tasks[pairs + i] = "after=p" + i + ": b" + i;
        }
        try (Store store = join(tasks)) {
            long began = System.nanoTime();
            store.transact(t -> {
                t.cancel(Ids.range(0, pairs));
                return null;
            });
            assertThat(store.<Integer>look(state -> state.count(State.Phase.CANCELLED)))
                    .isEqualTo(2 * pairs);
            assertThat(System.nanoTime() - began)
                    .as("it took 19 s when it was quadratic")
                    .isLessThan(8_000_000_000L);
        }
    }

    /** Whatever the graph, each task runs once all before it have ended well, and none is left at the end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomGraphsAreWorkedThrough(long seed) throws IOException {
        Random random = new Random(seed);
        int size = 120;
        List<List<Integer>> before = new ArrayList<>();
        String[] tasks = new String[size];
        int[] order = random.ints(0, Integer.MAX_VALUE).limit(size).toArray(); // edges go upwards in it: no circles
        for (int task = 0; task < size; task++) {
            Set<Integer> own = new HashSet<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                int other = random.nextInt(size);
                if (order[other] < order[task]) {
                    own.add(other);
                }
            }
            before.add(List.copyOf(own));
            List<String> names = own.stream()
                    .map(other -> other % 2 == 0 ? "t" + other : "" + other)
                    .toList();
            tasks[task] =
                    "name=t" + task + (names.isEmpty() ? "" : " after=" + String.join(",", names)) + ": run " + task;
        }
        BitSet well = new BitSet();
        BitSet ended = new BitSet();
        try (Store one = join(tasks);
                Store other = stores.open()) {
            TestStores.join(other, FakeList.asking(tasks), false, TestStores.joined(8), t -> Ids.NONE);
            while (one.<State.Prospect>look(state -> state.prospect(Means.UNLIMITED)) != State.Prospect.NONE) {
                Store store = random.nextBoolean() ? one : other;
                for (int task : claim(store, 1 + random.nextInt(6))) {
                    for (int needed : before.get(task)) {
                        assertThat(well.get(needed))
                                .as("%s before %s", needed, task)
                                .isTrue();
                    }
                    boolean succeeds = random.nextInt(20) > 0;
                    end(store, task, succeeds ? 0 : 1);
                    well.set(task, succeeds);
                    ended.set(task);
                }
                one.follow();
                other.follow();
            }
            for (int task = 0; task < size; task++) {
                boolean runs = before.get(task).stream().allMatch(well::get);
                assertThat(ended.get(task)).as("task %s", task).isEqualTo(runs);
                if (!runs) {
                    assertThat(phase(one, task)).isEqualTo(State.Phase.CANCELLED);
                }
            }
        }
    }
}
