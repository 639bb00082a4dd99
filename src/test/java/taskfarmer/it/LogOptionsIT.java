package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of tasks: logs, and what they have used. */
class LogOptionsIT extends FarmTest {
    private Path log(String name) {
        return work("tasks.txt").file("logs/" + name);
    }

    private List<String> journal(String entry) {
        return read(work("tasks.txt").file("farm/journal"))
                .lines()
                .filter(line -> line.startsWith(entry + " "))
                .toList();
    }

    @Test
    void keepsOnlyTheLogsOfFailures() {
        list("tasks.txt", "echo good", "echo bad; exit 3", "echo first $TASKFARMER_ATTEMPT; [ -e pass ]");
        run("--logs", "failed", "tasks.txt")
                .exits(1)
                .says("task 1 failed: exit status 3, log tasks.txt_workdir/logs/log_1", "logs of failures: ");
        assertThat(log("log_0")).doesNotExist();
        assertThat(read(log("log_1"))).isEqualTo("bad\n");
        run("logs", "0").exits(2).inWords().complains("task 0 has no log: it ended well", "--logs failed");
        run("tasks", "0").exits(0).says("    no log: it ended well, and a farmer was started with --logs failed\n");
        assertThat(run("logs", "1").exits(0).stdout()).isEqualTo("bad\n");
        write("pass", "");
        run("--retry-failed", "--logs", "failed", "tasks.txt").exits(1);
        assertThat(log("log_2")).doesNotExist();
        assertThat(read(log("log_2.1"))).isEqualTo("first 1\n");
    }

    @Test
    void keepsNoLogs() {
        list(
                "tasks.txt",
                "echo good",
                "echo bad; exit 3",
                "echo runs; until [ -e go ]; do sleep 0.05; done; sleep 0.77");
        Farmer farmer = start("--logs", "none", "tasks.txt");
        until(() -> Files.exists(log("log_2")) && !Files.exists(log("log_1")) && !Files.exists(log("log_0")));
        run("logs", "2").exits(0).complains("the log of task 2 is empty", "--logs none");
        assertThat(log("log_2")).isEmptyFile();
        write("go", "");
        farmer.await()
                .exits(1)
                .says("task 1 failed: exit status 3, no log (--logs none)\n", ", no logs (--logs none), ");
        assertThat(log("log_2")).doesNotExist();
        run("logs", "1").exits(2).inWords().complains("task 1 has no log", "--logs none");
        run("logs", "--failed").exits(0).says("(the log does not exist: what tasks print was not kept (--logs none))");
        run("--retry-failed", "tasks.txt").exits(1);
        assertThat(read(log("log_1"))).isEqualTo("bad\n");
    }

    @Test
    void putsInterruptedTasksBackWhoseLogsAreNotKept() {
        list("tasks.txt", "echo $TASKFARMER_ATTEMPT >> ran; [ -e go ] || exec sleep 1000");
        for (int i = 0; i < 2; i++) {
            Farmer farmer = start("--logs", "none", "tasks.txt");
            awaitProcesses("sleep 1000", 1);
            farmer.signal("TERM").await().exits(75);
        }
        write("go", "");
        run("--logs", "none", "tasks.txt").exits(0);
        assertThat(lines("ran")).containsExactly("1", "2", "3");
        assertThat(log("").toFile().list()).containsExactly("README");
    }

    @Test
    void cutsLogsThatGetTooLong() {
        list("tasks.txt", "yes 'a line' | head -c 300M", "seq 100");
        run("--log-limit", "1M", "tasks.txt").exits(0);
        assertThat(read(log("log_0")))
                .hasSizeLessThanOrEqualTo(1 << 20)
                .startsWith("a line\na line\n")
                .containsPattern("\na line\n\\[taskfarmer: [0-9]{9} bytes cut here]\na line\n");
        assertThat(read(log("log_1"))).hasLineCount(100);
        for (String[] wrong : new String[][] {
            {"--log-limit", "much", "'much' is not a size"},
            {"--log-limit", "100", "too small for a log"},
            {"--logs", "some", "'some' is not a choice of logs"}
        }) {
            run(wrong[0], wrong[1], "tasks.txt").exits(2).inWords().complains(wrong[0] + ": ", wrong[2]);
        }
    }

    @Test
    void putsLogsIntoDirectoriesFromTenThousandTasksOn() throws Exception {
        StringBuilder tasks = new StringBuilder("[ -e pass ] || exec sleep 1000\n");
        tasks.append("true\n".repeat(9998)).append("echo before\necho $TASKFARMER_TASK_ID; exit 3\n");
        write("tasks.txt", tasks.toString());
        Farmer farmer = start("-n", "1", "tasks.txt");
        awaitProcesses("sleep 1000", 1);
        farmer.signal("TERM").await().exits(75);
        run("cancel", "tasks.txt", "1-9998").exits(0);
        write("pass", "");
        run("tasks.txt")
                .exits(1)
                .says("task 10000 failed: exit status 3, log tasks.txt_workdir/logs/10/log_10000\n")
                .says("logs: tasks.txt_workdir/logs/[ID/1000/]log_ID");
        assertThat(log("").toFile().list()).containsExactlyInAnyOrder("log_0", "log_0.1", "log_9999", "10");
        assertThat(run("logs", "10000").exits(0).stdout()).isEqualTo("10000\n");
        run("retry", "tasks.txt", "10000").exits(0);
        run("tasks.txt").exits(1);
        assertThat(run("logs", "10000", "--attempt", "1").exits(0).stdout()).isEqualTo("10000\n");
        run("tasks", "10000").says("    log tasks.txt_workdir/logs/10/log_10000.1\n");
        run("export", "--csv", "tasks.txt").exits(0).says("/logs/10/log_10000,", "/logs/10/log_10000.1,");
        run("status", "tasks.txt").exits(0).says("log tasks.txt_workdir/logs/10/log_10000\n");
    }

    @Test
    void notesWhatTasksHaveUsed() {
        list("tasks.txt", "true", "echo long; sleep 1.6");
        run("tasks.txt").exits(0);
        assertThat(journal("end")).hasSize(1).allMatch(line -> line.startsWith("end 0 1 "));
        assertThat(journal("result")).hasSize(1).allMatch(line -> line.matches("result 1 1 .* finished - \\d+ \\d+ 5"));
        run("--no-sample", "-w", "other", "tasks.txt").exits(0);
        assertThat(read(dir.resolve("other/farm/journal")))
                .contains("\nend 1 1 ")
                .doesNotContain("\nresult ");
    }
}
