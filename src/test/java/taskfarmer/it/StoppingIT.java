package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Timeout and signals: everything ends at once, goes back, and is done at the next start. */
class StoppingIT extends FarmTest {
    private static final Duration PROMPT = Duration.ofSeconds(2);

    @Test
    void stopsAtTheTimeout() {
        list("tasks.txt", "true", "false", "true", "false", "[ -e go ] || sleep 1000", "[ -e go ] || sleep 1000");
        Ended end = run("--proc", "2", "--timeout", "1.5", "tasks.txt").exits(75);
        assertThat(end.took()).isLessThan(Duration.ofMillis(1500).plus(PROMPT));
        end.complains("timeout").says("2 left", "2 were interrupted and go back", "run the same command again");
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess().keySet()).containsExactly(4, 5);
        assertThat(work.entries("requeue")).hasSize(2).allMatch(entry -> entry.endsWith(" timeout"));
        completes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"USR1", "INT", "TERM", "HUP"})
    void stopsAtASignal(String signal) {
        Farmer farmer = busyFarmer();
        farmer.signal(signal).await().exits(75).complains("got the signal " + signal);
        assertNoProcesses();
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(8);
        assertThat(work("tasks.txt").attempts())
                .extracting(attempt -> attempt.fields().get(".outcome"))
                .containsOnly("requeued: SIG" + signal);
        completes();
    }

    @Test
    void takesTheSameSignalTwice() {
        Farmer farmer = busyFarmer();
        farmer.signal("USR1")
                .signal("USR1")
                .signal("TERM")
                .signal("USR1")
                .await()
                .exits(75);
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(8);
        completes();
    }

    /** Before {@code main} runs, nothing can keep USR1 from ending a JVM (138); from then on it is a stop like any other. */
    @Test
    void losesNothingWhenSignalledAtStartUp() throws InterruptedException {
        list("tasks.txt", 40, "[ -e go ] || sleep 1000");
        int stopped = 0;
        for (int delay = 0; delay <= 300; delay += 15) {
            Farmer farmer = start("--proc", "4", "tasks.txt");
            Thread.sleep(delay); // the moment is the point, there is no condition to wait for
            long signalled = System.nanoTime();
            Ended end = farmer.signal("USR1").await();
            assertThat(end.status()).as(end::toString).isIn(75, 138);
            assertThat(Duration.ofNanos(System.nanoTime() - signalled))
                    .as("signalled after " + delay + " ms: " + end)
                    .isLessThan(PROMPT);
            stopped += end.status() == 75 ? 1 : 0;
        }
        assertThat(stopped).isGreaterThan(5);
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(40);
        write("go", "");
        run("tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(40);
    }

    @Test
    void startsNothingWhenStoppedBeforeItBegan() {
        list("tasks.txt", 4, "echo >> ran");
        run("--timeout", "0.001s", "tasks.txt").exits(75);
        Work work = work("tasks.txt");
        assertThat(lines("ran")).isEmpty();
        assertThat(work.isSound().toprocess()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"sleep 1000, 5s, 0", "'trap \"\" TERM; sleep 1000; sleep 1000', 1s, 1"})
    void endsManyTasksPromptly(String command, String grace, int graceSeconds) {
        list("tasks.txt", 64, "[ -e go ] || { " + command + "; }");
        Farmer farmer = start("--proc", "64", "--kill-grace", grace, "tasks.txt");
        awaitProcesses("sleep 1000", 64);
        long signalled = System.nanoTime();
        farmer.signal("USR1").await().exits(75);
        assertThat(Duration.ofNanos(System.nanoTime() - signalled)).isLessThan(PROMPT.plusSeconds(graceSeconds));
        assertNoProcesses();
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(64);
    }

    @Test
    void theSecondInterruptEndsItAtOnce() {
        list("tasks.txt", 4, "trap '' TERM INT; sleep 1000; sleep 1000");
        Farmer farmer = start("--kill-grace", "1m", "tasks.txt");
        awaitProcesses("sleep 1000", 4);
        farmer.signal("INT");
        until(() -> farmer.stderr().contains("got the signal INT"));
        assertThat(farmer.isAlive()).isTrue();
        long signalled = System.nanoTime();
        farmer.signal("INT").await().exits(75);
        assertThat(Duration.ofNanos(System.nanoTime() - signalled)).isLessThan(PROMPT);
        assertNoProcesses();
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(4);
    }

    @Test
    void endsTheWholeTreeOfProcesses() {
        list(
                "tasks.txt",
                "bash -c 'bash -c \"sleep 1000; true\"; true'; true",
                "timeout 1000 sleep 1000",
                "setsid sleep 1000",
                "setsid -f sleep 1000; sleep 1000",
                "set -m; sleep 1000 & wait",
                "nohup sleep 1000 & wait",
                "sleep 1000 | sleep 1000",
                "(trap '' TERM; exec setsid bash -c 'sleep 1000; sleep 1000')");
        Farmer farmer = start("--proc", "8", "--kill-grace", "1s", "tasks.txt");
        awaitProcesses("sleep 1000", 10);
        farmer.signal("TERM").await().exits(75);
        assertNoProcesses();
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(8);
    }

    /** Slurm signals every process of a step, and chance decides whose turn comes first. */
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "USR1", "INT", "HUP"})
    void tasksThatGetTheSignalOfTheJobHaveNotFailed(String signal) {
        for (boolean farmerLast : new boolean[] {true, false}) {
            String name = "tasks-" + farmerLast;
            list(name, 8, "[ -e go ] || exec sleep 1000");
            Farmer farmer = start("--proc", "8", name);
            awaitProcesses("sleep 1000", 8);
            List<Long> all = new ArrayList<>(processes());
            all.remove(farmer.pid());
            Collections.shuffle(all);
            all.add(farmerLast ? all.size() : 0, farmer.pid());
            Processes.signal(signal, all);
            farmer.await().exits(75);
            assertThat(work(name).isSound().toprocess()).hasSize(8);
        }
    }

    /** Many programs clean up on TERM and then exit with a status of their own, or do so on INT as Python does. */
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void tasksThatCleanUpOnTheSignalOfTheJobHaveNotFailed(String signal) {
        list("tasks.txt", 8, "[ -e go ] || { trap 'exit 1' TERM INT; sleep 1000 & echo # >> ready; wait; }");
        Farmer farmer = start("--proc", "8", "tasks.txt");
        until(() -> lines("ready").size() == 8);
        List<Long> all = new ArrayList<>(processes());
        all.remove(farmer.pid());
        all.add(farmer.pid());
        Processes.signal(signal, all);
        farmer.await().exits(75);
        assertThat(work("tasks.txt").isSound().failed()).isEmpty();
        completes();
    }

    @Test
    void recordsATaskThatEndsItselfBySignalAsFailed() {
        list("tasks.txt", "kill -TERM $$", "kill -KILL $$", "true");
        run("tasks.txt").exits(1).says("exit status 143 (signal TERM)", "exit status 137 (signal KILL)");
        assertThat(work("tasks.txt").isSound().failed().keySet()).containsExactlyInAnyOrder(0, 1);
        assertThat(work("tasks.txt").attempts())
                .extracting(attempt -> String.valueOf(attempt.fields().get(".signal")))
                .containsExactlyInAnyOrder("TERM", "KILL", "null");
    }

    @Test
    void isNotHarmedByItsOwnStopping() {
        list("tasks.txt", 4, "[ -e go ] || sleep 1000");
        Farmer farmer = start("tasks.txt");
        awaitProcesses("sleep 1000", 4);
        farmer.signal("STOP");
        farmer.signal("TERM").signal("CONT").await().exits(75);
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(4);
    }

    private Farmer busyFarmer() {
        list("tasks.txt", 8, "[ -e go ] || sleep 1000");
        Farmer farmer = start("--proc", "4", "tasks.txt");
        awaitProcesses("sleep 1000", 4);
        return farmer;
    }

    private void completes() {
        write("go", "");
        Ended end = run("tasks.txt");
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).isEmpty();
        end.exits(work.failed().isEmpty() ? 0 : 1);
    }
}
