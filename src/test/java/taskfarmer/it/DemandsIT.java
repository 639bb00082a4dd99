package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import taskfarmer.store.DemandingFarm;

/** What commands tell of tasks that ask for something, and how those are steered that wait for others. */
class DemandsIT extends FarmTest {
    @BeforeEach
    void makeFarm() throws IOException {
        DemandingFarm.make(dir.resolve("work"));
    }

    @Test
    void statusTellsWhatIsInTheWay() {
        run("status", "work")
                .exits(0)
                .withoutComplaint()
                .says(
                        "\npeak memory 3.1G (task 1), CPU 80 % of the slots' busy time\n",
                        "\npending: 1 waits for other tasks, 1 rests before a retry, 1 needs more than any farmer has (task",
                        "\n2 tasks cancelled: task 3 failed\n",
                        "\nnode1: cores 24 of 32 free, mem 48G of 64G free\n");
        run("status", "--json", "work").exits(0).says("\"for_tasks\" : 1", "\"peak_memory_task\" : 1");
    }

    @Test
    void tasksTellWhyTheyWereCancelled() {
        run("tasks", "work", "5").exits(0).says("task 5: cancelled: task 3 failed, never started\n");
        assertThat(run("tasks", "work", "--state", "cancelled").exits(0).stdout())
                .containsPattern(" 4  cancelled +0  task 3 failed ");
        assertThat(run("tasks", "work", "--json", "4-5").exits(0).stdout().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"id\":4", "\"because\":3"),
                        line -> assertThat(line).contains("\"id\":5", "\"because\":4"));
    }

    @Test
    void logsOfWhatFailedBeginWithTheReason() {
        run("logs", "work", "--failed")
                .exits(0)
                .says("task 3: timeout, exit status 143 (signal TERM), attempt 1, 0:00:10 on node1, log ")
                .says(
                        "task 7: no output, exit status 0, attempt 1, ",
                        "task 12: stall, exit status 137 (signal KILL), ");
    }

    @Test
    void retryBringsBackWhatWasCancelledBecauseOfIt() {
        run("retry", "work", "3")
                .exits(0)
                .says("1 task to be tried again: 3, and 2 more that had been cancelled because of it");
        assertThat(run("tasks", "work", "3-5").exits(0).stdout())
                .contains("task 3: pending\n", "task 4: pending\n", "task 5: pending\n", "waits for prep (pending)");
        assertThat(lines("work/cancelled")).isEmpty();
    }

    @Test
    void retrySaysWhatMustBeTriedAgainFirst() {
        Ended refused = run("retry", "work", "5", "7").exits(0);
        refused.says("1 task to be tried again: 7");
        refused.says("task 5 stays cancelled: task 3 failed; try that one again, and what waits for it comes with it");
        assertThat(lines("work/cancelled")).containsExactlyInAnyOrder("4 analyse", "5 plot");
        run("retry", "work", "--failed", "--cancelled").exits(0).says("4 tasks to be tried again: 3-5,12");
    }

    @Test
    void cancelTellsHowManyWentWithIt() {
        run("retry", "work", "3").exits(0);
        run("cancel", "work", "3").exits(0).says("1 task cancelled: 3, and 2 that wait for it");
        run("tasks", "work", "5").exits(0).says("task 5: cancelled: task 3 was cancelled, never started\n");
    }

    @Test
    void reportTellsWhatTasksNeeded() {
        Path page = dir.resolve("page.html");
        run("report", "work", "-o", page.toString()).exits(0);
        assertThat(read(page))
                .contains("Your tasks peak at 3.1 GB (median 3.1 GB); this node could have run 16 at a time")
                .contains("<h3>Cancelled because of others</h3>");
        List<String> csv =
                run("export", "work", "--csv").exits(0).stdout().lines().toList();
        assertThat(csv.get(0)).endsWith(",reason,cpu_seconds,peak_memory_bytes,log_bytes,log,command");
    }
}
