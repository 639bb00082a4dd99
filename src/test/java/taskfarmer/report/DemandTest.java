package taskfarmer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static taskfarmer.report.WrittenFarm.end;
import static taskfarmer.report.WrittenFarm.micros;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.history.History;
import taskfarmer.model.Resources;
import taskfarmer.store.DemandingFarm;
import taskfarmer.store.FileStorage;
import taskfarmer.store.WorkDirectory;

/** What the page says of memory and processor time, and of how tasks ended besides. */
class DemandTest {
    private static final long MB = 1 << 20;

    @TempDir
    private Path directory;

    /** Returns the entry of an end of which it was measured what it used: s of processor time, MB of memory. */
    private static String measured(int task, int slot, double duration, double cpu, long memory) {
        return "result " + task + " 1 " + slot + " " + micros(1) + " " + Math.round(duration * 1e6) + " 0 finished - "
                + Math.round(cpu * 1e6) + " " + memory * MB + " 100";
    }

    private WrittenFarm farm() throws IOException {
        String[] commands = new String[5];
        Arrays.fill(commands, "x");
        return new WrittenFarm(directory, commands)
                .join(1, 0, 4)
                .batch(1, 1, "offer cores=64,mem=" + 124L * 1024 * MB)
                .batch(
                        1,
                        20,
                        "claim 0-4",
                        measured(0, 0, 10, 9.5, 3174),
                        measured(1, 1, 10, 9, 2253),
                        measured(2, 2, 10, 2, 2253),
                        measured(3, 3, 10, 8.6, 900),
                        end(4, 0, 12, 1, 0));
    }

    @Test
    void saysHowManyTasksWouldHaveFitted() throws IOException {
        assertThat(new DemandTables(farm().facts(30)).sentence())
                .isEqualTo("Your tasks peak at 3.1 GB (median 2.2 GB); this node could have run 40 at a time with its"
                        + " 64 cores and 124 GB. The highest peak is that of task 0."
                        + " While it runs, a task keeps 90 % of a core busy (median).");
    }

    @Test
    void saysItOfEachKindOfNode() throws IOException {
        Facts facts = farm().join(2, 21, 4)
                .batch(2, 22, "offer cores=16,mem=" + 16L * 1024 * MB)
                .facts(30);
        assertThat(new DemandTables(facts).sentence())
                .contains(
                        "; a node with 64 cores and 124 GB could have run 40 at a time; a node with 16 cores and 16 GB"
                                + " could have run 5 at a time.");
    }

    @Test
    void knowsThatCoresMayBeTheLimit() throws IOException {
        Demand demand = farm().facts(30).demand();
        assertThat(demand.atOnce(Resources.parse("cores=8,mem=1T"))).isEqualTo(OptionalLong.of(8));
        assertThat(demand.atOnce(Resources.parse("mem=6G"))).isEqualTo(OptionalLong.of(1));
        assertThat(demand.atOnce(Resources.NONE)).isEmpty();
    }

    @Test
    void showsHowMemoryAndProcessorsWereUsed() throws IOException {
        String page = farm().page(30);
        assertThat(page)
                .containsPattern("512 MB \u2013 1 GB</th><td class=\"number\">1</td>")
                .containsPattern("1 GB \u2013 2 GB</th><td class=\"number\">0</td>")
                .containsPattern("2 GB \u2013 4 GB</th><td class=\"number\">3</td>")
                .containsPattern("10 \u2013 25 % of a core</th><td class=\"number\">1</td>")
                .containsPattern("0.9 \u2013 1.1 cores</th><td class=\"number\">2</td>")
                .contains("data-name=\"peak memory\"><dt>peak memory</dt><dd>3.1 GB</dd>")
                .contains("<td class=\"number\">72.8 %</td>"); // 29.1 of 40 s
    }

    @Test
    void saysThatNothingIsKnown() throws IOException {
        String page = new WrittenFarm(directory, "a")
                .join(1, 0, 1)
                .batch(1, 5, "claim 0", end(0, 0, 1, 2, 0))
                .page(9);
        assertThat(page).contains("no attempt was sampled").doesNotContain("peak memory</dt>");
    }

    @Test
    void groupsFailuresByReasonAndListsWhatWasSkipped() throws IOException {
        DemandingFarm.make(directory.resolve("work"));
        FileStorage storage = new FileStorage();
        History history = History.inFull(storage, WorkDirectory.existing(storage, directory.resolve("work"), "work"));
        FailedTasks failed = FailedTasks.of(history, storage);
        assertThat(failed.byStatus()).extracting(Group::what).containsExactly("timeout", "no output", "stall");
        Facts facts = new Facts(history, storage, (farmer, otherwise) -> otherwise, DemandingFarm.BEGAN);
        assertThat(new Tables(facts).failures())
                .contains("<h3>Cancelled because of others</h3>")
                .containsPattern(
                        "<td class=\"number\">2</td><td>task 3 \\(failed\\)</td><td class=\"ids\">4 5</td></tr>");
        assertThat(new Tables(facts).slowest()).contains("failed (timeout)", "failed (no output)");
    }
}
