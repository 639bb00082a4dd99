package taskfarmer.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.history.Excerpts;
import taskfarmer.history.History;
import taskfarmer.history.Standing;
import taskfarmer.store.DemandingFarm;
import taskfarmer.store.FileStorage;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;
import taskfarmer.store.WorkDirectory;

/** Verdicts, reasons and usage in each of the formats. */
class VerdictFormatsTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Storage storage = new FileStorage();
    private Path root;
    private History history;

    @BeforeEach
    void makeFarm() throws IOException {
        root = directory.resolve("work");
        DemandingFarm.make(root);
        history = History.inFull(storage, WorkDirectory.existing(storage, root, "work"));
    }

    /** Returns the lines of an export by task. */
    private Map<Integer, String> export(Export.Format format, Pattern id, int more) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Export(history, () -> false).write(format, out);
        Map<Integer, String> lines = new TreeMap<>();
        for (String line : out.toString(StandardCharsets.UTF_8).split("\r?\n")) {
            var matcher = id.matcher(line);
            if (matcher.find()) {
                lines.put(Integer.parseInt(matcher.group(1)) - more, line);
            }
        }
        return lines;
    }

    @Test
    void theCsvTellsReasonsAndUsage() throws Exception {
        Map<Integer, String> lines = export(Export.Format.CSV, Pattern.compile("^(\\d+),"), 0);
        assertThat(lines).hasSize(7);
        assertThat(lines.get(DemandingFarm.MEASURED)).contains(",finished,0,,,15.000000,3328599654,2048,/");
        assertThat(lines.get(DemandingFarm.ODD)).contains(",finished,3,,,1.000000,2147483648,,/");
        assertThat(lines.get(DemandingFarm.TIMEOUT)).contains(",failed,143,TERM,timeout,,,,/");
        assertThat(lines.get(DemandingFarm.RESTING)).contains(",retried,1,,,,,,/");
        assertThat(lines.get(DemandingFarm.NO_OUTPUT)).contains(",failed,0,,no output,,,,/");
        assertThat(lines.get(DemandingFarm.NOT_RUN)).contains(",finished,,,outputs exist,,,,/");
    }

    @Test
    void theJsonTellsReasonsAndUsage() throws Exception {
        Map<Integer, String> lines = export(Export.Format.JSON, Pattern.compile("^\\{\"id\":(\\d+),"), 0);
        assertThat(lines.get(DemandingFarm.MEASURED))
                .contains(
                        "\"reason\":null,\"cpu_seconds\":15.000000,\"peak_memory_bytes\":3328599654,\"log_bytes\":2048");
        assertThat(lines.get(DemandingFarm.STALLED))
                .contains("\"outcome\":\"failed\",\"exit_status\":137,\"signal\":\"KILL\",\"reason\":\"stall\"")
                .contains("\"cpu_seconds\":null,\"peak_memory_bytes\":null,\"log_bytes\":null");
        assertThat(lines.get(DemandingFarm.RESTING)).contains("\"outcome\":\"retried\"");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonLines tasks = new JsonLines(out);
        int id = DemandingFarm.SKIPPED;
        tasks.write(id, taskfarmer.history.TaskState.of(history.state(), id), 3, history.command(id), List.of());
        tasks.finish();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"id\":4,\"state\":\"cancelled\",\"because\":3,\"command\":\"analyse\",\"attempts\":[]}\n");
    }

    /** GNU parallel runs again with --resume-failed what has not 0 in both columns. */
    @Test
    void theJoblogHasWhatParallelTakesForSuccessWhereTheTaskHasFinished() throws Exception {
        Map<Integer, String> lines = export(Export.Format.JOBLOG, Pattern.compile("^(\\d+)\t"), 1);
        assertThat(lines).doesNotContainKey(DemandingFarm.RESTING);
        assertThat(lines.values())
                .allSatisfy(line -> assertThat(line).containsPattern("^\\d+\\s+[^\\s]+\\s+([-0-9.]+\\s+){6}"));
        assertThat(lines.get(DemandingFarm.MEASURED)).endsWith("\t0\t2048\t0\t0\tmeasured");
        assertThat(lines.get(DemandingFarm.ODD)).endsWith("\t0\t0\t0\t0\todd");
        assertThat(lines.get(DemandingFarm.NOT_RUN)).endsWith("\t0\t0\t0\t0\tthere");
        assertThat(lines.get(DemandingFarm.TIMEOUT)).endsWith("\t0\t0\t0\t15\tprepare");
        assertThat(lines.get(DemandingFarm.NO_OUTPUT)).endsWith("\t0\t0\t-1\t0\twrite");
        assertThat(lines.get(DemandingFarm.STALLED)).endsWith("\t0\t0\t0\t9\thang");
    }

    @Test
    void theTimelineTellsUsageAndCountsIt() throws IOException {
        try (Store store = new TestStores(storage, root).openAlone();
                Views views = new Views(storage, store)) {
            store.transact(t -> null);
            views.complete();
        }
        String timeline = Files.readString(root.resolve("timeline.json"));
        assertThat(timeline)
                .contains("\"outcome\":\"finished\",\"cpu_seconds\":15.000000,\"peak_memory\":3328599654}")
                .contains("\"outcome\":\"failed: timeout\"}", "\"outcome\":\"failed: no output\"}")
                .contains("\"exit\":1,\"outcome\":\"retried\"}", "\"outcome\":\"finished: outputs exist\"}")
                .contains("{\"name\":\"cpu\",\"ph\":\"C\",\"ts\":" + DemandingFarm.BEGAN)
                .contains("\"args\":{\"value\":1.6}", "\"args\":{\"value\":5476083302}");
    }

    @Test
    void theSummaryTellsWhatTasksWaitForAndWhatIsFree() throws IOException {
        Standing standing = Standing.now(history);
        String json = SummaryJson.text(standing, new Excerpts(storage, history)).replaceAll("\\s+", "");
        assertThat(json)
                .contains("\"retries\":1,\"cpu_seconds\":16.000000,\"cpu_cores\":0.800000")
                .contains("\"peak_memory_bytes\":3328599654,\"peak_memory_task\":1")
                .contains("\"waiting\":{\"for_tasks\":1,\"for_retry\":1,\"for_resources\":1,\"for_tags\":1}")
                .contains("\"hosts\":[{\"node\":\"node1\",\"resources\":{\"cores\":{\"total\":32,\"free\":24},"
                        + "\"mem\":{\"total\":68719476736,\"free\":51539607552}}}]")
                .contains("\"skipped\":[{\"because\":3,\"state\":\"failed\",\"tasks\":2}]")
                .contains("\"reason\":\"nooutput\"", "\"retried\":1");
    }

    @Test
    void theMetricsCountRetriesAndUsage() {
        String label = "{workdir=\"" + root + "\"} ";
        assertThat(MetricsFile.text(Standing.now(history)).lines())
                .contains(
                        "# TYPE taskfarmer_retries_total counter",
                        "taskfarmer_retries_total" + label + "1",
                        "# TYPE taskfarmer_cpu_seconds_total counter",
                        "taskfarmer_cpu_seconds_total" + label + "16",
                        "taskfarmer_peak_memory_bytes" + label + "3328599654");
    }
}
