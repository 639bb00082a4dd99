package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A job that Slurm would end at its limit: its farmer knows when, and has left in good order before. */
class WalltimeLabIT extends LabTest {
    @BeforeEach
    void begin() {
        up();
    }

    @Test
    void leavesBeforeSlurmEndsTheJob() {
        String script = "exec srun --kill-on-bad-exit=0 \"$TASKFARMER_HOME/taskfarmer\" --proc 2 --kill-grace 2s"
                + " --warn-signal USR2 --warn-before 40s tasks.txt";
        list("tasks.txt", 2, "trap 'echo warned' USR2; for i in $(seq 1000); do sleep 1; done");
        String job = submit("-c2", "--time=1", "--wrap", script);
        awaitEnd(job, "FAILED", "75:0");
        assertThat(output(job)).contains("sent USR2 to 2 running tasks", "the walltime ends in");
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).hasSize(2);
        assertThat(work.log(0)).contains("warned");
        assertThat(work.entries("requeue")).hasSize(2).allMatch(line -> line.endsWith(" walltime"));
        assertThat(work.entries("quit")).containsExactly("quit walltime");
    }
}
