package taskfarmer.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.history.Attempts.Outcome;
import taskfarmer.model.Resources;
import taskfarmer.model.Usage;
import taskfarmer.store.DemandingFarm;
import taskfarmer.store.FakeList;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Op;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.State;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;
import taskfarmer.store.WorkDirectory;

/** What becomes of verdicts, reasons, usage and resources on the way from the journal to whoever asks. */
class VerdictsTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private History history;
    private Attempts attempts;
    private Standing standing;

    @BeforeEach
    void readFarm() throws IOException {
        DemandingFarm.make(directory.resolve("work"));
        read();
    }

    private void read() throws IOException {
        history = History.inFull(
                new FileStorage(), WorkDirectory.existing(new FileStorage(), directory.resolve("work"), "work"));
        attempts = history.attempts();
        standing = Standing.now(history);
    }

    private Outcome outcome(int task) {
        return attempts.outcome(attempts.latestOf(task));
    }

    private String reason(int task) {
        return attempts.reason(attempts.latestOf(task));
    }

    private int status(int task) {
        return attempts.status(attempts.latestOf(task));
    }

    @Test
    void goByTheVerdictAndNotByTheExitStatus() {
        assertThat(outcome(DemandingFarm.ODD)).isEqualTo(Outcome.FINISHED);
        assertThat(status(DemandingFarm.ODD)).isEqualTo(3);
        assertThat(outcome(DemandingFarm.NO_OUTPUT)).isEqualTo(Outcome.FAILED);
        assertThat(status(DemandingFarm.NO_OUTPUT)).isZero();
        assertThat(reason(DemandingFarm.NO_OUTPUT)).isEqualTo("no-output");
        assertThat(outcome(DemandingFarm.NOT_RUN)).isEqualTo(Outcome.FINISHED);
        assertThat(reason(DemandingFarm.TIMEOUT)).isEqualTo("timeout");
        assertThat(reason(DemandingFarm.ODD)).isEmpty();
    }

    @Test
    void anAttemptThatIsTriedAgainIsNoFailedTask() {
        assertThat(outcome(DemandingFarm.RESTING)).isEqualTo(Outcome.RETRIED);
        assertThat(status(DemandingFarm.RESTING)).isEqualTo(1);
        assertThat(TaskState.of(history.state(), DemandingFarm.RESTING)).isEqualTo(TaskState.PENDING);
        assertThat(standing.retries()).isEqualTo(1);
        assertThat(standing.counts().failed()).isEqualTo(3);
        assertThat(standing.failures())
                .extracting(failure -> failure.task() + failure.reason())
                .containsExactlyInAnyOrder("3timeout", "7no-output", "12stall");
        Tally.Farmer farmer = history.tally().farmer(1);
        assertThat(List.of(farmer.finished(), farmer.failed(), farmer.retried()))
                .containsExactly(3, 3, 1);
        assertThat(farmer.busy()).isEqualTo(70_000_000);
    }

    @Test
    void anAttemptThatWasEndedForACancelIsCancelled() throws IOException {
        TestStores stores = new TestStores(new FileStorage(), directory.resolve("cancelled"));
        try (Store store = stores.open()) {
            TestStores.join(store, FakeList.of("a"), false, TestStores.joined(1), t -> t.claim(1));
            store.transact(t -> t.requeued(new Op.Requeued(0, 1, 0, DemandingFarm.BEGAN, 1, Op.Requeued.CANCEL)));
        }
        Attempts own = History.inFull(
                        new FileStorage(),
                        WorkDirectory.existing(new FileStorage(), directory.resolve("cancelled"), "cancelled"))
                .attempts();
        assertThat(own.outcome(0)).isEqualTo(Outcome.CANCELLED);
        assertThat(own.reason(0)).isEqualTo("cancel");
        assertThat(own.status(0)).isEqualTo(-1);
    }

    @Test
    void whatWasUsedIsKnownOfThoseThatWereMeasured() {
        assertThat(attempts.usage(attempts.latestOf(DemandingFarm.MEASURED)))
                .isEqualTo(new Usage(15_000_000, 3_328_599_654L, 2048));
        assertThat(attempts.usage(attempts.latestOf(DemandingFarm.ODD))).isEqualTo(new Usage(1_000_000, 2L << 30, -1));
        assertThat(attempts.usage(attempts.latestOf(DemandingFarm.TIMEOUT))).isSameAs(Usage.UNKNOWN);
        Consumption used = standing.consumption();
        assertThat(used).isEqualTo(new Consumption(16_000_000, 20_000_000, 3_328_599_654L, DemandingFarm.MEASURED));
        assertThat(used.cores()).isEqualTo(0.8);
    }

    /** Of usage, nothing is kept until there is some; then it belongs to the right attempts all the same. */
    @Test
    void columnsAreThereWhenTheyAreNeeded() {
        UsageColumns columns = new UsageColumns();
        assertThat(columns.usage(5)).isSameAs(Usage.UNKNOWN);
        assertThat(columns.cause(5)).isEqualTo(-1);
        columns.set(100, new Usage(-1, 7, -1), 128);
        columns.set(127, new Usage(0, -1, 3), 128);
        columns.set(200, new Usage(1, 2, 3), 256);
        columns.cause(3, 0, 128);
        columns.cause(255, 300, 256);
        assertThat(IntStream.of(99, 100, 127, 200).mapToObj(columns::usage))
                .containsExactly(Usage.UNKNOWN, new Usage(-1, 7, -1), new Usage(0, -1, 3), new Usage(1, 2, 3));
        assertThat(IntStream.of(2, 3, 254, 255, 1000).map(columns::cause)).containsExactly(-1, 0, -1, 300, -1);
    }

    @Test
    void tasksThatWereSkippedLeadToTheOneThatAllBeganWith() {
        State state = history.state();
        assertThat(state.skipped()).containsEntry(DemandingFarm.SKIPPED_TOO, DemandingFarm.SKIPPED);
        assertThat(Skips.roots(state))
                .containsOnlyKeys(DemandingFarm.SKIPPED, DemandingFarm.SKIPPED_TOO)
                .containsValue(DemandingFarm.TIMEOUT)
                .doesNotContainValue(DemandingFarm.SKIPPED);
        assertThat(standing.skips()).containsExactly(new Skips(DemandingFarm.TIMEOUT, TaskState.FAILED, 2));
    }

    /** Lifeblood's example: of 32 cores with 64 GB, one task of 8 with 16 runs. */
    @Test
    void aHostHasLeftWhatNobodyUses() {
        assertThat(standing.hosts())
                .containsExactly(
                        new Host("node1", Resources.parse("cores=32,mem=64G"), Resources.parse("cores=24,mem=48G")));
    }

    @Test
    void aHostHasNeverLessThanNothing() throws IOException {
        TestStores stores = new TestStores(new FileStorage(), directory.resolve("full"));
        try (Store store = stores.open()) {
            FakeList list = FakeList.asking("cores=3 gpus=0.5: a", "cores=3 gpus=0.5: b");
            TestStores.join(store, list, false, TestStores.joined(2), t -> {
                t.offer(Resources.parse("cores=4,gpus=1,mem=8G"));
                return t.claim(2);
            });
            store.transact(t -> {
                t.started(TestStores.started(0, 1));
                t.started(TestStores.started(1, 1)); // before the end of the first is recorded
                return null;
            });
        }
        History full = History.inShort(
                new FileStorage(), WorkDirectory.existing(new FileStorage(), directory.resolve("full"), "full"));
        assertThat(Standing.now(full).hosts()).extracting(Host::free).containsExactly(Resources.parse("mem=8G"));
    }

    @Test
    void endingsAreToldInWords() {
        assertThat(Endings.describe(3, "")).isEqualTo("exit status 3");
        assertThat(Endings.describe(143, "timeout")).isEqualTo("timeout, exit status 143 (signal TERM)");
        assertThat(Endings.describe(-1, "stall")).isEqualTo("stall");
        assertThat(Endings.describe(0, "no-output")).isEqualTo("no output, exit status 0");
        assertThat(Endings.describe(-1, "outputs-exist")).isEqualTo("not run, its outputs exist");
        assertThat(Endings.describe(-1, "lost")).isEqualTo("lost with its farmers too often");
        assertThat(Endings.describe(Op.Verdict.FINISHED, 3, "")).isEqualTo("exit status 3, which counts as success");
    }
}
