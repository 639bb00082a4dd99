package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code taskfarmer logs}, as a user types it. */
class LogsIT extends FarmTest {
    private static final String BLOCKER = "[ -e pass ] || exec sleep 1000; echo a";

    @Test
    void printsALogAsItIs() throws IOException {
        byte[] odd = new byte[300_000];
        new Random(5).nextBytes(odd);
        Files.write(dir.resolve("odd"), odd);
        list("tasks.txt", "cat odd", "printf 'no line feed'", "true");
        run("tasks.txt").exits(0);
        taskfarmer("logs", "tasks.txt", "0")
                .script("\"$@\" > printed")
                .run()
                .exits(0)
                .withoutComplaint();
        assertThat(Arrays.equals(bytes(dir.resolve("printed")), odd)).isTrue();
        assertThat(run("logs", "1").exits(0).stdout()).isEqualTo("no line feed");
        assertThat(run("logs", "2").exits(0).withoutComplaint().stdout()).isEmpty();
        taskfarmer("logs", "0")
                .script("\"$@\" | head -c 1 > /dev/null")
                .run()
                .exits(0)
                .withoutComplaint();
    }

    @Test
    void printsTheLastLinesAndSeveralLogs() {
        list("tasks.txt", "seq 100", "seq 200 203", "seq 300 303");
        run("tasks.txt").exits(0);
        assertThat(run("logs", "0", "-n", "2").stdout()).isEqualTo("99\n100\n");
        assertThat(run("logs", "tasks.txt", "1,2", "--lines=1").exits(0).stdout())
                .isEqualTo("==> task 1, log tasks.txt_workdir/logs/log_1 <==\n203\n\n"
                        + "==> task 2, log tasks.txt_workdir/logs/log_2 <==\n303\n");
    }

    @Test
    void printsTheLogOfEachAttempt() {
        list("tasks.txt", "echo attempt $TASKFARMER_ATTEMPT; [ $TASKFARMER_ATTEMPT = 3 ] || sleep 1000");
        for (int i = 0; i < 2; i++) {
            Farmer farmer = start("tasks.txt");
            awaitProcesses("sleep 1000", 1);
            farmer.signal("TERM").await().exits(75);
        }
        assertThat(run("logs", "0").exits(0).stdout()).isEqualTo("attempt 2\n");
        assertThat(run("logs", "0", "--attempt", "2").exits(0).stdout()).isEqualTo("attempt 2\n");
        run("tasks.txt").exits(0);
        assertThat(run("logs", "0").exits(0).stdout()).isEqualTo("attempt 3\n");
        for (String attempt : new String[] {"1", "2", "3"}) {
            assertThat(run("logs", "0", "--attempt", attempt).exits(0).stdout()).isEqualTo("attempt " + attempt + "\n");
        }
        run("logs", "0", "--attempt", "4").exits(2).inWords().complains("has no attempt 4", "the attempts 1 to 3");
    }

    @Test
    void followsATaskFromBeforeItsStartThroughItsAttemptsToItsEnd() throws IOException {
        list(
                "tasks.txt",
                BLOCKER,
                "echo begins $TASKFARMER_ATTEMPT; until [ -e go$TASKFARMER_ATTEMPT ]; do sleep 0.05; done;"
                        + " echo goes on; [ $TASKFARMER_ATTEMPT = 2 ] || exec sleep 1000; seq 20000; echo end");
        leaveAllPending();
        Farmer follower = start("logs", "tasks.txt", "1", "-f");
        until(() -> follower.stderr().contains("task 1 is pending"));
        assertThat(follower.stderr()).contains("no farmer is at work").hasLineCount(1);
        Farmer first = start("-n", "1", "tasks.txt");
        until(() -> follower.stdout().contains("begins 1\n"));
        Files.createFile(dir.resolve("go1"));
        until(() -> follower.stdout().endsWith("begins 1\ngoes on\n"));
        first.signal("TERM").await().exits(75);
        until(() -> follower.stderr().contains("task 1 is pending again"));
        Farmer second = start("-n", "1", "tasks.txt");
        until(() -> follower.stdout().endsWith("begins 2\n"));
        assertThat(follower.isAlive()).isTrue();
        Files.createFile(dir.resolve("go2"));
        second.await().exits(0);
        Ended end = follower.await().exits(0);
        assertThat(end.stdout())
                .startsWith("begins 1\ngoes on\nbegins 2\ngoes on\n1\n2\n")
                .endsWith("20000\nend\n")
                .hasLineCount(5 + 20_000);
        assertThat(run("logs", "1", "-f").exits(0).withoutComplaint().stdout())
                .as("a task that has ended is not waited for")
                .isEqualTo(run("logs", "1").stdout());
    }

