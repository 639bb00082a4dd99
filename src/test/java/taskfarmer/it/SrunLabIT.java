package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks that are job steps of the real Slurm. */
class SrunLabIT extends LabTest {
    private static final String PROGRAM = "\"" + Start.java() + "\" -jar \"" + Start.jar() + "\" ";

    private void write(String name, String text) {
        try {
            Files.writeString(dir.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Submits a job that runs one farmer, on its first node. */
    private String farm(String allocation, String arguments) {
        write("job.sh", "#!/bin/bash\nexec " + PROGRAM + arguments + "\n");
        return submit(
                allocation.split(" ").length == 1
                        ? new String[] {allocation, "job.sh"}
                        : (allocation + " job.sh").split(" "));
    }

    private List<String> steps(String job) {
        return run("squeue", "-h", "-s", "-j", job, "-o", "%j")
                .exits(0)
                .stdout()
                .lines()
                .filter(name -> name.startsWith("taskfarmer-"))
                .toList();
    }

    /** Returns how many processes with this command line there are on any node. */
    private long running(String commandLine) {
        return List.of("n1", "n2", "n3", "n4").stream()
                .mapToLong(node -> lab.lab("on", node, "pgrep", "-c", "-f", "-x", commandLine)
                        .stdout()
                        .lines()
                        .mapToLong(Long::parseLong)
                        .sum())
                .sum();
    }

    @Test
    void runsTasksOnAllNodesOfTheJob() throws IOException {
        up();
        write("step.ini", """
                [step]
                Runner = taskfarmer.runners.SrunRunner
                env.MINE = it's
                post = echo post $TASKFARMER_EXIT_STATUS
                """);
        list(
                "tasks.txt",
                32,
                "echo $SLURMD_NODENAME $SLURM_CPUS_PER_TASK $MINE $PROC_NUMBER $SLURM_NTASKS; sleep 1; exit $((# % 4))");
        String job =
                farm("-N2 -n8 -c2 --mem=2000", "--runner step --proc 8 --resources cores=16 --task-cores 2 tasks.txt");
        awaitEnd(job, "FAILED", "1:0");
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(8);
        assertThat(work.failed()).hasSize(24);
        for (int id = 0; id < 32; id++) {
            assertThat(work.log(id))
                    .matches("(?s)n[12] 2 it's " + id + " 1\npost " + id % 4 + "\n.*")
                    .contains(id % 4 == 0 ? "" : "srun: error: n");
        }
        assertThat(work.log(0)
                        + work.log(1)
                        + work.log(2)
                        + work.log(3)
                        + work.log(4)
                        + work.log(5)
                        + work.log(6)
                        + work.log(7))
                .contains("n1 ", "n2 ");
    }

    @Test
    void runsProgramsOfSeveralProcesses() {
        up();
        write("mpi.ini", "[mpi]\nRunner = taskfarmer.runners.SrunRunner\nntasks = 4\nnodes = 2\n");
        list(
                "tasks.txt",
                4,
                "echo rank $SLURM_PROCID of $SLURM_NTASKS on $SLURMD_NODENAME; [ # != 3 ] || exit $SLURM_PROCID");
        awaitEnd(farm("-N2 -n8 --mem=2000", "--runner mpi --proc 2 tasks.txt"), "FAILED", "1:0");
        Work work = work("tasks.txt").isSound();
        assertThat(work.failed()).containsOnlyKeys(3);
        for (int id = 0; id < 3; id++) {
            assertThat(work.log(id).lines().map(line -> line.replaceAll(" on .*", "")))
                    .containsExactlyInAnyOrder("rank 0 of 4", "rank 1 of 4", "rank 2 of 4", "rank 3 of 4");
            assertThat(work.log(id)).contains(" on n1\n", " on n2\n");
        }
    }

    @Test
    void letsStepsObeyAndLeavesNone() {
        up();
        write("step.ini", "[step]\nRunner = taskfarmer.runners.SrunRunner\n");
        list("tasks.txt", 6, "trap 'echo obeyed; exit 0' TERM; sleep 1234 & wait");
        String job = farm("-N3 -n6", "--runner step --proc 6 --kill-grace 20 --timeout 12 tasks.txt");
        until(() -> steps(job).size() == 6);
        run(Start.java().toString(), "-jar", Start.jar().toString(), "cancel", "tasks.txt", "5")
                .exits(0);
        until(() -> steps(job).size() == 5);
        awaitEnd(job, "FAILED", "75:0");
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).hasSize(5);
        for (int id = 0; id < 6; id++) {
            assertThat(work.log(id)).contains("obeyed\n");
        }
        until(() -> running("sleep 1234") == 0);
    }

    @Test
    void leavesNoStepWhenTheFarmerIsKilled() {
        up();
        write("step.ini", "[step]\nRunner = taskfarmer.runners.SrunRunner\n");
        list("tasks.txt", 4, "trap '' TERM; sleep 1235; sleep 1236");
        write(
                "job.sh",
                "#!/bin/bash\n" + PROGRAM
                        + "--runner step --proc 4 --kill-grace 1 tasks.txt & echo $! > pid; wait; touch gone; sleep 1000\n");
        String job = submit("-N2", "-n4", "job.sh");
        until(() -> steps(job).size() == 4 && running("sleep 1235") == 4);
        assertThat(steps(job)).allMatch(name -> name.matches("taskfarmer-[0-3]\\.1-n1-\\d+"));
        lab.lab("on", "n1", "bash", "-c", "kill -9 \"$(cat '" + dir.resolve("pid") + "')\"")
                .exits(0);
        long began = System.nanoTime();
        until(() -> steps(job).isEmpty() && running("sleep 1235") == 0);
        assertThat(System.nanoTime() - began).isLessThan(12_000_000_000L);
        assertThat(dir.resolve("gone")).exists();
        run("scancel", job).exits(0);
    }
}
