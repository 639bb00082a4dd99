package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes and farmers that are lost. */
class LossLabIT extends LabTest {
    private static final int TASKS = 240;

    /** {@code n3} is one of many; {@code n1} runs the batch script. */
    @ParameterizedTest
    @ValueSource(strings = {"n3", "n1"})
    void othersTakeOverFromALostNode(String node) {
        up();
        list("tasks.txt", TASKS, "sleep 0.4");
        String job = submit("-c2", example("multi-node.sh"), "tasks.txt");
        awaitAtWork("tasks.txt", 40);
        lab.lab("node", "kill", node).exits(0);
        long killed = System.currentTimeMillis();
        if (node.equals("n1")) {
            // Slurm does not see that a job ends whose batch script is lost.
            until(() -> left("tasks.txt") == 3);
            run("scancel", job).exits(0);
        } else {
            awaitDone(job);
        }
        report("node lost", killed);
        allFinished("tasks.txt", TASKS);
        assertThat(work("tasks.txt").entries("gone")).hasSize(1);
    }

    /** On the same machine to see, on another one; host names say nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--isolated --hostnames own",
                "--isolated --hostnames equal",
                "--plain --hostnames own",
                "--plain --hostnames equal"
            })
    void othersTakeOverFromAKilledFarmer(String mode) {
        up(mode.split(" "));
        list("tasks.txt", TASKS, "sleep 0.4");
        String job = submit("-c2", example("multi-node.sh"), "tasks.txt");
        awaitAtWork("tasks.txt", 40);
        String[] victim = joins("tasks.txt").stream()
                .filter(join -> join[8].equals("n2"))
                .findFirst()
                .orElseThrow();
        lab.lab("on", "n2", "kill", "-KILL", victim[4]).exits(0);
        long killed = System.currentTimeMillis();
        awaitEnd(job, "FAILED", "137:0");
        report("farmer killed, " + mode, killed);
        allFinished("tasks.txt", TASKS);
        assertThat(work("tasks.txt").entries("gone")).hasSize(1);
        List<String> hosts = new ArrayList<>();
        joins("tasks.txt").forEach(join -> hosts.add(join[1]));
        assertThat(hosts.stream().distinct()).as(Arrays.toString(victim)).hasSize(mode.endsWith("equal") ? 1 : 4);
        if (mode.startsWith("--plain")) {
            assertThat(firstGone("tasks.txt") - killed)
                    .as("ms until it was known, from PIDs")
                    .isLessThan(6000);
        }
    }

    private void report(String what, long killed) {
        System.out.printf(
                "%s: its tasks went back after %.1f s (dead-after 8 s)%n",
                what, (firstGone("tasks.txt") - killed) / 1000.0);
    }
}
