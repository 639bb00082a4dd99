package taskfarmer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.Command;
import taskfarmer.model.Invocation;

@Timeout(30)
class ReaperTest {
    @TempDir
    private Path directory;

    private Shelves shelves;
    private SlotShell slot;
    private final List<CompletableFuture<SlotShell.End>> running = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        Files.createDirectory(directory.resolve("logs"));
        shelves = new Shelves(Shelves.coShells().get(0), directory, Map.of());
        slot = new SlotShell(shelves.setting, 0);
    }

    @AfterEach
    void end() throws IOException {
        shelves.reaper.kill();
        running.forEach(CompletableFuture::join);
        slot.close();
        shelves.close();
        assertThat(tasks()).isEmpty();
    }

    /** Runs a command in the slot, and waits until its processes have made so many files. */
    private void run(String command, int files) {
        // A thread of its own: the common pool has one thread on two cores, and JDK 25 has its own use for that.
        running.add(CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return start(0, 1, new Invocation.Shell(Command.of(command)));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                work -> new Thread(work).start()));
        await().pollInterval(Duration.ofMillis(10)).until(() -> files("up").size() == files);
    }

    private SlotShell.End start(int task, int attempt, Invocation invocation) throws IOException {
        return slot.start(Order.of(task, attempt, invocation)).await();
    }

    private String up(int number) {
        return "touch " + directory + "/up." + number;
    }

    private List<Path> files(String prefix) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .toList();
        }
    }

    /** All processes that bear the token, whatever became of their parents. */
    private List<String> tasks() throws IOException {
        List<String> found = new ArrayList<>();
        byte[] token = ("TASKFARMER_FARMER=" + shelves.setting.token()).getBytes(StandardCharsets.US_ASCII);
        String text = new String(token, StandardCharsets.ISO_8859_1);
        try (Stream<Path> paths = Files.list(Path.of("/proc"))) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (path.getFileName().toString().matches("\\d+")) {
                    try {
                        String environment = Files.readString(path.resolve("environ"), StandardCharsets.ISO_8859_1);
                        if (environment.contains(text)) {
                            found.add(Files.readString(path.resolve("cmdline"), StandardCharsets.ISO_8859_1));
                        }
                    } catch (IOException e) {
                        // it has ended, or is not ours
                    }
                }
            }
        }
        return found;
    }

    private static final String STUBBORN = "trap '' TERM; ";

    @Test
    void countsTheProcessesOfTasksButNotTheShellsOfSlots() throws IOException {
        assertThat(shelves.reaper.count()).isZero();
        start(0, 1, new Invocation.Shell(Command.of("true")));
        assertThat(shelves.reaper.count()).isZero();
        run(up(1) + "; sleep 100 & sleep 100 & wait", 1);
        await().until(() -> shelves.reaper.count() == 3);
    }

    /** A heartbeat at the very moment at which the time is up: either nothing is ended, or it is known that all was. */
    @ParameterizedTest
    @ValueSource(ints = {-40, -20, -10, -5, 0, 5, 10, 20, 40})
    void knowsWhetherAHeartbeatCameInTime(int offsetMillis) throws Exception {
        Duration silence = Duration.ofMillis(300);
        List<String> sleeper = List.of("setsid", "bash", "-c", "sleep 100; exit 0");
        try (Reaper reaper = new Reaper(
                shelves.setting.shells(),
                "beats",
                Duration.ZERO,
                silence.multipliedBy(3).dividedBy(2))) {
            Process session = new ProcessBuilder(sleeper).start();
            long began = System.nanoTime();
            reaper.beat(began);
            reaper.watch(session.pid());
            int before = reaper.harvests();
            long moment = began + silence.plusMillis(offsetMillis).toNanos();
            while (System.nanoTime() < moment) {
                Thread.onSpinWait();
            }
            reaper.beat(System.nanoTime());
            boolean reaped = reaper.harvests() != before;
            boolean ended = session.waitFor(100, TimeUnit.MILLISECONDS);
            assertThat(ended).as("ended by TERM").isEqualTo(reaped);
            reaper.kill();
            session.waitFor();
        }
    }

    @Test
    void endsWhatObeysWithTerm() throws IOException {
        run(up(1) + "; sleep 100; echo not reached", 1);
        shelves.reaper.terminate();
        await().until(() -> running.get(0).isDone());
        assertThat(running.get(0).join()).isEqualTo(new SlotShell.End.Exited(143));
        assertThat(start(0, 2, new Invocation.Shell(Command.of("exit 3")))).isEqualTo(new SlotShell.End.Exited(3));
    }

    @Test
    void reachesGroupsAndSessionsThatTasksMade() throws IOException {
        run(
                "timeout 100 sleep 100 & setsid sleep 100 & bash -ic 'set -m; sleep 100 & wait' & sleep 0.1; " + up(1)
                        + "; wait",
                1);
        await().until(() ->
                tasks().stream().filter(task -> task.startsWith("sleep\000100")).count() == 3);
        shelves.reaper.terminate();
        await().until(() -> shelves.reaper.count() == 0);
    }

    @Test
    void endsWhatIgnoresTermOnlyWithKill() throws IOException {
        run(STUBBORN + up(1) + "; while :; do sleep 100; done", 1);
        shelves.reaper.terminate();
        assertThat(running.get(0)).isNotDone();
        assertThat(shelves.reaper.count()).isPositive();
        shelves.reaper.kill();
        await().until(() -> running.get(0).isDone());
        assertThat(shelves.reaper.count()).isZero();
    }

    @Test
    void killsAForkingTree() throws IOException {
        run(
                STUBBORN + "f() { (trap '' TERM; sleep 0.01; f) & (trap '' TERM; sleep 100) & }; f; " + up(1)
                        + "; wait",
                1);
        shelves.reaper.kill();
        assertThat(shelves.reaper.count()).isZero();
        await().until(() -> tasks().isEmpty());
    }

    @Test
    void endsAllWhenItsFarmerDies() throws IOException {
        run(
                STUBBORN + "timeout 100 bash -c \"trap '' TERM; " + up(1) + "; while :; do sleep 100; done\" &"
                        + " setsid bash -c \"trap '' TERM; " + up(2) + "; while :; do sleep 100; done\" &" + " wait",
                2);
        long began = System.nanoTime();
        shelves.reaper.close(); // closes the pipe, as death does
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        await().until(() -> tasks().isEmpty());
    }

    @Test
    void givesTasksTheGraceToEndInOrderWhenItsFarmerDies() throws IOException {
        run("trap 'sleep 0.2; touch " + directory + "/tidied; exit' TERM; " + up(1) + "; sleep 100 & wait", 1);
        shelves.reaper.close();
        assertThat(directory.resolve("tidied")).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(trap '' TERM HUP; exec sleep 100) &",
                "timeout 100 sleep 100 &", // makes a group of its own
                "bash -c 'set -m; sleep 100 & wait' &"
            })
    void endsWhatASlotLeavesBehindWhenItsShellIsGone(String background) throws IOException {
        String command = background + " until pgrep -s 0 -x sleep; do :; done; kill -9 $PPID; exit 0";
        assertThat(start(0, 1, new Invocation.Shell(Command.of(command)))).isInstanceOf(SlotShell.End.Exited.class);
        assertThat(tasks()).isEmpty();
    }

    @Test
    void isReplacedWhenItIsKilled() throws IOException {
        run(up(1) + "; sleep 100", 1);
        long first = shelves.reaper.pid();
        ProcessHandle process = ProcessHandle.of(first).orElseThrow();
        process.destroyForcibly();
        await().until(() -> !process.isAlive());
        assertThat(shelves.reaper.count()).isPositive();
        assertThat(shelves.reaper.pid()).isNotEqualTo(first);
        shelves.reaper.terminate();
        await().until(() -> running.get(0).isDone());
    }

    @Test
    void isNotMovedBySignalsToTheWholeJob() throws IOException {
        assertThat(shelves.reaper.count()).isZero(); // from here on it is ready
        ProcessHandle process = ProcessHandle.of(shelves.reaper.pid()).orElseThrow();
        for (String signal : List.of("HUP", "INT", "TERM", "USR1", "USR2")) {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .onExit()
                    .join();
        }
        assertThat(shelves.reaper.count()).isZero();
        assertThat(shelves.reaper.pid()).isEqualTo(process.pid());
        assertThat(process.isAlive()).isTrue();
    }

    /** As on a machine with thousands of processes, where looking for those of a farmer takes long. */
    @Test
    void keepsToTheGraceWhereLookingForProcessesTakesLong() throws IOException, InterruptedException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path slow = Files.writeString(
                bin.resolve("grep"), "#!/bin/sh\nsleep 0.6\nexec " + Shelves.program("grep") + " \"$@\"\n");
        Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
        run(STUBBORN + up(1) + "; while :; do sleep 100; done", 1);
        String script;
        try (InputStream in = Reaper.class.getResourceAsStream("reaper.sh")) {
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String token = shelves.setting.token();
        ProcessBuilder builder =
                new ProcessBuilder(Shelves.BASH.toString(), "-c", script, "taskfarmer-reaper", token, "100", "6000");
        builder.environment().merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
        long began = System.nanoTime();
        Process reaper = builder.start();
        reaper.getOutputStream().close();
        reaper.waitFor();
        assertThat(tasks()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(7));
    }
}
