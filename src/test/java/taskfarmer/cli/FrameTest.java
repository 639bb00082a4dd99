package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskfarmer.history.Excerpts;
import taskfarmer.history.History;
import taskfarmer.history.LifeSigns;
import taskfarmer.history.Standing;
import taskfarmer.store.FakeList;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Op;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;
import taskfarmer.store.WorkDirectory;

class FrameTest {
    private static final int RUNNING = 40;
    private static final int FAILED = 5;
    private static final long BEGIN = 1_700_000_000_000_000L;
    private static final long NOW = BEGIN + 100_000_000;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Storage storage = new FileStorage();
    private Store store;
    private Standing standing;
    private Excerpts excerpts;

    @BeforeEach
    void stand() throws IOException {
        Path root = directory.resolve("work");
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String wide = new String("模拟 🚀 ".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            commands.add("run " + i + " \033[2J\t" + wide.repeat(30) + "\u00ff");
        }
        store = new TestStores(storage, root).open();
        TestStores.join(
                store, new FakeList(commands), false, TestStores.joined(RUNNING), t -> t.claim(RUNNING + 10 + FAILED));
        store.transact(t -> {
            for (int id = 0; id < 10 + FAILED; id++) {
                t.ended(TestStores.ended(id, 1, id < FAILED ? 137 : 0));
            }
            for (int id = 10 + FAILED; id < 10 + FAILED + RUNNING; id++) {
                t.started(new Op.Started(id, 1, id, BEGIN + id * 1_000_000L));
            }
            return null;
        });
        Files.writeString(root.resolve("logs/log_4"), "loading\nCannot open \u001b[31m模拟\n");
        Files.setLastModifiedTime(root.resolve("farm/locks/farmer-1"), FileTime.fromMillis(NOW / 1000 - 3000));
        History history = History.inShort(storage, WorkDirectory.existing(storage, root, "work"));
        standing = Standing.of(history, new LifeSigns(history.directory().locks()), NOW);
        excerpts = new Excerpts(storage, history);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private Frame frame(int columns, int rows, int scrolled) {
        return Frame.of(
                standing, excerpts, "tasks_workdir", scrolled, "", new Terminal.Size(columns, rows), Style.PLAIN);
    }

    private static List<String> text(List<TextLine> lines) {
        return lines.stream().map(TextLine::toString).toList();
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "40, 10", "132, 50", "200, 100", "79, 14", "20, 5", "5, 3", "1, 1"})
    void fitsTheScreen(int columns, int rows) {
        List<TextLine> lines = frame(columns, rows, 0).lines();
        assertThat(lines.size()).isEqualTo(rows);
        assertThat(lines).allMatch(line -> line.columns() <= columns);
        assertThat(String.join("", text(lines))).doesNotContain("\033", "\t");
    }

    @Test
    void answersAtAGlance() {
        List<String> lines = text(frame(100, 30, 0).lines());
        assertThat(lines.get(0)).startsWith("tasks_workdir: running, 15 of 100 tasks ended, 5 failed, ETA ");
        assertThat(lines.get(1)).startsWith("█████████████░").endsWith("  15.0 % ");
        assertThat(lines.get(2)).isEqualTo("45 pending, 0 claimed, 40 running, 10 finished, 5 failed");
        assertThat(lines.get(3)).contains("/s, elapsed 0:01:4").endsWith(", 1 farmer with 40 slots");
        assertThat(lines)
                .anyMatch(line -> line.matches(" +1 +40/40 +10 +5 +0:01:40  node1 \\(PID 1\\), heartbeat 3 s ago"));
        assertThat(lines).anyMatch(line -> line.matches(" +15 +1 +15 +0:01:25  run 15 \\?\\[2J 模拟 🚀 .*"));
        assertThat(lines).contains("task 4 failed: exit status 137 (signal KILL) on node1: Cannot open ?[31m模拟");
        assertThat(lines.get(29)).startsWith("q quit  j/k scroll  ? keys");
    }

    @Test
    void saysTheMostImportantWhereThereIsLittleRoom() {
        List<String> lines = text(frame(40, 10, 0).lines());
        assertThat(lines.get(0)).startsWith("running, 15/100, 5 failed, ETA ");
        assertThat(lines).anyMatch(line -> line.matches(" +15 +0:01:25  run 15 .*"));
        assertThat(lines).anyMatch(line -> line.startsWith("task 4 failed: exit status 137"));
    }

    @Test
    void scrollsNoFurtherThanToTheLast() {
        Frame top = frame(80, 24, 0);
        assertThat(top.scrolled()).isZero();
        assertThat(String.join("\n", text(top.lines()))).contains("RUNNING, 1-" + top.page() + " of 40", " run 15 ");
        Frame next = frame(80, 24, 5);
        assertThat(next.scrolled()).isEqualTo(5);
        assertThat(String.join("\n", text(next.lines()))).contains(" run 20 ").doesNotContain(" run 19 ");
        Frame end = frame(80, 24, 1000);
        assertThat(end.scrolled()).isEqualTo(40 - end.page());
        assertThat(String.join("\n", text(end.lines()))).contains(" run 54 ");
    }

    @Test
    void explainsItsKeys() {
        List<TextLine> lines = Frame.help(new Terminal.Size(80, 24), Style.PLAIN);
        assertThat(text(lines)).anyMatch(line -> line.contains("quit"));
        assertThat(Frame.help(new Terminal.Size(10, 3), Style.PLAIN)).hasSize(3).allMatch(line -> line.columns() <= 10);
    }
}
