package taskfarmer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static taskfarmer.report.WrittenFarm.end;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskfarmer.store.FileStorage;

class FailedTasksTest {
    @TempDir
    private Path directory;

    @Test
    void groupsByExitStatusAndByTheEndsOfLogs() throws IOException {
        WrittenFarm farm = new WrittenFarm(directory, "a", "b", "c", "d", "e", "f")
                .log(0, "reading\ncannot open /data/in/0.root\n\n  \n")
                .log(1, "cannot open /data/in/1.root")
                .log(2, "segfault at 0x7f00aa in step 12\n")
                .log(3, "")
                .log(5, "cannot open /data/in/5.root")
                .join(1, 0, 1)
                .batch(
                        1,
                        9,
                        "claim 0-5",
                        end(0, 0, 1, 1, 1),
                        end(1, 0, 2, 1, 1),
                        end(2, 0, 3, 1, 139),
                        end(3, 0, 4, 1, 1),
                        end(4, 0, 5, 1, 2),
                        end(5, 0, 6, 1, 0));
        FailedTasks failed = FailedTasks.of(farm.history(), new FileStorage());
        assertThat(failed.count()).isEqualTo(5);
        assertThat(failed.byStatus())
                .extracting(group -> group.count() + " " + group.what() + " " + group.first())
                .containsExactly(
                        "3 exit status 1 [0, 1, 3]", "1 exit status 139 (signal SEGV) [2]", "1 exit status 2 [4]");
        assertThat(failed.byLastLine())
                .extracting(group -> group.count() + " " + group.what() + " " + group.first())
                .containsExactlyInAnyOrder(
                        "2 cannot open PATH [0, 1]",
                        "1 segfault at HEX in step N [2]",
                        "2 " + FailedTasks.NO_LINE + " [3, 4]");
        assertThat(failed.byLastLine().get(0).example()).isEqualTo("cannot open /data/in/0.root");
    }

    @Test
    void namesTasksThatWereGivenUpAndThoseOfOthers() throws IOException {
        WrittenFarm farm = new WrittenFarm(directory, "a", "b")
                .batch(0, 0, "adopt failed 1")
                .join(1, 0, 1)
                .join(2, 0, 1)
                .batch(1, 1, "claim 0")
                .batch(2, 2, "gone 1 0 -", "fail lost 0");
        assertThat(FailedTasks.of(farm.history(), new FileStorage()).byStatus())
                .extracting(Group::what)
                .containsExactlyInAnyOrder(FailedTasks.GIVEN_UP, FailedTasks.ADOPTED);
    }

    @Test
    void readsLogsSpreadOverAllTasksIfThereAreTooMany() throws IOException {
        int count = FailedTasks.MOST_LOGS * 3;
        String[] commands = new String[count];
        Arrays.fill(commands, "false");
        WrittenFarm farm = new WrittenFarm(directory, commands).batch(0, 0, "adopt failed 0-" + (count - 1));
        farm.log(count - 3, "the last one that is read");
        FailedTasks failed = FailedTasks.of(farm.history(), new FileStorage());
        assertThat(failed.count()).isEqualTo(count);
        assertThat(failed.logs()).isEqualTo(FailedTasks.MOST_LOGS);
        assertThat(failed.byLastLine()).extracting(Group::count).containsExactly(FailedTasks.MOST_LOGS - 1, 1);
        assertThat(new Tables(farm.facts(1)).failures()).contains("Only 2,000 of the 6,000 logs were read");
    }

    @Test
    void readsTheEndOfALogOnly() throws IOException {
        WrittenFarm farm = new WrittenFarm(directory, "a").log(0, "x".repeat(10_000) + "\nthe end\n\n");
        assertThat(LastLine.of(new FileStorage(), directory.resolve("logs/log_0")))
                .contains("the end");
        farm.log(0, "lost\n" + " ".repeat(5000));
        assertThat(LastLine.of(new FileStorage(), directory.resolve("logs/log_0")))
                .isEmpty();
        assertThat(LastLine.of(new FileStorage(), directory.resolve("logs"))).isEmpty();
        assertThat(LastLine.in(" 10 %\r 20 %\r")).contains("20 %");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cannot open /data/in/17.root: No such file | cannot open PATH: No such file",
                "at 0x7fff12ab, line 3 | at HEX, line N",
                "job 4711.0 took 1.5e-3 s | job N took N s",
                "hash deadbeef01234567 is bad | hash HEX is bad",
                "effaced and defaced stay words | effaced and defaced stay words",
                "../out/a.txt and ./b/c.txt | PATH and PATH",
                "5/7 steps   done | N/N steps done",
                "error: `x` < /y/z > 'q' | error: `x` < PATH > 'q'",
            })
    void takesLinesForAlikeThatDifferInNumbersAndPaths(String line, String pattern) {
        assertThat(Similar.pattern(line)).isEqualTo(pattern);
    }

    @Test
    void forgetsColours() {
        assertThat(Similar.plain("\u001b[1;31mERROR\u001b[0m \t")).isEqualTo("ERROR");
    }
}
