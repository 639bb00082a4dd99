package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What ends attempts of tasks, and what that means for the task: time, stall, retries, exit statuses that are success. */
class LimitsIT extends ToldTest {
    @Test
    void theFarmersTimeoutIsNotThatOfItsTasks() {
        list("tasks.txt", "#TF time=1m retries=1", "echo begun; sleep 30");
        run("--timeout", "1", "--kill-grace", "1", "tasks.txt").exits(75);
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).hasSize(1);
        assertThat(work.file("logs/log_0")).hasContent("begun");
    }

    @Test
    void timeEndsAnAttempt() {
        inAllWays(1, "time=1s", "echo begun; sleep 1000", "true");
        for (Told told : Told.values()) {
            Work work = told.work(this);
            assertThat(ends(work, 0)).containsExactly("1 failed timeout");
            assertThat(work.finished()).containsOnlyKeys(1);
            assertThat(work.log(0)).startsWith("begun\n").endsWith("ended: it took longer than its limit of 1s\n");
        }
        run("status", Told.JSON.directory(this) + "/tasks.txt").exits(0).says("timeout");
    }

    @Test
    void timeEndsWhatIgnoresTermAndItsChildrenToo() {
        list(
                "tasks.txt",
                "#TF+ time=1s retries=1",
                "trap '' TERM; sleep 1001 & setsid sleep 1002 & echo $TASKFARMER_ATTEMPT >> began; sleep 1003; sleep 1003",
                "#TF+ time=1s",
                "trap 'echo saved; exit 0' TERM; until [ -e go ]; do sleep 0.05; done",
                "until [ -e go ]; do sleep 0.05; done");
        Farmer farmer = start("--kill-grace", "1s", "tasks.txt");
        until(() -> ends(work("tasks.txt"), 0).size() == 2
                && ends(work("tasks.txt"), 1).size() == 1);
        for (String left : List.of("sleep 1001", "sleep 1002", "sleep 1003")) {
            until(() -> processes(left).isEmpty());
        }
        assertThat(farmer.isAlive()).isTrue();
        write("go", "");
        farmer.await().exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(ends(work("tasks.txt"), 0)).containsExactly("1 again timeout", "2 failed timeout");
        assertThat(ends(work("tasks.txt"), 1)).containsExactly("1 failed timeout");
        assertThat(lines("began")).containsExactly("1", "2");
        assertThat(work.log(1)).contains("saved\n", "its limit of 1s");
        assertThat(work.finished()).containsOnlyKeys(2);
        assertThat(work.attempts())
                .filteredOn(event -> event.attempt().equals("0.1"))
                .allMatch(event -> event.number("dur") >= 2_000_000); // limit and grace
    }

    @Test
    void stallEndsWhatHangsAndTriesAgain() {
        inAllWays(
                1,
                "stall=3s retries=1 retry-on=7",
                "echo $TASKFARMER_ATTEMPT; [ $TASKFARMER_ATTEMPT = 2 ] || sleep 1000",
                "echo it hangs; sleep 1000",
                "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo $i; sleep 0.3; done");
        for (Told told : Told.values()) {
            Work work = told.work(this);
            assertThat(ends(work, 0)).first().isEqualTo("1 again stall");
            assertThat(ends(work, 1)).containsExactly("1 again stall", "2 failed stall");
            assertThat(work.finished()).containsOnlyKeys(0, 2);
            assertThat(work.log(1)).startsWith("it hangs\n").endsWith("ended: it wrote nothing here for 3s\n");
            assertThat(read(work.file("logs/log_0.1"))).startsWith("1\n").endsWith("nothing here for 3s\n");
            assertThat(work.attempts())
                    .extracting(Work.Event::attempt)
                    .as("who writes is left alone")
                    .contains("2.1")
                    .doesNotContain("2.2");
        }
    }

    @Test
    void retriesFollowOnlyTheStatusesThatAreNamed() {
        inAllWays(
                1,
                "retries=2 retry-on=75,80-90",
                "echo 0 >> ran; exit 3",
                "echo 1 >> ran; exit 85",
                "echo 2 >> ran; [ $TASKFARMER_ATTEMPT = 2 ] || exit 75",
                "echo 3 >> ran; [ $TASKFARMER_ATTEMPT = 2 ] && exit 1; exit 90");
        for (Told told : Told.values()) {
            Work work = told.work(this);
            assertThat(told.lines(this, "ran")).containsExactlyInAnyOrder("0", "1", "1", "1", "2", "2", "3", "3");
            assertThat(ends(work, 1)).containsExactly("1 again -", "2 again -");
            assertThat(work.failed()).containsOnlyKeys(0, 1, 3);
            assertThat(work.file("logs/log_1.2")).exists();
            assertThat(work.file("logs/log_0.1")).doesNotExist();
        }
    }

    @Test
    void backoffDoublesAndKeepsNobodyFromWorking() {
        inAllWays(
                1,
                List.of("-n", "1"),
                "retries=2 backoff=0.7s",
                "date +%s%N >> starts; exit 3",
                "until [ -e starts ]; do sleep 0.01; done; wc -l < starts");
        for (Told told : Told.values()) {
            long[] starts = told.lines(this, "starts").stream()
                    .mapToLong(Long::parseLong)
                    .toArray();
            assertThat(starts).hasSize(3);
            assertThat((starts[1] - starts[0]) / 1e9).isGreaterThan(0.7);
            assertThat((starts[2] - starts[1]) / 1e9).isGreaterThan(1.4);
            assertThat(told.work(this).log(1).strip()).isEqualTo("1");
        }
    }

    /** Neither being told to stop nor the death of the farmer is a failure of the task. */
    @Test
    void interruptionsDoNotUseUpARetry() {
        list("tasks.txt", "#TF retries=1", "echo $TASKFARMER_ATTEMPT >> ran; [ -e fail ] && exit 3; exec sleep 1000");
        List<String> ran = new ArrayList<>();
        for (String signal : List.of("TERM", "KILL", "USR1")) {
            Farmer farmer = start("tasks.txt");
            ran.add(Integer.toString(ran.size() + 1));
            until(() -> lines("ran").equals(ran));
            awaitProcesses("sleep 1000", 1);
            farmer.signal(signal).await().exits(signal.equals("KILL") ? 137 : 75);
            awaitNoProcesses(ORPHANS_END);
        }
        write("fail", "");
        run("tasks.txt").exits(1);
        work("tasks.txt").isSound();
        assertThat(lines("ran")).containsExactly("1", "2", "3", "4", "5");
        assertThat(ends(work("tasks.txt"), 0)).containsExactly("4 again -");
        run("--retry-failed", "tasks.txt").exits(1);
        assertThat(lines("ran"))
                .as("whoever is tried again by hand has all retries again")
                .hasSize(7);
    }

    @Test
    void someExitStatusesAreSuccess() {
        inAllWays(1, "success-codes=0,3-5,143", "true", "exit 4", "exit 6", "kill -TERM $$", "exit 5");
        for (Told told : Told.values()) {
            assertThat(told.work(this).failed()).containsOnlyKeys(2);
            assertThat(told.work(this).finished()).hasSize(4);
        }
    }

    @Test
    void zeroIsASuccessOnlyIfItIsNamed() {
        list(
                "tasks.txt",
                "#TF success-codes=3",
                "true",
                "exit 3",
                "#TF+ retries=1",
                "echo >> ran",
                "#TF+ outputs=out",
                "exit 3");
        run("tasks.txt").exits(1);
        assertThat(work("tasks.txt").isSound().failed()).containsOnlyKeys(0, 2, 3);
        assertThat(lines("ran")).hasSize(2);
        assertThat(ends(work("tasks.txt"), 3)).containsExactly("1 failed no-output");
        run("tasks", "tasks.txt", "0").exits(0).says("attempt 1: failed, exit status 0, ");
        assertThat(work("tasks.txt").log(0))
                .isEqualTo("taskfarmer: exit status 0, which is not among the success-codes 3\n");
        assertThat(work("tasks.txt").log(1)).isEmpty();
    }

    /** A cancelled task does not keep the others, or a farmer, waiting until it had rested. */
    @Test
    void aTaskThatRestsCanBeCancelledAndTriedAgain() {
        list("tasks.txt", "#TF+ retries=1 backoff=1h", "echo >> ran; [ -e good ]", "true");
        Farmer farmer = start("tasks.txt");
        until(() -> ends(work("tasks.txt"), 0).size() == 1);
        assertThat(farmer.isAlive()).isTrue();
        run("cancel", "tasks.txt", "0").exits(0);
        farmer.await().exits(0);
        write("good", "");
        run("retry", "tasks.txt", "0").exits(0);
        run("tasks.txt").exits(0);
        assertThat(lines("ran")).hasSize(2);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(2);
        assertThat(Files.exists(dir.resolve("tasks.txt_workdir/logs/log_0.1"))).isTrue();
    }
}
