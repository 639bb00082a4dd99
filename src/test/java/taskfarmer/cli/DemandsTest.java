package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.history.Consumption;
import taskfarmer.history.Excerpts;
import taskfarmer.history.History;
import taskfarmer.history.Standing;
import taskfarmer.history.TaskState;
import taskfarmer.model.Resources;
import taskfarmer.model.Usage;
import taskfarmer.store.DemandingFarm;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Op.Verdict;
import taskfarmer.store.Outlook;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/** What people read of tasks that ask for something. */
class DemandsTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Storage storage = new FileStorage();
    private Path root;
    private History history;
    private Standing standing;

    @BeforeEach
    void makeFarm() throws IOException {
        root = directory.resolve("work");
        DemandingFarm.make(root);
        history = History.inFull(storage, WorkDirectory.existing(storage, root, "work"));
        standing = Standing.now(history);
    }

    private String details(int task) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogFiles logs = new LogFiles(storage, history.directory(), history.state());
        new TaskDetails(out, history, logs, new Shown(root), DemandingFarm.BEGAN)
                .write(task, TaskState.of(history.state(), task), history.command(task));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTaskTellsWhatItAsksForAndWhatItWaitsFor() throws IOException {
        assertThat(details(DemandingFarm.RUNNING)).contains("task 0: running\n  run\n  asks for cores=8 mem=16G\n");
        assertThat(details(DemandingFarm.WAITING))
                .isEqualTo("task 8: pending\n  later\n  asks for after=0\n  waits for task 0 (running)\n");
        assertThat(details(DemandingFarm.SKIPPED))
                .isEqualTo(
                        "task 4: cancelled: task 3 failed, never started\n  analyse\n  asks for after=prep name=mid\n"
                                + "  waited for prep (failed)\n");
        assertThat(details(DemandingFarm.SKIPPED_TOO)).startsWith("task 5: cancelled: task 3 failed, never started\n");
        assertThat(details(DemandingFarm.RESTING))
                .containsPattern("\n  asks for backoff=1h retries=3\n  1 of 3 retries used, next try in (0:59:|1:00:)")
                .contains("\n  attempt 1: retried, exit status 1, started ");
    }

    @Test
    void anAttemptTellsHowItEndedAndWhatItHasUsed() throws IOException {
        assertThat(details(DemandingFarm.MEASURED))
                .contains("attempt 1: finished, exit status 0, started ", "took 10.0 s")
                .contains("\n    CPU 15.0 s, peak memory 3.1G, log 2K\n    log logs/log_1\n");
        assertThat(details(DemandingFarm.ODD))
                .contains(
                        "attempt 1: finished, exit status 3, which counts as success, ", "CPU 1.0 s, peak memory 2G\n");
        assertThat(details(DemandingFarm.TIMEOUT))
                .contains("attempt 1: failed, timeout, exit status 143 (signal TERM), started ")
                .doesNotContain("CPU");
        assertThat(details(DemandingFarm.NO_OUTPUT)).contains("attempt 1: failed, no output, exit status 0, ");
        assertThat(details(DemandingFarm.NOT_RUN)).contains("attempt 1: finished, not run, its outputs exist, ");
    }

    @Test
    void theTableTellsWhyTasksFailedOrWereCancelled() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TaskTable table = new TaskTable(out, history, DemandingFarm.BEGAN, 0);
        table.header();
        for (int task = 0; task < history.state().size(); task++) {
            table.row(task, TaskState.of(history.state(), task), history.command(task));
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines.get(1 + DemandingFarm.TIMEOUT)).matches(" 3  failed +1  timeout +10.0 s .*");
        assertThat(lines.get(1 + DemandingFarm.SKIPPED)).matches(" 4  cancelled +0  task 3 failed +- .*");
        assertThat(lines.get(1 + DemandingFarm.SKIPPED_TOO)).matches(" 5  cancelled +0  task 3 failed +- .*");
        assertThat(lines.get(1 + DemandingFarm.NO_OUTPUT)).matches(" 7  failed +1  no output +10.0 s .*");
        assertThat(lines.get(1 + DemandingFarm.NOT_RUN)).matches("10  finished +1  not run .*");
        assertThat(lines.get(1 + DemandingFarm.STALLED)).matches("12  failed +1  stall .*");
        int column = lines.get(0).indexOf("COMMAND");
        assertThat(lines.get(1 + DemandingFarm.SKIPPED).indexOf("analyse")).isEqualTo(column);
        assertThat(lines.get(1 + DemandingFarm.ODD).indexOf("odd")).isEqualTo(column);
    }

    @Test
    void statusTellsEachThingInALine() {
        Excerpts excerpts = new Excerpts(storage, history);
        List<String> lines = new StatusText(standing, excerpts, new Shown(root), "work", false, Style.PLAIN).lines();
        assertThat(lines)
                .contains(
                        "4 pending, 0 claimed, 1 running, 3 finished, 3 failed, 2 cancelled",
                        "peak memory 3.1G (task 1), CPU 80 % of the slots' busy time",
                        "pending: 1 waits for other tasks, 1 rests before a retry, 1 needs more than any farmer has"
                                + " (task 9: cores=64), 1 has tags that nobody takes (task 11)",
                        "2 tasks cancelled: task 3 failed",
                        "node1: cores 24 of 32 free, mem 48G of 64G free",
                        "task 3 failed: timeout, exit status 143 (signal TERM) on node1, no log",
                        "task 7 failed: no output, exit status 0 on node1, no log")
                .anyMatch(line -> line.endsWith(", 1 attempt retried"));
    }

    @Test
    void watchShowsWhatIsFreeIfThereIsRoom() {
        Excerpts excerpts = new Excerpts(storage, history);
        for (int rows : new int[] {24, 10, 3}) {
            Frame frame = Frame.of(standing, excerpts, "work", 0, "", new Terminal.Size(80, rows), Style.PLAIN);
            List<String> lines = frame.lines().stream().map(TextLine::toString).toList();
            assertThat(lines).hasSize(rows);
            assertThat(lines.stream()
                            .anyMatch(line -> line.startsWith("node1: cores 24 of 32 free, mem 48G of 64G free")))
                    .isEqualTo(rows == 24);
        }
    }

    @Test
    void nothingIsSaidOfWhatIsNotKnown() {
        TextLine line = TextLine.open(Style.PLAIN);
        Demands.pending(line, Outlook.CLEAR);
        assertThat(line.toString()).isEmpty();
        assertThat(Demands.consumption(Consumption.UNKNOWN)).isEmpty();
        assertThat(Demands.usage(Usage.UNKNOWN)).isEmpty();
        assertThat(Demands.usage(new Usage(-1, -1, 12))).isEqualTo("log 12 bytes");
        Demands.pending(line, new Outlook(0, 0, 2, 5, Resources.parse("gpus=0.5,mem=1T"), 0, -1));
        assertThat(line.toString()).isEqualTo("pending: 2 need more than any farmer has (task 5: gpus=0.5 mem=1T)");
    }

    @Test
    void anEndIsToldInOneWay() {
        assertThat(Wording.end(Verdict.FINISHED, 0, "")).isEqualTo("finished");
        assertThat(Wording.end(Verdict.FINISHED, 3, "")).isEqualTo("finished: exit status 3, which counts as success");
        assertThat(Wording.end(Verdict.FINISHED, -1, "outputs-exist"))
                .isEqualTo("finished: not run, its outputs exist");
        assertThat(Wording.end(Verdict.FAILED, 139, "")).isEqualTo("failed: exit status 139 (signal SEGV)");
        assertThat(Wording.end(Verdict.AGAIN, 143, "timeout"))
                .isEqualTo("failed, to be tried again: timeout, exit status 143 (signal TERM)");
    }
}
