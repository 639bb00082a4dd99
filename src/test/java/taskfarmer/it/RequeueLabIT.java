package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that are stopped and go on. */
class RequeueLabIT extends LabTest {
    @BeforeEach
    void begin() {
        up();
    }

    @Test
    void goesOnWhereItWasEachTime() {
        list("tasks.txt", 120, "sleep 0.3; [ # != 17 ]");
        String job = submit("-c4", example("requeue.sh"), "tasks.txt");
        for (int restarts = 1; restarts <= 2; restarts++) {
            int enough = 30 * restarts;
            String expected = Integer.toString(restarts);
            until(() -> ended("tasks.txt") >= enough);
            run("scancel", "--signal=USR1", job).exits(0);
            until(() -> field(job, "Restarts").equals(expected));
        }
        awaitEnd(job, "FAILED", "1:0");
        assertThat(field(job, "Restarts")).isEqualTo("2");
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(119);
        assertThat(work.failed()).containsOnlyKeys(17);
        assertThat(joins("tasks.txt")).hasSize(3);
        assertThat(output(job).split("begins on")).as("added to the output").hasSize(4);
    }

    @Test
    void isNotRequeuedWithoutReason() {
        list("tasks.txt", 4, "sleep 300");
        String cancelled = submit("-c4", example("requeue.sh"), "tasks.txt");
        String nothing = submit("-c4", example("requeue.sh"), "nothing.txt");
        awaitEnd(nothing, "FAILED", "2:0");
        until(() -> started("tasks.txt") == 4);
        run("scancel", cancelled).exits(0);
        until(() -> left("tasks.txt") == 1);
        until(() -> field(cancelled, "JobState").equals("CANCELLED"));
        lab.with("MAX_REQUEUES", "0");
        String last = submit("-c4", example("requeue.sh"), "tasks.txt");
        until(() -> started("tasks.txt") == 8);
        run("scancel", "--signal=USR1", last).exits(0);
        awaitEnd(last, "FAILED", "75:0");
        assertThat(output(last)).contains("not requeued");
        for (String job : new String[] {cancelled, nothing, last}) {
            assertThat(field(job, "Restarts")).as(job).isEqualTo("0");
        }
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(4);
    }

    @Test
    void goesOnAfterScancel() {
        list("tasks.txt", 400, "sleep 0.2");
        String job = submit("-c2", example("multi-node.sh"), "tasks.txt");
        until(() -> ended("tasks.txt") > 100);
        run("scancel", job).exits(0);
        until(() -> field(job, "JobState").equals("CANCELLED"));
        String again = submit("-c2", example("multi-node.sh"), "tasks.txt");
        awaitDone(again);
        allFinished("tasks.txt", 400);
        assertThat(work("tasks.txt").entries("requeue")).as("interrupted").isNotEmpty();
    }
}
