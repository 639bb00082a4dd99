package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be read while a farm runs, and what a task costs when there are many. */
class ViewsIT extends FarmTest {
    @Test
    void canBeReadAtAnyMoment() {
        list("tasks.txt", 3000, "sleep 0.00#; [ $((# % 50)) != 3 ]");
        Work work = work("tasks.txt");
        Farmer farmer = start("--proc", "4", "tasks.txt");
        Farmer second = start("--proc", "2", "tasks.txt");
        int polls = 0;
        int growths = 0;
        int attempts = 0;
        String finished = "";
        String failed = "";
        int waiting = Integer.MAX_VALUE;
        while (farmer.isAlive() || second.isAlive()) {
            if (Files.exists(work.file("timeline.json"))) {
                int now = work.attempts().size();
                assertThat(now).isGreaterThanOrEqualTo(attempts);
                growths += now > attempts ? 1 : 0;
                attempts = now;
                polls++;
            }
            finished = grown(work.file("finished"), finished);
            failed = grown(work.file("failed"), failed);
            if (Files.exists(work.file("toprocess"))) {
                int now = work.toprocess().size();
                assertThat(now).isLessThanOrEqualTo(waiting);
                waiting = now;
            }
        }
        farmer.await().exits(1);
        second.await().exits(1);
        assertThat(work.isSound().finished()).hasSize(2940);
        assertThat(polls).isGreaterThan(20);
        assertThat(growths).isGreaterThan(1);
    }

    @Test
    void lagBehindByAboutASecondAtMost() {
        list("tasks.txt", "true", "false", "[ -e go ] || sleep 1000", "true");
        long began = System.nanoTime();
        Farmer farmer = start("--proc", "4", "tasks.txt");
        Work work = work("tasks.txt");
        until(() -> Files.exists(work.file("toprocess")) && work.attempts().size() == 3);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
        assertThat(work.finished()).containsOnlyKeys(0, 3);
        assertThat(work.failed()).containsOnlyKeys(1);
        assertThat(work.toprocess()).isEmpty();
        farmer.signal("TERM").await().exits(75);
        assertThat(work.isSound().toprocess()).containsOnlyKeys(2);
    }

    /** Ten times the tasks may cost twelve times as much. The best of three, because the machine has other work too. */
    @Test
    void aTaskCostsTheSameHoweverManyThereAre() {
        double best = Double.MAX_VALUE;
        StringBuilder measured = new StringBuilder();
        for (int i = 0; i < 3 && best > 12; i++) {
            double few = seconds(4_000, "few" + i);
            double many = seconds(40_000, "many" + i);
            best = Math.min(best, many / few);
            measured.append(String.format("4,000 tasks: %.1f s, 40,000 tasks: %.1f s%n", few, many));
        }
        System.out.print(measured);
        assertThat(best).as(measured.toString()).isLessThanOrEqualTo(12);
    }

    private double seconds(int tasks, String name) {
        list(name, tasks, "/bin/true");
        Ended end = taskfarmer("--proc", "4", name)
                .within(Duration.ofMinutes(3))
                .run()
                .exits(0);
        assertThat(work(name).finished()).hasSize(tasks);
        return end.took().toMillis() / 1000.0;
    }

    private static String grown(Path file, String before) {
        if (!Files.exists(file)) {
            return before;
        }
        String now = read(file);
        assertThat(now).startsWith(before);
        List<String> lines = now.lines().toList();
        assertThat(lines.subList(0, Math.max(0, lines.size() - 1))).allMatch(line -> line.contains(" sleep 0.00"));
        return now;
    }
}
