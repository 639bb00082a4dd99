package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which task is run by whom, how, and before which others: tags, runners, priorities, estimates. */
class ChoosingIT extends ToldTest {
    /** Both are at work all the time: no task of one ends before the other has begun. */
    @Test
    void farmersTakeOnlyTasksThatHaveOneOfTheirTags() {
        String task = "echo $WHO > who.$TASKFARMER_TASK_ID; until [ -e who.0 -a -e who.1 ]; do sleep 0.02; done";
        list(
                "tasks.txt",
                "#TF tags=gpu",
                task,
                "#TF tags=io,big",
                task,
                "#TF tags=gpu,slow",
                task,
                "#TF tags=other",
                task,
                "#TF tags=",
                task);
        Farmer first = taskfarmer("--only-tags", "gpu", "tasks.txt")
                .with("WHO", "first")
                .start();
        Farmer second = taskfarmer("--only-tags", "none,big", "tasks.txt")
                .with("WHO", "second")
                .start();
        first.await();
        second.await();
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).containsOnlyKeys(3, 4);
        assertThat(lines("who.0")).containsExactly("first");
        assertThat(lines("who.1")).containsExactly("second");
        assertThat(lines("who.2")).containsExactly("first");
        taskfarmer("tasks.txt").with("WHO", "third").run().exits(0);
        assertThat(lines("who.3")).containsExactly("third");
        assertThat(work.isSound().finished()).hasSize(5);
    }

    @Test
    void tagsMayBeSaidInEachWay() {
        inAllWays(0, List.of("--only-tags", "x"), "tags=y,x", "echo >> ran");
        for (Told told : Told.values()) {
            assertThat(told.lines(this, "ran")).hasSize(1);
        }
        run("--only-tags", "z", "-w", "other", Told.LIST.directory(this) + "/tasks.txt")
                .exits(0)
                .complains("1 task has other tags");
        assertThat(dir.resolve("ran")).doesNotExist();
    }

    @Test
    void higherPrioritiesComeFirstAndAmongEqualsTheLongest() {
        list(
                "tasks.txt",
                "echo plain >> ran",
                "#TF+ priority=-1 estimate=1d",
                "echo last >> ran",
                "#TF+ estimate=10m",
                "echo short >> ran",
                "#TF+ priority=5",
                "echo first >> ran",
                "#TF+ estimate=1h",
                "echo long >> ran",
                "#TF+ priority=5 estimate=1s after=first",
                "echo after >> ran",
                "#TF+ name=first priority=-2",
                "echo named >> ran");
        run("-n", "1", "tasks.txt").exits(0);
        work("tasks.txt").isSound();
        assertThat(lines("ran")).containsExactly("first", "long", "short", "plain", "last", "named", "after");
        write(
                "tasks.jsonl",
                "{\"command\": \"echo 0 >> json\"}\n{\"command\": \"echo 1 >> json\", \"estimate\": \"1m\"}\n"
                        + "{\"command\": \"echo 2 >> json\", \"priority\": 1}\n");
        run("-n", "1", "-t", "jsonl", "tasks.jsonl").exits(0);
        assertThat(lines("json")).containsExactly("2", "1", "0");
    }

    @Test
    void theLongestOfAnEarlierFarmComeFirst() {
        list("old.txt", "echo a >> $RAN", "sleep $SHORT; echo b >> $RAN", "sleep $LONG; echo c >> $RAN");
        taskfarmer("-n", "3", "old.txt")
                .with("RAN", "old")
                .with("SHORT", "0.8")
                .with("LONG", "2.4")
                .run()
                .exits(0);
        list(
                "new.txt",
                "echo a >> $RAN",
                "sleep $SHORT; echo b >> $RAN",
                "sleep $LONG; echo c >> $RAN",
                "#TF+ estimate=1d",
                "echo d >> $RAN");
        taskfarmer("-n", "1", "--estimates", "old.txt", "new.txt")
                .with("RAN", "new")
                .with("SHORT", "0")
                .with("LONG", "0")
                .run()
                .exits(0);
        assertThat(lines("new")).containsExactly("d", "c", "b", "a");
    }

    @Test
    void tasksNameTheirRunnerInEachWay() {
        for (Told told : Told.values()) {
            write(
                    told.directory(this).resolve("mine.ini"),
                    "[loud]\nRunner = taskfarmer.runners.BasicRunner\npre = echo by loud\n"
                            .getBytes(StandardCharsets.UTF_8));
        }
        inAllWays(0, "runner=loud", "echo a task");
        for (Told told : Told.values()) {
            assertThat(told.work(this).log(0)).isEqualTo("by loud\na task\n");
        }
    }
}
