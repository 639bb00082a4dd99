package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that steer a farm, given to farmers at work, and to farms where nobody is. */
class SteeringIT extends FarmTest {
    /** Within which farmers obey, with what a loaded machine adds to the 2 s that are promised. */
    private static final Duration OBEYED_WITHIN = Duration.ofSeconds(5);

    private static final String WAIT = "until [ -e go ]; do sleep 0.02; done";

    private Ended steer(String... args) {
        return run(args).exits(0).withoutComplaint();
    }

    private int running(String list) {
        return work(list).entries("start").size();
    }

    @Test
    void addsTasksToARunningFarm() {
        list("tasks.txt", WAIT);
        Farmer farmer = start("--proc", "2", "tasks.txt");
        until(() -> running("tasks.txt") == 1);
        list("more.txt", "echo 1 >> ran", "# a comment", "echo 2 >> ran");
        steer("add", "tasks.txt", "more.txt").says("2 tasks added: 1-2");
        steer("add", "tasks.txt", "--", "echo 3 >> ran").says("1 task added: 3");
        steer("add", "tasks.txt", "--", "sh", "-c", "echo \"$1\" >> ran", "sh", "it's  $HOME")
                .says("1 task added: 4");
        taskfarmer("add", "tasks.txt", "-")
                .stdin("echo 5 >> ran\n")
                .run()
                .exits(0)
                .says("1 task added: 5");
        until(() -> lines("ran").size() == 5);
        write("go", "");
        farmer.await().exits(0);
        assertThat(new TreeSet<>(lines("ran"))).containsExactly("1", "2", "3", "5", "it's  $HOME");
        assertThat(work("tasks.txt").isSound().finished()).hasSize(6);
        run("tasks.txt").exits(0).says("nothing was left to do");
    }

    @Test
    void addsToAFarmWhereNobodyIsAndToItsListBesides() {
        list("tasks.txt", "echo a >> ran");
        run("tasks.txt").exits(0);
        steer("add", "tasks.txt", "--", "echo b >> ran")
                .says("1 task added: 1", "nobody is at work", "taskfarmer tasks.txt");
        assertThat(work("tasks.txt").isSound().toprocess()).containsOnlyKeys(1);
        list("tasks.txt", "echo a >> ran", "echo c >> ran");
        run("tasks.txt").exits(0);
        assertThat(new TreeSet<>(lines("ran"))).containsExactly("a", "b", "c");
        assertThat(work("tasks.txt").isSound().finished()).containsEntry(2, "echo c >> ran");
    }

    @Test
    void addsWhatIsNotThereYet() {
        list("tasks.txt", "true", "echo x");
        run("tasks.txt").exits(0);
        list("more.txt", "echo x", "echo y", "echo y", "true");
        steer("add", "--unless-queued", "tasks.txt", "more.txt").says("1 task added: 2", "3 skipped");
        steer("add", "--unless-queued", "tasks.txt", "more.txt").says("0 tasks added, 4 skipped");
        steer("add", "--json", "tasks.txt", "more.txt").says("{\"added\":4,\"first\":3,\"last\":6,\"skipped\":0}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add tasks.txt --json more.txt",
                "add --json tasks.txt more.txt",
                "add tasks.txt more.txt --json",
                "add tasks.txt -t default --json more.txt",
                "add --json -w tasks.txt_workdir more.txt",
                "add more.txt --json -w tasks.txt_workdir",
                "add --json more.txt"
            })
    void takesOptionsAnywhere(String command) {
        list("tasks.txt", "true", "true", "true");
        list("more.txt", "true");
        run("tasks.txt").exits(0);
        steer(command.split(" ")).says("{\"added\":1,\"first\":3,\"last\":3,\"skipped\":0}");
        run("tasks", "tasks.txt", "--json", "3").exits(0).says("\"id\":3");
        run("tasks", "tasks.txt", "--state", "finished", "0").exits(0).says("finished");
        run("logs", "tasks.txt", "-n", "2", "0").exits(0);
    }

    @Test
    void namesTheFarmThatWasNotNamed() {
        list("tasks.txt", "true");
        run("tasks.txt").exits(0);
        list("more.txt", "true");
        steer("add", "more.txt").says("1 task added to tasks.txt: 1");
        run("status", "more.txt").exits(2).inWords().complains("no farm was begun with more.txt");
        run("status", "none.txt").exits(2).inWords().complains("there is no task list and no work directory none.txt");
        run("status", "tasks.txt", "x").exits(2).inWords().complains("what is 'x'?", "taskfarmer status --help");
    }

