package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one farmer is told besides: when it stops, what it does before and after its tasks, how long it waits for some. */
class OrdersIT extends FarmTest {
    private void append(String name, String text) {
        try {
            Files.writeString(dir.resolve(name), text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void endsTasksBeforeTheWalltimeDoes() {
        list("tasks.txt", 3, "sleep 1000");
        run("--walltime", "8s", "--kill-grace", "1s", "tasks.txt").exits(75).complains("the walltime ends in");
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).hasSize(3);
        assertThat(work.entries("requeue")).hasSize(3).allMatch(line -> line.endsWith(" walltime"));
        assertThat(work.entries("quit")).containsExactly("quit walltime");
    }

    @Test
    void startsNothingThatDoesNotFitInWhatIsLeft() {
        list(
                "tasks.txt",
                "#TF+ time=1h",
                "echo limit",
                "#TF+ estimate=40s",
                "echo estimate",
                "#TF+ time=20s",
                "echo fits",
                "echo plain");
        run("--walltime", "45s", "--kill-grace", "1s", "tasks.txt")
                .exits(75)
                .complains("2 tasks are left that need more time than there is before the walltime ends");
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished().values()).containsExactlyInAnyOrder("echo fits", "echo plain");
        assertThat(work.entries("quit")).containsExactly("quit walltime");
        assertThat(work.entries("requeue")).isEmpty();
        run("--walltime", "2h", "tasks.txt").exits(0);
    }

    /** Its answer is waited for by those tasks only that it matters to. */
    @Test
    void startsNothingThatDoesNotFitBeforeSqueueHasAnswered() {
        squeue("until [ -e plain ]; do sleep 0.05; done; date -d '+1 minute' +%Y-%m-%dT%H:%M:%S");
        list("tasks.txt", "#TF+ time=10m", "echo > long", "echo > plain");
        taskfarmer("tasks.txt")
                .with("SLURM_JOB_ID", "17")
                .with("PATH", dir + "/bin:" + System.getenv("PATH"))
                .run()
                .exits(75);
        assertThat(dir.resolve("long")).doesNotExist();
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(1);
    }

    @Test
    void countsNoWalltimeThatIsToBeIgnored() {
        list("tasks.txt", "true");
        for (String none : List.of("0", "none")) {
            taskfarmer("--walltime", none, "-w", none, "tasks.txt")
                    .with("SLURM_JOB_END_TIME", "1000")
                    .run()
                    .exits(0);
        }
    }

    @Test
    void warnsRunningTasksOnceAndTakesTheirFailureForAnInterruption() {
        String wait = "for i in $(seq 600); do sleep 0.1; done";
        list(
                "tasks.txt",
                "trap 'echo saved; [ -e again ] && exit 0; exit 3' USR2; echo >> ready; " + wait,
                "trap 'echo heard; exit 0' USR2; echo >> ready; " + wait,
                "trap 'echo $RANDOM >> heard; echo >> heard.twice' USR2; echo >> ready; " + wait);
        Farmer farmer = start(
                "--walltime",
                "13s",
                "--kill-grace",
                "1s",
                "--warn-signal",
                "sigusr2",
                "--warn-before",
                "3s",
                "--proc",
                "3",
                "tasks.txt");
        until(() -> lines("ready").size() >= 3);
        farmer.await().exits(75).complains("sent USR2 to 3 running tasks", "the walltime ends in");
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).containsOnlyKeys(1);
        assertThat(work.toprocess()).containsOnlyKeys(0, 2);
        assertThat(lines("heard.twice")).as("warned once").hasSize(1);
        assertThat(work.entries("requeue")).allMatch(line -> line.endsWith(" walltime"));
    }