    /** Lets a farmer begin with {@link #BLOCKER}, and stops it; the next one will pass it. */
    private void leaveAllPending() throws IOException {
        Farmer farmer = start("-n", "1", "tasks.txt");
        awaitProcesses("sleep 1000", 1);
        farmer.signal("TERM").await().exits(75);
        Files.createFile(dir.resolve("pass"));
    }

    @Test
    void endsWhenItIsInterrupted() {
        list("tasks.txt", "echo here; exec sleep 1000");
        Farmer farmer = start("tasks.txt");
        awaitProcesses("sleep 1000", 1);
        for (String signal : new String[] {"INT", "TERM"}) {
            Farmer follower = start("logs", "0", "-f");
            until(() -> follower.stdout().equals("here\n"));
            follower.signal(signal).await().exits(75).withoutComplaint();
        }
        farmer.signal("TERM").await().exits(75);
    }

    @Test
    void showsWhatFailedAndItsLastWords() {
        list("tasks.txt", "seq 20; echo 'oops, \u00e9'; exit 3", "true", "kill -9 $$", "printf 'no line feed'; exit 1");
        run("-n", "1", "tasks.txt").exits(1);
        String failed = run("logs", "--failed").exits(0).withoutComplaint().stdout();
        assertThat(failed.lines().toList().get(0))
                .matches("task 0: exit status 3, attempt 1, 0:00:0\\d on \\S+, log tasks.txt_workdir/logs/log_0");
        assertThat(failed)
                .contains("\n  seq 20; echo 'oops, \u00e9'; exit 3\n    12\n    13\n")
                .contains("\n    20\n    oops, \u00e9\n\ntask 2: exit status 137 (signal KILL), attempt 1, ")
                .contains("\n  kill -9 $$\n    (the log is empty)\n\ntask 3: exit status 1, ")
                .endsWith("\n    no line feed\n")
                .doesNotContain("task 1:", "    11\n");
        assertThat(run("logs", "tasks.txt", "--failed", "-n", "1").stdout()).hasLineCount(3 * 3 + 2);
        assertThat(run("logs", "tasks.txt", "--failed", "-n", "0").stdout()).hasLineCount(3 * 2 + 2);
    }

    @Test
    void leavesMostOfAnEndlessLineOut() {
        list("tasks.txt", "head -c 1000000 /dev/zero | tr '\\0' x; exit 1");
        run("tasks.txt").exits(1);
        assertThat(run("logs", "--failed").exits(0).stdout())
                .contains("    (of these lines, the last 65536 bytes)\n    xxx")
                .hasSizeLessThan(70_000);
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        list("tasks.txt", BLOCKER, "echo b");
        leaveAllPending();
        run("logs", "1").exits(2).inWords().complains("task 1 has not been started yet", "pending", "--follow");
        assertThat(run("logs", "0").exits(0).stdout())
                .as("of the interrupted attempt")
                .isEmpty();
        run("tasks.txt").exits(0);
        run("logs", "2").exits(2).inWords().complains("there is no task 2", "0 to 1");
        run("logs").exits(2).inWords().complains("which task", "--failed");
        run("logs", "1", "--attempt", "2").exits(2).inWords().complains("has no attempt 2", "one attempt");
        run("logs", "0", "--attempt", "0").exits(2).inWords().complains("--attempt");
        run("logs", "0", "-n", "-1").exits(2).inWords().complains("--lines");
        run("logs", "0,1", "-f").exits(2).inWords().complains("--follow is for one task");
        run("logs", "0", "-f", "--attempt", "1").exits(2).inWords().complains("does not go with --attempt");
        run("logs", "--failed", "0").exits(2).inWords().complains("does not go with '0'");
        Path log = work("tasks.txt").file("logs/log_0");
        Files.delete(log);
        run("logs", "0").exits(2).inWords().complains("the log of task 0 is missing", "logs/log_0");
        Ended several = run("logs", "0", "1").exits(2).inWords().complains("task 0 is missing");
        assertThat(several.stdout()).isEqualTo("==> task 1, log tasks.txt_workdir/logs/log_1 <==\nb\n");
    }

    @Test
    void showsThousandsOfFailedTasksUntilTheirReaderLeaves() {
        MillionTasks.make(dir.resolve("big"));
        assertThat(run("logs", "big", "--failed").exits(0).withoutComplaint().stdout())
                .startsWith(
                        "task 0: exit status 3, attempt 1, 0:00:00 on node1, log big/logs/log_0\n  run --number 0\n")
                .contains("    (the log does not exist)\n\ntask 1000: ")
                .hasLineCount(1000 * 4 - 1);
        taskfarmer("logs", "big", "--failed")
                .script("set -o pipefail; \"$@\" | head -n 1 > /dev/null")
                .run()
                .exits(0)
                .withoutComplaint();
        List<String> all =
                run("logs", "big", "999999").exits(2).stderr().lines().toList();
        assertThat(all.get(0)).isEqualTo("taskfarmer: task 999999 has not been started yet: it is pending");
    }
}
