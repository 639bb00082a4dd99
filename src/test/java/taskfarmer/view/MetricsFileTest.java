package taskfarmer.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.history.Excerpts;
import taskfarmer.history.History;
import taskfarmer.history.LifeSigns;
import taskfarmer.history.Standing;
import taskfarmer.store.FakeList;
import taskfarmer.store.FileStorage;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;
import taskfarmer.store.WorkDirectory;

/** The files for scripts and for Prometheus. */
class MetricsFileTest {
    private static final long NOW = 1_700_000_000_000_000L + 50_500_000;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Storage storage = new FileStorage();
    private Path root;
    private History history;
    private Standing standing;

    @BeforeEach
    void stand() throws IOException {
        root = directory.resolve("a \"quoted\" \\ name\nof two lines");
        try (Store store = new TestStores(storage, root).open()) {
            TestStores.join(
                    store,
                    FakeList.of("a", "b \u00ff", "c", "d", "e", "f"),
                    false,
                    TestStores.joined(2),
                    t -> t.claim(4));
            store.transact(t -> {
                t.ended(TestStores.ended(0, 1, 0));
                t.ended(TestStores.ended(1, 1, 139));
                t.started(TestStores.started(2, 1));
                t.requeued(TestStores.requeued(3, 1));
                return null;
            });
            Files.setLastModifiedTime(root.resolve("farm/locks/farmer-1"), FileTime.fromMillis(NOW / 1000 - 4000));
            history = History.inShort(storage, WorkDirectory.existing(storage, root, "work"));
            standing = Standing.of(history, new LifeSigns(history.directory().locks()), NOW);
        }
    }

    @Test
    void metricsAreInPrometheusFormat() {
        String text = MetricsFile.text(standing);
        String label = "workdir=\"" + directory + "/a \\\"quoted\\\" \\\\ name\\nof two lines\"";
        assertThat(text.lines())
                .contains(
                        "# TYPE taskfarmer_tasks gauge",
                        "taskfarmer_tasks{" + label + ",state=\"pending\"} 3",
                        "taskfarmer_tasks{" + label + ",state=\"running\"} 1",
                        "taskfarmer_tasks{" + label + ",state=\"finished\"} 1",
                        "taskfarmer_tasks{" + label + ",state=\"failed\"} 1",
                        "taskfarmer_tasks{" + label + ",state=\"dropped\"} 0",
                        "taskfarmer_slots{" + label + "} 2",
                        "taskfarmer_farmers{" + label + "} 1",
                        "taskfarmer_running{" + label + "} 1",
                        "# TYPE taskfarmer_requeues_total counter",
                        "taskfarmer_requeues_total{" + label + "} 1");
        Set<String> known = new HashSet<>();
        for (String line : text.split("\n")) {
            if (line.startsWith("# TYPE ")) {
                assertThat(known.add(line.split(" ")[2])).isTrue();
            } else if (!line.startsWith("# HELP ")) {
                assertThat(line).matches("[a-z_]+\\{.*\"\\} (-?[0-9]+(\\.[0-9]+)?|NaN)");
                assertThat(known).contains(line.substring(0, line.indexOf('{')));
            }
        }
        assertThat(text).endsWith("\n");
    }

    @Test
    void filesAreReplacedAsAWhole() throws IOException {
        Path target = Files.createDirectory(directory.resolve("out"));
        MetricsFile metrics = new MetricsFile(storage, target.resolve("farm.prom"));
        SummaryFile summary = new SummaryFile(storage, target.resolve("farm.json"));
        Files.writeString(target.resolve("farm.prom"), "an old one, and longer ".repeat(1000));
        for (int i = 0; i < 3; i++) {
            metrics.write(standing);
            summary.write(standing, new Excerpts(storage, history));
        }
        assertThat(target.resolve("farm.prom")).hasContent(MetricsFile.text(standing));
        assertThat(target.resolve("farm.json")).hasContent(SummaryJson.text(standing, new Excerpts(storage, history)));
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void aFileThatCannotBeReplacedLeavesNothingBehind() throws IOException {
        Path target = Files.createDirectories(directory.resolve("out/farm.prom/not empty"))
                .getParent();
        assertThatThrownBy(() -> new MetricsFile(storage, target).write(standing))
                .isInstanceOf(IOException.class);
        try (Stream<Path> files = Files.list(target.getParent())) {
            assertThat(files).containsExactly(target);
        }
    }

    @Test
    void summaryHoldsWhatScriptsAskFor() throws IOException {
        List<String> values = values(SummaryJson.text(standing, new Excerpts(storage, history)));
        assertThat(values)
                .contains(
                        "state=running",
                        "time=2023-11-14T22:14:10Z",
                        "time_seconds=1700000050.500000",
                        "tasks.total=6",
                        "tasks.pending=3",
                        "tasks.running=1",
                        "slots=2",
                        "farmers_present=1",
                        "requeues=1",
                        "farmers.host=node1",
                        "farmers.pid=1",
                        "farmers.wish=null",
                        "farmers.life=beating",
                        "farmers.heartbeat_age_seconds=4",
                        "farmers.running.task=2",
                        "farmers.running.command=c",
                        "farmers.running.log=" + root.resolve("logs/log_2"),
                        "last_failures.task=1",
                        "last_failures.exit_status=139",
                        "last_failures.signal=SEGV",
                        "last_failures.command=b \ufffd",
                        "last_failures.log=null");
    }

    /** Returns all values with their paths. */
    private static List<String> values(String json) throws IOException {
        List<String> values = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json.getBytes(StandardCharsets.UTF_8))) {
            while (parser.nextToken() != null) {
                if (parser.currentToken().isScalarValue()) {
                    String path = parser.getParsingContext()
                            .pathAsPointer()
                            .toString()
                            .substring(1)
                            .replaceAll("/[0-9]+", "")
                            .replace('/', '.');
                    values.add(path + "=" + parser.getText());
                }
            }
        }
        return values;
    }
}