    /** How long tasks get between TERM and KILL does not matter to that. */
    @Test
    void warnsTasksSoLongBeforeTheyAreEndedAlsoThoseThatStartLater() {
        list(
                "tasks.txt",
                "trap 'echo >> first' USR2; until [ -e first ]; do sleep 0.1; done; exit 0",
                "trap 'echo >> second; exit 3' USR2; for i in $(seq 600); do sleep 0.1; done",
                "echo > third");
        Ended end = run(
                        "--walltime",
                        "17s",
                        "--kill-grace",
                        "4s",
                        "--warn-signal",
                        "USR2",
                        "--warn-before",
                        "5s",
                        "--proc",
                        "1",
                        "tasks.txt")
                .exits(75)
                .complains("sent USR2 to the running task", "warned of it have ended and go back");
        assertThat(end.took()).as("nothing is left to wait for").isLessThan(Duration.ofSeconds(17));
        Work work = work("tasks.txt").isSound();
        assertThat(lines("first")).hasSize(1);
        assertThat(lines("second")).as("started once after the warning").hasSize(1);
        assertThat(work.finished()).containsOnlyKeys(0);
        assertThat(work.toprocess()).containsOnlyKeys(1, 2);
        assertThat(work.entries("quit")).containsExactly("quit walltime");
    }

    @Test
    void saysInSecondsHowLittleTimeIsLeft() {
        list("tasks.txt", "sleep 1000");
        run("--walltime", "1s", "tasks.txt").exits(75).complains("the walltime ends in 1s");
    }