    @Test
    void isDoneAlsoIfTheListsCannotBeWritten() throws IOException {
        list("tasks.txt", "true");
        run("tasks.txt").exits(0);
        Files.delete(work("tasks.txt").file("toprocess"));
        write("tasks.txt_workdir/toprocess/in-its-way", "");
        run("add", "tasks.txt", "--", "true").exits(0).says("1 task added: 1").complains("done, but toprocess");
        assertThat(work("tasks.txt").entries("tasks")).hasSize(2);
    }

    @Test
    void letsATaskAddTasksToItsOwnFarm() {
        list("tasks.txt", Start.java() + " -jar " + Start.jar() + " add -- 'echo child >> ran'");
        run("--proc", "1", "tasks.txt").exits(0);
        assertThat(lines("ran")).containsExactly("child");
        assertThat(work("tasks.txt").isSound().finished()).hasSize(2);
    }

    @Test
    void cancelsWhatWaitsAndWhatRuns() {
        list(
                "tasks.txt",
                "exec sleep 1000",
                "exec sleep 1001",
                "exec env -i sleep 1002",
                "echo 3 >> ran",
                "echo 4 >> ran");
        Farmer farmer = start("--proc", "3", "--verbose", "tasks.txt");
        until(() -> running("tasks.txt") == 3);
        steer("cancel", "tasks.txt", "3").says("1 task cancelled: 3");
        steer("cancel", "tasks.txt", "1-2").says("2 tasks being ended by their farmers: 1-2");
        until(() -> lines("ran").contains("4"));
        assertThat(processes("sleep 1000")).as("not cancelled").hasSize(1);
        until(() -> work("tasks.txt").entries("end").size() == 1);
        steer("cancel", "tasks.txt", "--all").says("1 task being ended by its farmer: 0");
        farmer.await()
                .exits(0)
                .says("task 0 cancelled", "task 2 cancelled", "5 tasks: 1 finished, 0 failed, 4 cancelled");
        assertThat(lines("ran")).containsExactly("4");
        assertThat(work("tasks.txt").isSound().cancelled()).containsOnlyKeys(0, 1, 2, 3);
        run("tasks.txt").exits(0).says("4 cancelled", "nothing was left to do");
    }

    @Test
    void cancelsATaskThatDoesNotObey() {
        list("tasks.txt", "trap '' TERM; sleep 1000; sleep 1001", "echo >> ran");
        Farmer farmer = start("--proc", "1", "--kill-grace", "1", "tasks.txt");
        until(() -> running("tasks.txt") == 1);
        steer("cancel", "tasks.txt", "0");
        farmer.await().exits(0);
        assertThat(work("tasks.txt").isSound().cancelled()).containsOnlyKeys(0);
        assertThat(lines("ran")).hasSize(1);
    }

    @Test
    void cancelsTheAttemptThatRunsAndNotTheNextOne() {
        list("tasks.txt", "echo $TASKFARMER_ATTEMPT >> ran; " + WAIT);
        Farmer farmer = start("--proc", "1", "tasks.txt");
        until(() -> running("tasks.txt") == 1);
        steer("cancel", "tasks.txt", "0");
        until(() -> work("tasks.txt").entries("cancel").size() == 1);
        farmer.await().exits(0);
        steer("retry", "tasks.txt", "0").says("1 task to be tried again: 0");
        Farmer again = start("--proc", "1", "tasks.txt");
        until(() -> lines("ran").size() == 2);
        write("go", "");
        again.await().exits(0);
        assertThat(lines("ran")).containsExactly("1", "2");
        assertThat(work("tasks.txt").isSound().finished()).hasSize(1);
        assertThat(bytes(work("tasks.txt").file("cancelled"))).isEmpty();
    }

    @Test
    void cancelsTasksOfAFarmerThatDies() {
        list("tasks.txt", "sleep 1000", "sleep 1000");
        Farmer farmer = start("--proc", "1", "tasks.txt");
        until(() -> running("tasks.txt") == 1);
        farmer.signal("STOP");
        steer2("cancel", "tasks.txt", "0"); // it may have been stopped while it wrote the views
        farmer.signal("KILL").await();
        awaitNoProcesses(ORPHANS_END);
        steer2("cancel", "tasks.txt", "--all").says("cancelled: 1").complains("is gone: its task goes back");
        assertThat(work("tasks.txt").isSound().cancelled()).containsOnlyKeys(0, 1);
    }

    /** A command that may have something to tell besides. */
    private Ended steer2(String... args) {
        return run(args).exits(0);
    }

