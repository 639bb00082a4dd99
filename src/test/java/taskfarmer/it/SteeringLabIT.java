package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steering from another node than the farmers', which sees the work directory through another mount. */
class SteeringLabIT extends LabTest {
    /** Within which farmers obey: 2 s are promised, the rest is for a loaded machine and for what the test itself does. */
    private static final Duration OBEYED_WITHIN = Duration.ofSeconds(8);

    private Ended from(String node, String... args) {
        List<String> words = new ArrayList<>(
                List.of("on", node, Start.java().toString(), "-jar", Start.jar().toString()));
        words.addAll(List.of(args));
        return lab.lab(words.toArray(new String[0]));
    }

    @Test
    void farmersObeyWhoeverSeesTheWorkDirectory() {
        up();
        list("tasks.txt", 12, "exec sleep 1000");
        String tasks = dir.resolve("tasks.txt").toString();
        String job = submit("-c2", example("multi-node.sh"), "tasks.txt");
        until(() -> started("tasks.txt") == 8);

        from("n3", "add", tasks, "--", "true").exits(0).says("1 task added: 12");
        long began = System.nanoTime();
        from("n3", "cancel", tasks, "0-11").exits(0);
        until(() -> work("tasks.txt").entries("requeue").size() >= 8);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(OBEYED_WITHIN);
        until(() -> ended("tasks.txt") == 1);

        from("n4", "retry", tasks, "--cancelled").exits(0).says("12 tasks to be tried again: 0-11");
        until(() -> started("tasks.txt") == 16 || left("tasks.txt") > 0);
        from("n1", "stop", tasks, "--all");
        awaitJobToEnd(job);
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).containsOnlyKeys(12);
        assertThat(work.toprocess()).hasSize(12);
    }

    private void awaitJobToEnd(String job) {
        until(() -> !List.of("RUNNING", "PENDING", "COMPLETING").contains(field(job, "JobState")));
    }
}