    /** Slurm tells it in the environment or, up to 22.05, to those who ask. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void findsTheEndOfTheSlurmJob(boolean inEnvironment) {
        list("tasks.txt", "sleep 1000");
        Start start = taskfarmer("--kill-grace", "1s", "tasks.txt").with("SLURM_JOB_ID", "17");
        if (inEnvironment) {
            start.with("SLURM_JOB_END_TIME", Long.toString(System.currentTimeMillis() / 1000 + 9));
        } else {
            squeue("[ \"$*\" = '-h -j 17 -o %e' ] && date -d '+9 seconds' +%Y-%m-%dT%H:%M:%S");
            start.with("PATH", dir + "/bin:" + System.getenv("PATH")).with("TZ", "Asia/Tokyo");
        }
        start.run().exits(75).complains("the walltime ends in");
        assertThat(work("tasks.txt").isSound().entries("quit")).containsExactly("quit walltime");
    }

    private void squeue(String script) {
        program(dir.resolve("bin/squeue"), "#!/bin/bash\n" + script + "\n");
    }

    @ParameterizedTest
    @CsvSource({"exit 1, does not tell", "echo N/A, does not tell", "exec sleep 1000, ''"})
    void isNotHeldUpBySqueue(String script, String remark) {
        squeue(script);
        list("tasks.txt", 4, "true");
        Start start = taskfarmer("-v", "tasks.txt")
                .with("SLURM_JOB_ID", "17")
                .with("PATH", dir + "/bin:" + System.getenv("PATH"));
        Ended end = start.run().exits(0);
        assertThat(end.took()).isLessThan(Duration.ofSeconds(15));
        assertThat(work("tasks.txt").isSound().finished()).hasSize(4);
        awaitNoProcesses(Duration.ofSeconds(25));
    }

    @Test
    void takesNoMoreTasksThanItIsTold() {
        list("tasks.txt", 20, "echo #");
        run("--max-tasks", "5", "tasks.txt").exits(75).says("5 finished, 0 failed, 15 left");
        run("--max-tasks", "15", "tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().entries("quit").get(0)).isEqualTo("quit max-tasks");
    }

    @Test
    void takesNothingMoreWhenTooManyHaveFailed() {
        list("tasks.txt", 200, "exit 3");
        run("--proc", "2", "--max-fail", "4", "tasks.txt").exits(1).complains("--max-fail is 4");
        Work work = work("tasks.txt").isSound();
        assertThat(work.failed()).hasSizeBetween(4, 6);
        run("--proc", "2", "--max-fail", "4%", "tasks.txt").exits(1).complains("--max-fail is 4%");
        assertThat(work("tasks.txt").isSound().failed()).hasSizeBetween(8, 10);
    }

    @ParameterizedTest
    @CsvSource({"'2', 3, 0", "'2,soon', 3, 0", "'2,now', 2, 1"})
    void endsRunningTasksOnlyIfThatIsWished(String limit, int tookPart, int interrupted) {
        list(
                "tasks.txt",
                "echo > began; until [ -e failed.2 ]; do sleep 0.1; done; sleep 2",
                "until [ -e began ]; do sleep 0.1; done; exit 3",
                "echo > failed.2; exit 3",
                "true");
        run("--proc", "2", "--max-fail", limit, "tasks.txt").exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(work.failed()).hasSize(2);
        assertThat(work.finished()).hasSize(tookPart - 2);
        assertThat(work.entries("requeue")).hasSize(interrupted);
    }

    @Test
    void letsTimePassBetweenTwoStarts() {
        list("tasks.txt", 4, "date +%s%N >> starts");
        run("--launch-interval", "0.5s", "tasks.txt").exits(0);
        long[] starts =
                lines("starts").stream().mapToLong(Long::parseLong).sorted().toArray();
        assertThat(starts).hasSize(4);
        assertThat((starts[3] - starts[0]) / 1e9).isGreaterThan(1.3);
    }

    @Test
    void drainsThoughTasksWaitForTheirMoment() {
        list("tasks.txt", 4, "echo >> began");
        Farmer farmer = start("--proc", "3", "--launch-interval", "1h", "tasks.txt");
        until(() -> lines("began").size() == 1);
        run("drain", "tasks.txt").exits(0);
        farmer.await().exits(75);
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(1);
        assertThat(work.toprocess()).hasSize(3);
    }

    @Test
    void cancelsTasksThatWaitForTheirMoment() {
        list("tasks.txt", 3, "echo >> began");
        Farmer farmer = start("--proc", "3", "--launch-interval", "1h", "tasks.txt");
        until(() -> ended() == 1);
        run("cancel", "tasks.txt", "0-2").exits(0);
        farmer.await().exits(0);
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(1);
        assertThat(work.toprocess()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dash"})
    void hasTasksGiveWay(String other) {
        list("tasks.txt", "nice", "echo \"$(nice)\"");
        Start start = taskfarmer("--nice", "7", "tasks.txt");
        if (other.isEmpty()) {
            start.with("BASH_FUNC_f%%", "() { :; }"); // dash would lose it, so slots keep bash
        }
        start.run().exits(0);
        assertThat(work("tasks.txt").isSound().log(0)).isEqualTo("7\n");
        assertThat(work("tasks.txt").log(1)).isEqualTo("7\n");
    }

    @Test
    void preparesItsNodeAndTidiesUp() {
        list("tasks.txt", 3, "cat \"$TASKFARMER_FARMER\"/prepared");
        run(
                        "--setup",
                        "mkdir \"$TASKFARMER_FARMER\" && echo yes > \"$TASKFARMER_FARMER\"/prepared",
                        "--teardown",
                        "rm -r \"$TASKFARMER_FARMER\"; echo $TASKFARMER_FARMER_NUMBER $TASKFARMER_HOST $TASKFARMER_EVENT",
                        "tasks.txt")
                .exits(0)
                .withoutComplaint();
        Work work = work("tasks.txt").isSound();
        assertThat(work.log(2)).isEqualTo("yes\n");
        assertThat(read(work.file("logs/teardown_1"))).matches("1 \\S+ teardown\n");
        assertThat(dir).isDirectoryNotContaining("glob:**.*.*.*");
    }

    @Test
    void takesNothingIfItsNodeCannotBePrepared() {
        list("tasks.txt", 3, "true");
        run("--setup", "echo no scratch >&2; exit 4", "--teardown", "echo > torn", "tasks.txt")
                .exits(3)
                .complains("--setup failed: exit status 4, log ", "logs/setup_1");
        Work work = work("tasks.txt").isSound();
        assertThat(read(work.file("logs/setup_1"))).isEqualTo("no scratch\n");
        assertThat(work.toprocess()).hasSize(3);
        assertThat(work.entries("claim")).isEmpty();
        assertThat(dir.resolve("torn")).exists();
        run("tasks.txt").exits(0);
    }

    @Test
    void isNotTakenForDeadWhileItPreparesItsNode() {
        list("tasks.txt", 4, "true");
        Farmer slow = start(
                "--dead-after", "2s", "--setup", "echo > began; until [ -e go ]; do sleep 0.1; done", "tasks.txt");
        until(() -> Files.exists(dir.resolve("began")));
        run("--dead-after", "2s", "--linger", "tasks.txt").exits(0);
        list("other.txt", "sleep 4");
        run("other.txt").exits(0); // longer than a farmer without heartbeats would have lived
        run("--dead-after", "2s", "tasks.txt").exits(0);
        write("go", "");
        slow.await().exits(0);
        assertThat(work("tasks.txt").isSound().entries("gone")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "USR1"})
    void tidiesUpWhenToldToStop(String signal) {
        list("tasks.txt", "echo > began; sleep 1000");
        Farmer farmer = start("--teardown", "echo $TASKFARMER_REASON > torn", "tasks.txt");
        until(() -> Files.exists(dir.resolve("began")));
        farmer.signal(signal).await().exits(75);
        assertThat(lines("torn")).containsExactly("SIG" + signal);
        work("tasks.txt").isSound();
    }

    @Test
    void endsATeardownThatTakesTooLong() {
        list("tasks.txt", "echo > began; sleep 1000");
        Farmer farmer = start("--kill-grace", "1s", "--teardown", "sleep 1001", "tasks.txt");
        until(() -> Files.exists(dir.resolve("began")));
        farmer.signal("TERM").await().exits(75).complains("--teardown was ended");
        assertNoProcesses();
    }

    /** Also what it was preparing, and what that has left running. */
    @Test
    void endsItsErrandsWhenItIsKilled() {
        list("tasks.txt", "true");
        Farmer farmer = start("--setup", "setsid sleep 1002 & sleep 1003", "tasks.txt");
        awaitProcesses("sleep 1002", 1);
        awaitProcesses("sleep 1003", 1);
        farmer.signal("KILL");
        awaitNoProcesses(ORPHANS_END);
    }

