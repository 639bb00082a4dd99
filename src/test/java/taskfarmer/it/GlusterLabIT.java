package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file system with two clients that keep caches, and a server that may be gone. */
class GlusterLabIT extends LabTest {
    private static final Duration OUTAGE = Duration.ofSeconds(3);

    /** {@code sleep} alone would fail when it cannot close its log. */
    private static final String TASK = "sleep 0.3; true";

    @BeforeEach
    void begin() {
        up();
    }

    @Test
    void shareManyShortTasks() {
        list("tasks.txt", 10_000, "true");
        String job = submit("-c2", example("multi-node.sh"), "tasks.txt");
        awaitDone(job);
        Work work = allFinished("tasks.txt", 10_000);
        assertThat(work.entries("gone")).isEmpty();
        List<String> batches = work.entries("batch");
        long first = Long.parseLong(batches.get(0).split(" ")[3]);
        long last = Long.parseLong(batches.get(batches.size() - 1).split(" ")[3]);
        System.out.printf(
                "10,000 tasks, 4 farmers of 2 slots on two mounts: %.1f s, %d transactions%n",
                (last - first) / 1e6, batches.size());
    }

    /** The program lies on the same server: what it needs to wait must not be read from there. */
    @Test
    void waitForAServerThatComesBackSoon() throws InterruptedException {
        lab.with("TASKFARMER_DEAD_AFTER", "60").with("TASKFARMER_HOME", copyTheProgram());
        list("tasks.txt", 240, TASK);
        String job = submit("-c2", example("multi-node.sh"), "tasks.txt");
        awaitAtWork("tasks.txt", 60);
        lab.lab("brick", "kill").exits(0);
        Thread.sleep(OUTAGE.toMillis());
        lab.lab("brick", "start").exits(0);
        awaitDone(job);
        System.out.println("server gone for 3 s:\n" + output(job).indent(4));
        allFinished("tasks.txt", 240);
    }

    private String copyTheProgram() {
        String home = lab.shared("taskfarmer").toString();
        run("bash", "-c", "cp -r \"$TASKFARMER_HOME\" \"$0\" && \"$0/taskfarmer\" --version", home)
                .exits(0);
        return home;
    }

    @Test
    void goOnLaterIfTheServerIsGoneForLong() throws InterruptedException {
        list("tasks.txt", 240, TASK);
        String job = submit("-c2", example("multi-node.sh"), "tasks.txt");
        awaitAtWork("tasks.txt", 60);
        lab.lab("brick", "kill").exits(0);
        Thread.sleep(15_000);
        lab.lab("brick", "start").exits(0);
        awaitEnd(job, "FAILED", "3:0");
        System.out.println("server gone for 15 s:\n" + output(job).indent(4));
        assertThat(output(job)).contains("no heartbeat could be written");
        awaitDone(submit("-c2", example("multi-node.sh"), "tasks.txt"));
        allFinished("tasks.txt", 240);
    }

    @Test
    void refuseLocksThatOneNodeHasForItself() {
        list("tasks.txt", 60, "sleep 0.2");
        lab.with("SCRATCH", lab.outside("local").toString());
        refused("tasks.txt");
        list("more.txt", 60, "sleep 0.2");
        for (String node : List.of("n1", "n2", "n3", "n4")) {
            String script = "mkdir -p \"$LAB_LOCAL/memory\" && mount -t tmpfs lab \"$LAB_LOCAL/memory\"";
            lab.lab("on", node, "bash", "-c", script).exits(0);
        }
        lab.with("SCRATCH", lab.outside("local/memory").toString());
        assertThat(refused("more.txt")).contains("tmpfs");
    }

    /** One founds the farm and works; the others find out that they do not share its locks. */
    private String refused(String list) {
        String job = submit("-c2", example("multi-node.sh"), list);
        awaitEnd(job, "FAILED", "3:0");
        String output = output(job);
        assertThat(output)
                .contains("the lock directory of this farm")
                .contains("does not exist here on")
                .contains("Set SCRATCH to a directory on a file system with locks that all nodes share");
        allFinished(list, 60);
        assertThat(joins(list)).hasSize(1);
        return output;
    }
}
