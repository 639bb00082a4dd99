package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code taskfarmer tasks}, as a user types it. */
class TasksIT extends FarmTest {
    private static final String SOME = "[ $TASKFARMER_ATTEMPT = 2 ] || sleep 1000; exit 4";

    /** Two attempts of task 0 by two farmers, and a task of each other kind that there is when all is over. */
    private void runTwice() {
        list("tasks.txt", SOME, "true", "kill -9 $$", "echo 'a  b' # \u00e9");
        Farmer first = start("-n", "2", "tasks.txt");
        until(() -> lines("tasks.txt_workdir/finished").size() == 2);
        awaitProcesses("sleep 1000", 1);
        first.signal("TERM").await().exits(75);
        run("tasks.txt").exits(1);
    }

    @Test
    void listsAllTasksOneALine() {
        runTwice();
        List<String> lines =
                run("tasks").exits(0).withoutComplaint().stdout().lines().toList();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0).trim().split(" +"))
                .containsExactly("ID", "STATE", "ATTEMPTS", "EXIT", "TIME", "STARTED", "HOST", "COMMAND");
        assertThat(lines.get(1)).matches(" 0  failed +2  4 +\\d+\\.\\d s  \\d{4}-\\d\\d-\\d\\d [0-9:]{8}  \\S+  .*");
        assertThat(lines.get(1)).endsWith("  " + SOME);
        assertThat(lines.get(2)).matches(" 1  finished +1  0 .*  true");
        assertThat(lines.get(3)).matches(" 2  failed +1  KILL .*  kill -9 \\$\\$");
        assertThat(lines.get(4)).endsWith("  echo 'a  b' # \u00e9");
        int column = lines.get(0).indexOf("COMMAND");
        assertThat(lines.get(2).indexOf("true")).isEqualTo(column);
        assertThat(lines.get(1).indexOf(SOME)).isEqualTo(column);
    }

    @Test
    void tellsOfEachAttemptOfATask() {
        runTwice();
        String told = run("tasks", "tasks.txt", "0").exits(0).withoutComplaint().stdout();
        List<String> lines = told.lines().toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.get(0)).isEqualTo("task 0: failed");
        assertThat(lines.get(1)).isEqualTo("  " + SOME);
        assertThat(lines.get(2))
                .matches(
                        "  attempt 1: requeued \\(SIGTERM\\), started [-0-9: ]{19}, took .*, farmer 1 .* \\(PID \\d+\\),"
                                + " slot [01]");
        assertThat(lines.get(3)).isEqualTo("    log tasks.txt_workdir/logs/log_0.1");
        assertThat(lines.get(4)).matches("  attempt 2: failed, exit status 4, started .*, farmer 2 .*, slot \\d");
        assertThat(lines.get(5)).isEqualTo("    log tasks.txt_workdir/logs/log_0");
        run("tasks", "tasks.txt", "1,2")
                .exits(0)
                .says("task 1: finished", "task 2: failed", "attempt 1: failed, exit status 137 (signal KILL)");
    }

    @Test
    void listsThoseThatAreAskedFor() {
        runTwice();
        assertThat(run("tasks", "--state", "failed", "tasks.txt").stdout().lines())
                .hasSize(3)
                .noneMatch(line -> line.contains("finished"));
        assertThat(run("tasks", "--grep", "^echo.*\u00e9$").stdout().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith(" 3  finished"));
        assertThat(run("tasks", "--state=failed", "--grep", "KILL")
                        .exits(0)
                        .stdout()
                        .lines())
                .hasSize(1);
        assertThat(run("tasks", "0-3", "--state", "finished").exits(0).stdout())
                .contains("task 1: ", "task 3: ")
                .doesNotContain("task 0: ", "task 2: ");
    }

    @Test
    void showsWhatIsGoingOn() {
        list("tasks.txt", "sleep 1000", "sleep 1000", "echo later");
        Farmer farmer = start("-n", "1", "tasks.txt");
        until(() -> run("tasks").stdout().contains("running"));
        List<String> lines = run("tasks").exits(0).stdout().lines().toList();
        assertThat(lines.get(1)).matches(" 0  running +1  - .* s  \\d{4}-.*  sleep 1000");
        assertThat(lines.get(3)).matches(" 2  pending +0  - +-  - +- +echo later");
        run("tasks", "0").says("task 0: running", "attempt 1: running, started", ", for ", "logs/log_0");
        assertThat(run("tasks", "--json", "--state", "running").stdout())
                .contains("\"outcome\":\"running\"", "\"duration_seconds\":null")
                .hasLineCount(1);
        run("tasks", "2").exits(0).says("task 2: pending\n  echo later\n");
        farmer.signal("TERM").await().exits(75);
        assertThat(run("tasks").stdout().lines().toList().get(1)).matches(" 0  pending +1  SIGTERM .*");
    }

    @Test
    void tellsProgramsInJson() {
        runTwice();
        List<String> lines = run("tasks", "--json").exits(0).stdout().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0))
                .startsWith("{\"id\":0,\"state\":\"failed\",\"command\":\"" + SOME + "\",\"attempts\":[{");
        assertThat(lines.get(0))
                .contains("\"outcome\":\"requeued\"", "\"reason\":\"SIGTERM\"", "\"exit_status\":4")
                .contains("\"log\":\"" + work("tasks.txt").file("logs/log_0.1") + "\"");
        assertThat(lines.get(2)).contains("\"exit_status\":137,\"signal\":\"KILL\"");
        assertThat(lines.get(3)).contains("\"command\":\"echo 'a  b' # \u00e9\"");
        assertThat(run("tasks", "--json", "2").stdout().lines()).containsExactly(lines.get(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void keepsTheBytesOfCommands(String locale) {
        byte[] command = ": caf\u00e9 \u0001\u00ff\t'x'".getBytes(StandardCharsets.ISO_8859_1);
        write(dir.resolve("tasks.txt"), command);
        run("tasks.txt").exits(0);
        for (String id : new String[] {"", "0"}) {
            taskfarmer("tasks", "tasks.txt", id)
                    .script(id.isEmpty() ? "set -- \"${@:1:$#-1}\"; \"$@\" > printed" : "\"$@\" > printed")
                    .with("LC_ALL", locale)
                    .run()
                    .exits(0)
                    .withoutComplaint();
            assertThat(new String(bytes(dir.resolve("printed")), StandardCharsets.ISO_8859_1))
                    .contains("  " + new String(command, StandardCharsets.ISO_8859_1) + "\n");
        }
    }

    @Test
    void cutsLinesOnATerminalOnly() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "there is no script(1)");
        String command = ": " + "0123456789".repeat(30);
        list("tasks.txt", command);
        run("tasks.txt").exits(0);
        assertThat(run("tasks").stdout()).contains(command);
        Ended end = taskfarmer("tasks")
                .script("printf -v all '%q ' \"$@\"; script -qec \"stty cols 100; $all\" /dev/null")
                .run()
                .exits(0);
        assertThat(end.stdout().lines().map(line -> line.replace("\r", "")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100))
                .anySatisfy(line -> assertThat(line).hasSize(100).endsWith("\u2026"));
    }

    @Test
    void hasNothingToSayOfAFarmWithoutTasks() {
        list("tasks.txt");
        run("tasks.txt").exits(0);
        assertThat(run("tasks").exits(0).withoutComplaint().stdout()).hasLineCount(1);
        assertThat(run("tasks", "--json").exits(0).withoutComplaint().stdout()).isEmpty();
        run("tasks", "0").exits(2).inWords().complains("there is no task 0", "The farm has no tasks.");
    }

    @Test
    void saysWhatIsWrong() {
        run("tasks").exits(2).inWords().complains("no farm was named");
        run("tasks", "nothing.txt").exits(2).inWords().complains("nothing.txt");
        list("tasks.txt", 3, "true");
        run("tasks.txt").exits(0);
        run("tasks", "3").exits(2).inWords().complains("there is no task 3", "0 to 2");
        run("tasks", "tasks.txt", "x").exits(2).inWords().complains("'x' is no task ID");
        run("tasks", "--state", "done").exits(2).inWords().complains("'done' is no state", "finished, failed");
        run("tasks", "--grep", "a[").exits(2).inWords().complains("'a[' is no regular expression", "at character");
        run("tasks", "--jsn").exits(2).complains("--jsn");
    }

    @Test
    void isQuickWithAMillionTasksAndEndsWithItsReader() {
        MillionTasks.make(dir.resolve("big"));
        Duration generous = Duration.ofSeconds(40);
        Ended all = taskfarmer("tasks", "big")
                .script("set -o pipefail; \"$@\" | tail -n 12")
                .with("JDK_JAVA_OPTIONS", "-Xmx160m")
                .run()
                .exits(0);
        assertThat(all.took()).isLessThan(generous);
        List<String> lines = all.stdout().lines().toList();
        assertThat(lines.get(0)).startsWith(" 999988  finished ").endsWith("  run --number 999988");
        assertThat(lines.get(11)).startsWith(" 999999  pending ").endsWith("  run --number 999999");
        Ended json = taskfarmer("tasks", "big", "--json")
                .script("set -o pipefail; \"$@\" | wc -l")
                .with("JDK_JAVA_OPTIONS", "-Xmx160m")
                .run()
                .exits(0);
        assertThat(json.took()).isLessThan(generous);
        assertThat(json.stdout().strip()).isEqualTo("1000000");
        assertThat(run("tasks", "big", "--state", "failed").exits(0).stdout()).hasLineCount(1001);
        for (String option : new String[] {"--json", "--state=finished"}) {
            Ended head = taskfarmer("tasks", "big", option)
                    .script("set -o pipefail; \"$@\" | head -n 1")
                    .run()
                    .exits(0)
                    .withoutComplaint();
            assertThat(head.stdout()).hasLineCount(1);
        }
    }
}