    @Test
    void keepsWhatItsSetupHasStartedUntilTheEnd() {
        list("tasks.txt", "kill -0 $(cat server)");
        run("--setup", "sleep 1004 & echo $! > server", "--teardown", "kill -0 $(cat server)", "tasks.txt")
                .exits(0)
                .withoutComplaint();
        awaitNoProcesses(ORPHANS_END);
    }

    @Test
    void archivesADirectoryNowAndThenAndAtTheEnd() {
        list(
                "tasks.txt",
                "mkdir scratch; echo 1 > scratch/one; until [ -e go ]; do sleep 0.1; done; echo > scratch/two");
        Farmer farmer = start("--archive", "scratch", "--archive-every", "0.2s", "--archive-to", "kept", "tasks.txt");
        until(() -> archives("kept").size() == 1);
        Path archive = archives("kept").get(0);
        assertThat(archive.getFileName().toString()).endsWith("_1.tar.gz");
        until(() -> names(archive).contains("./one"));
        assertThat(names(archive)).doesNotContain("./two");
        write("go", "");
        farmer.await().exits(0).withoutComplaint();
        assertThat(names(archive)).contains("./one", "./two");
        assertThat(dir.resolve("kept")).isDirectoryNotContaining("glob:**.part");
    }

    private List<Path> archives(String directory) {
        if (!Files.isDirectory(dir.resolve(directory))) {
            return List.of();
        }
        try (var files = Files.list(dir.resolve(directory))) {
            return files.filter(file -> file.toString().endsWith(".tar.gz")).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(Path archive) {
        try {
            Process tar = new ProcessBuilder("tar", "-tzf", archive.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String names = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(tar.waitFor()).as("a whole archive, whenever it is read").isZero();
            return names.lines().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void goesOnIfItCannotArchive() {
        write("kept", "a file");
        list("tasks.txt", "mkdir -p scratch");
        run("--archive", "scratch", "--archive-to", "kept", "tasks.txt")
                .exits(0)
                .complains("could not be archived");
        run("--archive", ".", "tasks.txt").exits(2).complains("would hold itself");
    }

    @Test
    void leavesABadNodeAndPutsBackWhatFailedThere() {
        String task = "[ -z \"$BAD\" ] || exit 9; echo >> good; [ -e go ] || sleep 0.2";
        list("tasks.txt", 400, task);
        Farmer good = start("--proc", "2", "tasks.txt");
        until(() -> lines("good").size() >= 2);
        Ended bad =
                taskfarmer("--proc", "2", "tasks.txt").with("BAD", "1").run().exits(75);
        bad.complains("bad node", "one after the other", "elsewhere ended well");
        assertThat(good.isAlive()).isTrue();
        write("go", "");
        good.await().exits(0);
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(400);
        assertThat(work.entries("quit")).contains("quit bad-node");
    }

    /** Few tasks are left, and nobody has ended one meanwhile: what is left is not to fail before others have. */
    @Test
    void failsFewTasksBeforeItIsKnownThatTheNodeIsBad() {
        list("tasks.txt", 60, "[ -z \"$BAD\" ] || exit 9; echo >> good; sleep 0.5");
        Farmer good = start("--proc", "2", "tasks.txt");
        until(() -> lines("good").size() >= 2);
        taskfarmer("--proc", "2", "tasks.txt").with("BAD", "1").run().exits(75).complains("bad node");
        good.await().exits(0);
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(60);
        assertThat(work.entries("end")).hasSizeLessThan(60 + 20);
        assertThat(work.entries("quit")).contains("quit bad-node");
    }

    @Test
    void blamesNoNodeForAListThatFailsEverywhere() {
        list("tasks.txt", 60, "sleep 0.02; exit 3");
        Farmer other = start("--proc", "2", "tasks.txt");
        run("--proc", "2", "tasks.txt").exits(1);
        other.await().exits(1);
        assertThat(work("tasks.txt").isSound().failed()).hasSize(60);
    }

    @Test
    void takesLinesThatAreAddedToTheListForTasks() {
        list("tasks.txt", "echo 0");
        Farmer farmer = start("--wait-for-tasks", "--poll", "0.1s", "tasks.txt");
        until(() -> ended() == 1);
        append("tasks.txt", "echo 1\necho 2\n");
        until(() -> ended() == 3);
        append("tasks.txt", "ec");
        append("tasks.txt", "ho 3\n");
        until(() -> ended() == 4);
        run("add", "tasks.txt", "--", "echo", "4").exits(0);
        until(() -> ended() == 5);
        write("tasks.txt", "echo X\necho 1\necho 2\necho 3\necho 5\n");
        until(() -> farmer.stderr().contains("nothing of it was taken"));
        run("stop", "tasks.txt").exits(0);
        farmer.await().exits(0);
        assertThat(work("tasks.txt").isSound().finished().values())
                .containsExactlyInAnyOrder("echo 0", "echo 1", "echo 2", "echo 3", "echo 4");
    }

    private int ended() {
        return work("tasks.txt").entries("end").size();
    }

    @Test
    void waitsForTasksOnlyForAWhile() {
        list("tasks.txt", "true");
        Ended end = run("--idle-timeout", "2s", "tasks.txt").exits(0);
        assertThat(end.took()).isGreaterThan(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({
        "WM_N_WORKERS, 3, 3",
        "WM_WORK_MANAGER, serial, 1",
        "TASKFARMER_PROC, serial, 1",
        "TASKFARMER_PROC, 2, 2"
    })
    void hasAsManySlotsAsItIsToldByOtherNames(String variable, String value, int slots) {
        list("tasks.txt", "true");
        Start start = taskfarmer("tasks.txt").with("WM_N_WORKERS", "5").with(variable, value);
        start.run().exits(0).says(slots == 1 ? "1 slot busy" : slots + " slots busy");
    }

    @Test
    void hasASlotForEachCore() {
        list("tasks.txt", "nproc");
        Ended end = run("--proc", "auto", "tasks.txt").exits(0);
        String cores = work("tasks.txt").log(0).strip();
        end.says(cores.equals("1") ? "1 slot busy" : cores + " slots busy");
    }

    @ParameterizedTest
    @CsvSource({
        "--max-fail, 101%",
        "--max-fail, 0",
        "--warn-signal, NOPE",
        "--warn-signal, KILL",
        "--warn-signal, sigstop",
        "--warn-before, 5m",
        "--nice, 20",
        "--walltime, soon",
        "--proc, some",
        "--max-tasks, 0"
    })
    void refusesWhatMakesNoSense(String option, String value) {
        list("tasks.txt", "true");
        run(option, value, "tasks.txt").exits(2).inWords();
    }
}
