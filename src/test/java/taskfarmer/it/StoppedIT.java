package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGSTOP, and CONT when others have long taken the farmer for dead: nothing runs twice at a time, nothing counts twice. */
class StoppedIT extends FarmTest {
    private static final String[] SHORT = {"--heartbeat", "0.3", "--dead-after", "2"};

    /** Says if another attempt of the same task still runs, whatever process of it. */
    private static final String ALONE =
            "exec 9> alive.#; flock -n 9 || echo # >> twice; echo $TASKFARMER_ATTEMPT >> ran.#; ";

    private Farmer farmer(String... args) {
        List<String> all = new ArrayList<>(List.of(SHORT));
        all.addAll(List.of(args));
        all.add("tasks.txt");
        return start(all.toArray(String[]::new));
    }

    private boolean isTakenOver(int tasks) {
        return work("tasks.txt").entries("lost").size()
                                + work("tasks.txt").entries("gone").size()
                        > 0
                && lines("ran." + (tasks - 1)).contains("2");
    }

    private Work assertDone(int tasks) {
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(tasks);
        assertThat(lines("twice")).isEmpty();
        return work;
    }

    @Test
    void tasksOfAFarmerThatIsHeldAreTakenOver() {
        list("tasks.txt", 2, ALONE + "until [ -e go ]; do sleep 0.02; done");
        Farmer held = farmer("--proc", "2");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        Farmer heir = farmer("--proc", "2", "--linger");
        until(() -> work("tasks.txt").entries("join").size() == 2);
        held.signal("STOP");
        until(() -> isTakenOver(2));
        write("go", "");
        heir.await().exits(0).complains("is gone: its 2 tasks go back");
        held.signal("CONT").await().exits(0);
        Work work = assertDone(2);
        assertThat(work.entries("end")).hasSize(2).allMatch(entry -> entry.split(" ")[2].equals("2"));
        assertThat(lines("ran.0")).containsExactly("1", "2");
    }

    @Test
    void aFarmerThatComesBackIsFencedWhileThereIsWork() {
        list("tasks.txt", 2, ALONE + "until [ -e go ]; do sleep 0.02; done");
        Farmer held = farmer("--proc", "2");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        Farmer heir = farmer("--proc", "2", "--linger");
        until(() -> work("tasks.txt").entries("join").size() == 2);
        held.signal("STOP");
        until(() -> isTakenOver(2));
        held.signal("CONT")
                .await()
                .exits(75)
                .inWords()
                .complains(
                        "shown no sign of life for so long that others have taken its tasks over",
                        "run the same command");
        assertThat(heir.isAlive()).isTrue();
        write("go", "");
        heir.await().exits(0);
        assertDone(2);
    }

    /**
     * Reaper and tasks are stopped as well: the heir ends the tasks itself, and takes them over when they have ended. One job
     * goes on then; the other one before its tasks can be taken over: they have not failed because of the heir.
     */
    @Test
    void tasksOfAWholeJobThatIsHeldAreEndedAndTakenOver() {
        list("tasks.txt", 2, ALONE + "sleep 0.1; until [ -e go ]; do sleep 0.02; done");
        list("early.txt", 2, "[ -e go.early ] || { sleep 1000; true; }");
        Farmer held = farmer("--proc", "2");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        List<Long> job = processes();
        List<String> early = new ArrayList<>(List.of(SHORT));
        early.addAll(List.of("--proc", "2", "early.txt"));
        Farmer heldEarly = start(early.toArray(String[]::new));
        awaitProcesses("sleep 1000", 2);
        List<Long> earlyJob = new ArrayList<>(processes());
        earlyJob.removeAll(job);
        assertThat(job).contains(held.pid()).hasSizeGreaterThan(5);
        Processes.signal("STOP", job);
        Processes.signal("STOP", earlyJob);
        early.add("--linger");
        Farmer heirOfEarly = start(early.toArray(String[]::new));
        Farmer heir = farmer("--proc", "2", "--linger");

        until(() -> processes("sleep 1000").isEmpty());
        write("go.early", "");
        Processes.signal("CONT", earlyJob);
        assertThat(heldEarly.await().status()).isIn(0, 75);
        heirOfEarly.await().exits(0);
        assertThat(work("early.txt").isSound().finished()).hasSize(2);

        until(() -> isTakenOver(2));
        Processes.signal("CONT", job);
        held.await().exits(75);
        write("go", "");
        heir.await().exits(0);
        assertDone(2);
    }

    /** Nobody else is there who could have taken anything over. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFarmerThatNobodyReplacesGoesOn(boolean wholeJob) throws InterruptedException {
        list("tasks.txt", 6, ALONE + "until [ -e go ]; do sleep 0.02; done");
        Farmer farmer = start("--proc", "2", "--dead-after", "3", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        List<Long> job = wholeJob ? processes() : List.of(farmer.pid());
        Processes.signal("STOP", job);
        if (wholeJob) {
            Thread.sleep(3500); // nothing moves that could be waited for
        } else {
            until(() -> processes().size() == 1); // its reaper has ended all, and itself
        }
        Processes.signal("CONT", job);
        until(() -> wholeJob || lines("ran.1").contains("2"));
        write("go", "");
        Ended end = farmer.await().exits(0);
        assertThat(end.stderr().contains("this farmer has stood still for so long that its 2 tasks were ended"))
                .as(end.stderr())
                .isNotEqualTo(wholeJob);
        Work work = assertDone(6);
        assertThat(work.entries("requeue")).hasSize(wholeJob ? 0 : 2).allMatch(entry -> entry.endsWith(" stalled"));
        assertThat(work.entries("gone")).isEmpty();
    }

    /** A task has ended, but before that was recorded its farmer was stopped: by what the task has left behind. */
    @Test
    void aResultThatComesTooLateDoesNotCount() {
        list(
                "tasks.txt",
                ALONE.replace("#", "0") + "until [ -e stop ]; do sleep 0.02; done; f=${TASKFARMER_FARMER%.*}; "
                        + "[ $TASKFARMER_ATTEMPT != 1 ] || { sleep 0.05; kill -STOP ${f##*.}; } & exit 0",
                ALONE.replace("#", "1") + "until [ -e go ]; do sleep 0.02; done");
        Farmer held = farmer("--proc", "2");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        Farmer heir = farmer("--proc", "2", "--linger");
        until(() -> work("tasks.txt").entries("join").size() == 2);
        write("stop", "");
        until(() -> isTakenOver(2) && work("tasks.txt").entries("end").size() == 1);
        Ended end = held.signal("CONT").await().exits(75);
        write("go", "");
        heir.await().exits(0);
        Work work = assertDone(2);
        boolean recordedInTime = work.entries("end").get(0).startsWith("end 0 1 "); // on a machine that is very busy
        assertThat(work.entries("late")).isEqualTo(recordedInTime ? List.of() : List.of("late 0 1 0"));
        if (!recordedInTime) {
            end.complains("the result of task 0 (attempt 1, exit status 0) does not count");
        }
    }
}