    @Test
    void drainsOneFarmerWhileAnotherGoesOn() {
        list("tasks.txt", 40, "echo # >> ran; sleep 0.2");
        Farmer first = start("--proc", "2", "tasks.txt");
        until(() -> work("tasks.txt").entries("join").size() == 1);
        Farmer second = start("--proc", "1", "tasks.txt");
        until(() ->
                work("tasks.txt").entries("join").size() == 2 && lines("ran").size() >= 4);
        steer("drain", "tasks.txt", "1").says("farmer 1", "takes nothing new");
        first.await().exits(75).complains("told to drain");
        assertThat(second.isAlive()).isTrue();
        second.await().exits(0);
        assertThat(lines("ran")).as("nothing was interrupted").hasSize(40);
        Work work = work("tasks.txt").isSound();
        assertThat(work.entries("requeue")).isEmpty();
        assertThat(work.entries("quit")).containsExactly("quit drain");
        assertThat(work.finished()).hasSize(40);
    }

    @Test
    void drainsAll() {
        list("tasks.txt", 5, "echo # >> ran; " + WAIT);
        Farmer first = start("--proc", "1", "tasks.txt");
        Farmer second = start("--proc", "1", "tasks.txt");
        until(() -> running("tasks.txt") == 2);
        steer("drain", "tasks.txt", "--all");
        until(() -> first.stderr().contains("told to drain") && second.stderr().contains("told to drain"));
        assertThat(first.isAlive() && second.isAlive()).isTrue();
        write("go", "");
        first.await().exits(75);
        second.await().exits(75);
        assertThat(lines("ran")).hasSize(2);
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"stop, 1", "kill, 1000"})
    void stopsAFarmer(String how, String grace) {
        list("tasks.txt", "trap '' TERM; sleep 1000", "trap 'echo told >> ran; exit' TERM; sleep 1000 & wait", "true");
        Farmer farmer = start("--proc", "2", "--kill-grace", grace, "tasks.txt");
        until(() -> running("tasks.txt") == 2);
        long began = System.nanoTime();
        steer(how, "tasks.txt");
        farmer.await().exits(75).complains("told to stop");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(OBEYED_WITHIN.plusSeconds(2));
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).hasSize(3);
        assertThat(work.entries("quit")).containsExactly("quit " + how);
        assertThat(work.entries("requeue")).hasSize(2).allMatch(line -> line.endsWith(" " + how));
        awaitNoProcesses(ORPHANS_END);
    }

    @Test
    void losesPatienceWithAFarmerThatIsStopping() {
        list("tasks.txt", "trap '' TERM; sleep 1000");
        Farmer farmer = start("--proc", "1", "--kill-grace", "1000", "tasks.txt");
        until(() -> running("tasks.txt") == 1);
        steer("stop", "tasks.txt");
        until(() -> farmer.stderr().contains("told to stop"));
        steer("kill", "tasks.txt");
        farmer.await().exits(75);
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(1);
    }

    @Test
    void scalesAFarmerWhileItRuns() {
        list("tasks.txt", 30, "echo $TASKFARMER_SLOT >> slots; until [ -e go-# ]; do sleep 0.02; done");
        Farmer farmer = start("--proc", "1", "tasks.txt");
        until(() -> lines("slots").size() == 1);
        Farmer other = start("--proc", "1", "tasks.txt");
        until(() -> lines("slots").size() == 2);
        steer("scale", "tasks.txt", "1", "3").says("uses 3 slots instead of 1");
        until(() -> lines("slots").size() == 4);
        assertThat(new TreeSet<>(lines("slots"))).containsExactly("0", "1", "2", "3");
        steer("scale", "tasks.txt", "1", "1").says("uses 1 slot instead of 3", "what runs in the others may end");
        steer("stop", "tasks.txt", "2");
        other.await().exits(75);
        for (int i = 0; i < 30; i++) {
            write("go-" + i, "");
        }
        farmer.await().exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(30);
        assertThat(work("tasks.txt").attempts().stream()
                        .filter(attempt -> attempt.number("pid") == 1)
                        .filter(attempt -> attempt.number(".id") > 10)
                        .map(attempt -> attempt.fields().get("tid"))
                        .distinct())
                .as("slots that are left")
                .hasSize(1);
    }

    @Test
    void triesFailedTasksAgainInARunningFarm() {
        list("tasks.txt", "echo $TASKFARMER_ATTEMPT; [ -e mended ]", "exit 4", WAIT);
        Farmer farmer = start("--proc", "2", "tasks.txt");
        until(() -> work("tasks.txt").entries("end").size() == 2);
        write("mended", "");
        steer("retry", "tasks.txt", "--failed").says("2 tasks to be tried again: 0-1");
        until(() -> work("tasks.txt").entries("end").size() == 4);
        write("go", "");
        farmer.await().exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(work.failed()).containsOnlyKeys(1);
        assertThat(work.log(0)).isEqualTo("2\n");
        assertThat(read(work.file("logs/log_0.1"))).isEqualTo("1\n");
        assertThat(work.attempts()).extracting(Work.Event::attempt).contains("0.1", "0.2", "1.1", "1.2");
    }

    @Test
    void triesFailedTasksAgainAtTheStart() {
        list("tasks.txt", "echo >> ran; [ -e mended ]", "true");
        run("tasks.txt").exits(1);
        write("mended", "");
        run("tasks.txt").exits(1);
        run("--retry-failed", "tasks.txt").exits(0).says("2 finished, 0 failed");
        assertThat(lines("ran")).hasSize(2);
        assertThat(work("tasks.txt").isSound().failed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "retry tasks.txt 2 | task 2 is finished",
                "retry tasks.txt 99 | there is no task 99",
                "retry tasks.txt 1 99 | there is no task 99",
                "retry tasks.txt x | 'x' is no task ID",
                "retry tasks.txt | which tasks?",
                "cancel tasks.txt | which tasks?",
                "cancel tasks.txt 0 | task 0 is finished already",
                "cancel tasks.txt --all 1 | do not go together",
                "cancel tasks.txt 5-3 | runs backwards",
                "drain tasks.txt | nobody is at work",
                "kill tasks.txt 1 | nobody is at work",
                "scale tasks.txt 1 4 | nobody is at work",
                "scale tasks.txt 1 0 | not a number of slots",
                "scale tasks.txt | a farmer and its number of slots",
                "add tasks.txt | nothing to add",
                "add tasks.txt -- | no command after --",
                "add tasks.txt none.txt | there is no task list none.txt",
                "drain none.txt --all | do not go together",
                "drain none/tasks.txt | there is no task list and no work directory none/tasks.txt",
                "stop . | is not a work directory",
                "retry tasks.txt --fialed | --fialed"
            })
    void refusesWhatMakesNoSense(String command, String words) {
        list("tasks.txt", "true", "false", "true");
        run("tasks.txt").exits(1);
        Map<String, String> before = work("tasks.txt").contents();
        run(command.split(" ")).exits(2).inWords().complains(words);
        assertThat(work("tasks.txt").contents()).isEqualTo(before);
    }

    @Test
    void knowsItsFarmers() {
        list("tasks.txt", 2, WAIT);
        Farmer first = start("--proc", "1", "tasks.txt");
        Farmer second = start("--proc", "1", "tasks.txt");
        until(() -> running("tasks.txt") == 2);
        run("drain", "tasks.txt")
                .exits(2)
                .inWords()
                .complains("which farmer? There are 2", "farmer 1 on", "farmer 2 on");
        run("stop", "tasks.txt", "7")
                .exits(2)
                .inWords()
                .complains("there is no farmer 7", "farmer 1 on", "farmer 2 on");
        steer("stop", "tasks.txt", "1", "2");
        first.await().exits(75);
        second.await().exits(75);
    }

    /** Whenever a command is killed, it has said all or nothing, and the farm goes on. */
    @Test
    void survivesTheDeathOfSteeringCommands() {
        list("tasks.txt", 30, "[ $TASKFARMER_ATTEMPT -gt 2 ] || exit 1");
        Farmer farmer = start("--proc", "2", "--linger", "tasks.txt");
        until(() -> work("tasks.txt").entries("end").size() >= 5);
        List<String[]> commands = List.of(
                new String[] {"add", "tasks.txt", "--", "sleep 0.01"},
                new String[] {"retry", "tasks.txt", "--failed"},
                new String[] {"cancel", "tasks.txt", "7"},
                new String[] {"scale", "tasks.txt", "1", "3"},
                new String[] {"add", "tasks.txt", "tasks.txt"});
        for (int round = 0; round < 25; round++) {
            Farmer command = start(commands.get(round % commands.size()));
            long kill = System.nanoTime() + Duration.ofMillis(60 + 7L * round).toNanos();
            until(() -> System.nanoTime() >= kill || !command.isAlive());
            command.signal("KILL").await();
        }
        farmer.await();
        steer2("retry", "tasks.txt", "--failed", "--cancelled");
        run("tasks.txt");
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).isEmpty();
    }
}
