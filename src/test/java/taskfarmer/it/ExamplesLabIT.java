package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scripts in {@code examples/slurm}, as they are, but for time and cores. */
class ExamplesLabIT extends LabTest {
    private static final String SCRIPT = "[ -e go ] || exec sleep 300";

    @BeforeEach
    void begin() {
        up();
    }

    @Test
    void workOnOneNode() {
        list("my tasks.txt", 40, "echo # on $SLURMD_NODENAME");
        String job = submit("-c2", example("single-node.sh"), "my tasks.txt");
        awaitDone(job);
        Work work = allFinished("my tasks.txt", 40);
        assertThat(work.log(7)).startsWith("7 on n");
        String[] join = joins("my tasks.txt").get(0);
        assertThat(List.of(join[6], join[7])).containsExactly(job, "-");
        assertThat(join[9]).as("slots").isEqualTo("2");
    }

    @Test
    void workOnSeveralNodes() {
        // Nobody ends a task before all have begun one: a node that is slow to start would find nothing left.
        String all = "for n in 1 2 3 4; do until [ -e began.n$n ]; do sleep 0.1; done; done";
        list("my tasks.txt", 160, "touch began.$SLURMD_NODENAME; " + all + "; echo # on $SLURMD_NODENAME");
        String job = submit("-c2", example("multi-node.sh"), "my tasks.txt");
        awaitDone(job);
        Work work = allFinished("my tasks.txt", 160);
        List<String[]> joins = joins("my tasks.txt");
        assertThat(joins)
                .hasSize(4)
                .allSatisfy(
                        join -> assertThat(List.of(join[6], join[7], join[9])).containsExactly(job, "0", "2"));
        assertThat(joins).extracting(join -> join[8]).containsExactlyInAnyOrder("n1", "n2", "n3", "n4");
        assertThat(joins).extracting(join -> join[1]).as("hosts").doesNotHaveDuplicates();
        assertThat(joins).extracting(join -> join[2]).as("boots").doesNotHaveDuplicates();
        assertThat(work.finished().keySet().stream()
                        .map(id -> work.log(id).split(" ")[2].strip()))
                .as("nodes that ran tasks")
                .contains("n1", "n2", "n3", "n4");
    }

    @Test
    void workAsAnArray() {
        list("my tasks.txt", 160, "sleep 0.1; echo #");
        String job = submit("-c2", example("array.sh"), "my tasks.txt");
        for (int i = 1; i <= 4; i++) {
            awaitDone(job + "_" + i);
        }
        allFinished("my tasks.txt", 160);
        assertThat(joins("my tasks.txt"))
                .extracting(join -> join[6])
                .containsExactlyInAnyOrder(job + "_1", job + "_2", job + "_3", job + "_4");
    }

    /** USR1 comes at once with a time limit of one minute, or 30 s later: that is how often Slurm looks. */
    @Test
    void stopInGoodOrderBeforeTheTimeLimit() throws Exception {
        for (String list : List.of("one", "many", "array", "again")) {
            list(list, 12, SCRIPT);
        }
        String one = submit("-t1", "-c1", example("single-node.sh"), "one");
        String many = submit("-t1", "-c1", example("multi-node.sh"), "many");
        String array = submit("-t1", "-c1", "--array=1-2", example("array.sh"), "array");
        String again = submit("-t1", "-c1", example("requeue.sh"), "again");
        until(() -> Stream.of("one", "many", "array", "again").allMatch(list -> started(list) > 0));
        awaitEnd(one, "FAILED", "75:0");
        awaitEnd(many, "FAILED", "75:0");
        awaitEnd(array + "_1", "FAILED", "75:0");
        awaitEnd(array + "_2", "FAILED", "75:0");
        until(() -> field(again, "Restarts").equals("1"));
        for (String list : List.of("one", "many", "array")) {
            Work work = work(list).isSound();
            assertThat(work.toprocess()).hasSize(12);
            assertThat(work.entries("requeue")).isNotEmpty().allMatch(line -> line.endsWith(" SIGUSR1"));
        }
        Files.createFile(dir.resolve("go"));
        awaitDone(again);
        allFinished("again", 12);
        awaitDone(submit("-t1", "-c1", example("multi-node.sh"), "many"));
        allFinished("many", 12);
    }
}
