package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What GNU parallel, as Debian has it, makes of an exported joblog: it goes on where the farm was. Needs no cluster, but a
 * package that may have to be installed.
 */
class ParallelLabIT extends FarmTest {
    /** Each says in a file that it ran, and by whom. */
    private static final List<String> COMMANDS = List.of(
            "echo 0 >> ran",
            "echo 1 >> ran; [ -e mended ]",
            "echo 2 >> ran; [ -e mended ] || kill -9 $$",
            "echo 3 >> ran; [ -e mended ] || kill -TERM $$",
            "printf '%s\\n' \"3 + 1\" | wc -l > /dev/null; echo 4\t>>\tran",
            "echo 5 >> ran; [ -e mended ] || exit 255",
            "echo 6 >> ran; [ -e mended ] || exec sleep 1000",
            "echo 7 >> ran; [ -e mended ] || exec sleep 2000",
            "echo 8 >> ran");

    @BeforeEach
    void install() {
        Tool.require("parallel");
    }

    /** Runs a script without the program under test. */
    private Ended bash(String script) {
        return taskfarmer().script(script).within(Duration.ofMinutes(12)).run();
    }

    /**
     * Leaves a farm with a task of each kind: 0, 4 finished; 1, 2, 3, 5 failed; 6 lost with its farmer and given up; 7
     * interrupted; 8 never started.
     */
    private void leaveMuchToDo() {
        list("tasks.txt", COMMANDS.toArray(String[]::new));
        Farmer lost = start("-n", "1", "--max-losses", "1", "tasks.txt");
        awaitProcesses("sleep 1000", 1);
        until(() -> run("tasks", "6").stdout().contains("running"));
        lost.signal("KILL").await();
        awaitNoProcesses(ORPHANS_END);
        Farmer last = start("-n", "1", "--max-losses", "1", "tasks.txt");
        awaitProcesses("sleep 2000", 1);
        last.signal("TERM").await().exits(75);
        assertThat(run("tasks", "6").stdout()).contains("given up");
        run("export", "--joblog", "-o", "joblog").exits(0).says("7 tasks written");
    }

    private List<String> ranBy(String options) throws IOException {
        Files.deleteIfExists(dir.resolve("ran"));
        Ended end = bash("parallel --will-cite -j1 --joblog joblog " + options);
        assertThat(end.stderr()).doesNotContain("Format of", "wrong");
        end.exits(0);
        List<String> ran = new ArrayList<>(lines("ran"));
        ran.sort(null);
        return ran;
    }

    @Test
    void resumesWithWhatHasNotEnded() throws IOException {
        leaveMuchToDo();
        write("mended", "");
        assertThat(ranBy("--resume :::: tasks.txt")).containsExactly("7", "8");
        assertThat(ranBy("--resume :::: tasks.txt")).as("once more").isEmpty();
        assertThat(lines("joblog")).hasSize(10);
    }

    @Test
    void resumesWithWhatHasNotFinished() throws IOException {
        leaveMuchToDo();
        write("mended", "");
        assertThat(ranBy("--resume-failed :::: tasks.txt")).containsExactly("1", "2", "3", "5", "6", "7", "8");
        assertThat(ranBy("--resume-failed :::: tasks.txt")).as("once more").isEmpty();
    }

    @Test
    void retriesWhatHasFailedFromTheLogAlone() throws IOException {
        leaveMuchToDo();
        write("mended", "");
        assertThat(ranBy("--retry-failed")).containsExactly("1", "2", "3", "5", "6");
    }

    @Test
    void hasTheColumnsOfParallelsOwn() throws IOException {
        list("tasks.txt", "true", "exit 3", "kill -9 $$", "echo a\tb");
        run("tasks.txt").exits(1);
        run("export", "--joblog", "-o", "ours").exits(0);
        bash("parallel --will-cite -j1 --joblog theirs :::: tasks.txt");
        assertThat(columns("ours")).isEqualTo(columns("theirs"));
    }

    /** Returns the lines of a joblog, sorted, without times, places and what parallel has transferred; numbers keep their width. */
    private List<String> columns(String name) {
        return lines(name).stream()
                .map(line -> {
                    String[] fields = line.split("\t", 9);
                    if (!fields[0].equals("Seq")) {
                        fields[1] = "";
                        fields[2] = fields[2].replaceAll("[0-9]", "0");
                        fields[3] = fields[3].replaceAll("[0-9]", "0");
                        fields[5] = "";
                    }
                    return String.join("\t", Arrays.asList(fields));
                })
                .sorted()
                .toList();
    }
}
