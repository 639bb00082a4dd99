package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several farmers on one list, on one machine. */
class SeveralIT extends FarmTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void shareAListThatTheyBeginTogether(int farmers) {
        list("tasks.txt", 2000, "echo $TASKFARMER_TASK_ID >> ran");
        List<Ended> ends = all(farmers, "--proc", "2", "tasks.txt");
        assertThat(ends).allSatisfy(end -> end.exits(0).withoutComplaint());

        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(2000);
        assertThat(lines("ran")).hasSize(2000);
        assertThat(new HashSet<>(lines("ran"))).hasSize(2000);
        Set<Integer> busy = new TreeSet<>();
        work.attempts().forEach(attempt -> busy.add(attempt.number("pid")));
        assertThat(busy).as("farmers that ran tasks").hasSizeGreaterThan(farmers / 2);
    }

    @Test
    void canAllBeTheFirst() {
        for (int round = 0; round < 6; round++) {
            String name = "tasks" + round;
            list(name, 12, "echo # >> ran." + name);
            List<Ended> ends = all(4, "--proc", "2", name);
            assertThat(ends).allSatisfy(end -> end.exits(0).withoutComplaint());
            assertThat(work(name).isSound().finished()).hasSize(12);
            assertThat(lines("ran." + name)).hasSize(12);
            assertThat(work(name).entries("farm")).hasSize(1);
            assertThat(work(name).entries("tasks")).hasSize(1);
        }
    }

    @Test
    void shareWithOneThatComesLater() {
        list("tasks.txt", 60, "echo # >> ran; sleep 0.1");
        Farmer first = start("--proc", "2", "tasks.txt");
        until(() -> lines("ran").size() >= 6);
        Farmer second = start("--proc", "2", "tasks.txt");
        first.await().exits(0).withoutComplaint();
        second.await().exits(0).withoutComplaint();

        Work work = work("tasks.txt").isSound();
        assertThat(lines("ran")).hasSize(60);
        assertThat(work.attempts())
                .filteredOn(attempt -> attempt.number("pid") == 2)
                .hasSizeGreaterThan(10);
        assertThat(work.timeline())
                .filteredOn(event -> event.fields().get("name").equals("process_name"))
                .extracting(event -> event.fields().get(".name"))
                .anyMatch(name -> name.endsWith("(PID " + first.pid() + ")"))
                .anyMatch(name -> name.endsWith("(PID " + second.pid() + ")"));
    }

    @Test
    void leavesWhenAllThatIsLeftIsWithOthers() {
        list("tasks.txt", "until [ -e go ]; do sleep 0.02; done");
        Farmer first = start("--proc", "1", "tasks.txt");
        until(() -> processes("sleep 0.02").size() == 1);
        run("--proc", "1", "tasks.txt").exits(0).says("1 task is with other farmers");
        write("go", "");
        first.await().exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(1);
    }

    private List<Ended> all(int farmers, String... args) {
        List<Farmer> running = new ArrayList<>();
        for (int i = 0; i < farmers; i++) {
            running.add(start(args));
        }
        return running.stream().map(Farmer::await).toList();
    }
}
