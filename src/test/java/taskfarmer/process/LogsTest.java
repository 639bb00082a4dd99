package taskfarmer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import taskfarmer.model.Command;
import taskfarmer.model.Invocation;
import taskfarmer.model.LogName;

/** Where logs are, which are kept, and what is in them. */
@Timeout(60)
class LogsTest {
    @TempDir
    private Path directory;

    private Path root;

    static List<List<String>> coShells() {
        return Shelves.coShells();
    }

    @BeforeEach
    void makeDirectory() throws IOException {
        root = Files.createDirectories(directory.resolve("logs"));
    }

    private interface Use {
        void of(SlotShell slot) throws Exception;
    }

    private void with(List<String> coShell, Logs logs, Use use) throws Exception {
        try (Shelves shelves = new Shelves(coShell, directory, Map.of(), logs);
                SlotShell slot = new SlotShell(shelves.setting, 0)) {
            use.of(slot);
        }
    }

    private static SlotShell.End.Exited run(SlotShell slot, int task, String command) throws IOException {
        Order order = Order.of(task, 1, new Invocation.Shell(Command.of(command)));
        return (SlotShell.End.Exited) slot.start(order).await();
    }

    private String log(String name) throws IOException {
        return Files.readString(root.resolve(name));
    }

    @Test
    void namesLogsByTheirIdsAlone() {
        assertThat(LogName.of(0)).isEqualTo("log_0");
        assertThat(LogName.of(9_999)).isEqualTo("log_9999");
        assertThat(LogName.of(10_000)).isEqualTo("10/log_10000");
        assertThat(LogName.of(12_345)).isEqualTo("12/log_12345");
        assertThat(LogName.of(1_999_999, 2)).isEqualTo("1999/log_1999999.2");
        assertThat(LogName.of(7, 1)).isEqualTo("log_7.1");
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void makesDirectoriesAsTheyAreNeeded(List<String> coShell) throws Exception {
        with(coShell, Logs.kept(root), slot -> {
            run(slot, 9_999, "echo before");
            assertThat(root.resolve("9")).doesNotExist();
            for (int task : new int[] {10_000, 10_999, 11_000, 1_234_567}) {
                assertThat(run(slot, task, "echo $TASKFARMER_TASK_ID").status()).isZero();
                assertThat(log(LogName.of(task))).isEqualTo(task + "\n");
            }
            try (var names = Files.list(root)) {
                assertThat(names.map(path -> path.getFileName().toString()))
                        .containsExactlyInAnyOrder("log_9999", "10", "11", "1234");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void makesADirectoryAnewAfterSomebodyHasRemovedIt(List<String> coShell) throws Exception {
        with(coShell, Logs.kept(root), slot -> {
            run(slot, 10_000, "echo first");
            Files.delete(root.resolve("10/log_10000"));
            Files.delete(root.resolve("10"));
            Order order = Order.of(10_001, 1, new Invocation.Shell(Command.of("echo second")));
            assertThat(slot.start(order).await())
                    .isInstanceOfSatisfying(
                            SlotShell.End.NoLog.class,
                            noLog -> assertThat(noLog.reason()).contains("logs/10/log_10001"));
            assertThat(run(slot, 10_001, "echo third").status()).isZero();
            assertThat(log("10/log_10001")).isEqualTo("third\n");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void throwsOutputAwayButShowsThatACommandWasStarted(List<String> coShell) throws Exception {
        with(coShell, new Logs(root, Logs.Keep.NONE, 100), slot -> {
            String look = "echo out; echo err >&2; stat -c %s " + root + "/log_3 > " + directory + "/size; exit 3";
            assertThat(run(slot, 3, look).status()).isEqualTo(3);
            assertThat(Files.readString(directory.resolve("size"))).isEqualTo("0\n");
            assertThat(log("log_3")).isEmpty();
            assertThat(run(slot, 3, "kill -9 $$").status()).isEqualTo(137);
            assertThat(log("log_3")).isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void writesALogThatSomebodyLooksAtWhileTheCommandRuns(List<String> coShell) throws Exception {
        with(coShell, new Logs(root, Logs.Keep.NONE, 0), slot -> {
            Order order = new Order(
                    3,
                    1,
                    new Invocation.Shell(Command.of("echo heard")),
                    Collections.emptySortedMap(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    true);
            slot.start(order).await();
            assertThat(log("log_3")).isEqualTo("heard\n");
        });
    }

    @Test
    void dropsWhatIsNotKept() {
        assertThat(Logs.kept(root).drops(true)).isFalse();
        Logs failed = new Logs(root, Logs.Keep.FAILED, 0);
        assertThat(failed.drops(true)).isTrue();
        assertThat(failed.drops(false)).isFalse();
        assertThat(new Logs(root, Logs.Keep.NONE, 0).drops(false)).isTrue();
    }

    /** Others see that an attempt was started by the log of the attempt before, which was put aside. */
    @Test
    void leavesATraceOfEachAttemptUntilTheLastOneHasEnded() throws IOException {
        for (int task : new int[] {7, 12_345}) {
            Logs logs = new Logs(root, Logs.Keep.NONE, 0);
            Path first = root.resolve(LogName.of(task, 1));
            Path second = root.resolve(LogName.of(task, 2));
            Path latest = root.resolve(LogName.of(task));
            logs.prepare(task);
            logs.putAside(task, 1);
            assertThat(first).doesNotExist();
            Files.createFile(latest);
            logs.drop(task, 1); // it failed, and is tried again later
            assertThat(latest).doesNotExist();
            logs.putAside(task, 2);
            assertThat(first).isEmptyFile();
            Files.createFile(latest);
            logs.putAside(task, 3); // the second one was interrupted
            assertThat(second).isEmptyFile();
            assertThat(latest).doesNotExist();
            Files.createFile(latest);
            logs.drop(task, 3);
            assertThat(List.of(first, second, latest)).allMatch(Files::notExists);
        }
    }

    @Test
    void dropsNothingOfEarlierAttemptsThatWereKept() throws IOException {
        Files.writeString(root.resolve("log_7"), "first");
        new Logs(root, Logs.Keep.FAILED, 0).putAside(7, 2);
        Files.writeString(root.resolve("log_7"), "second");
        new Logs(root, Logs.Keep.NONE, 0).drop(7, 2);
        assertThat(root.resolve("log_7")).doesNotExist();
        assertThat(log("log_7.1")).isEqualTo("first");
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void cutsTheLogOfACommandThatWritesTooMuch(List<String> coShell) throws Exception {
        with(coShell, new Logs(root, Logs.Keep.KEEP, 1 << 20), slot -> {
            String command =
                    "(yes 'in the background' | head -c 20M) & yes 'a line' | head -c 20M; wait; sleep 1; echo end";
            SlotShell.End.Exited end = run(slot, 0, command);
            assertThat(end.status()).isZero();
            assertThat(end.usage().log()).isBetween(38L << 20, (40L << 20) + 4);
            assertThat(log("log_0"))
                    .hasSizeLessThanOrEqualTo(1 << 20)
                    .containsOnlyOnce("bytes cut here]\n")
                    .endsWith("end\n");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void cutsALogWhileItsCommandRuns(List<String> coShell) throws Exception {
        with(coShell, new Logs(root, Logs.Keep.KEEP, 4096), slot -> {
            String command = "seq 10000; until [ -e " + directory + "/go ]; do sleep 0.02; done";
            CompletableFuture<SlotShell.End.Exited> running = CompletableFuture.supplyAsync(() -> {
                try {
                    return run(slot, 0, command);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try {
                await().until(() -> {
                    String log = Files.exists(root.resolve("log_0")) ? log("log_0") : "";
                    return log.contains("bytes cut here]\n") && log.endsWith("\n10000\n") && log.length() <= 4096;
                });
                assertThat(running).isNotDone();
            } finally {
                Files.createFile(directory.resolve("go"));
            }
            assertThat(running.join().status()).isZero();
        });
    }
}
