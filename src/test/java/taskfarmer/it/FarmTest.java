package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What all integration tests have: a directory of their own, the program as a user starts it there, and the proof that
 * no process is left when a test is over.
 *
 * <p>All that a test starts bears a mark in its environment, and nothing else is ever looked at or signalled.
 */
abstract class FarmTest {
    /** How long the tasks of a farmer that was killed may live on. */
    static final Duration ORPHANS_END = Duration.ofSeconds(10);

    @TempDir
    private Path root;

    private final String mark = "TF_INTEGRATION_TEST=" + UUID.randomUUID();
    private final List<Process> started = new ArrayList<>();

    /** The directory that the program is started in. */
    Path dir;

    /** The user's home directory. */
    Path home;

    private Path captured;

    @BeforeEach
    void makeDirectories() throws IOException {
        dir = Files.createDirectory(root.resolve("dir"));
        home = Files.createDirectory(root.resolve("home"));
        captured = Files.createDirectory(root.resolve("captured"));
    }

    @AfterEach
    void leaveNothingBehind() {
        for (Process process : started) {
            process.destroyForcibly();
        }
        try {
            awaitNoProcesses(ORPHANS_END);
        } finally {
            Processes.signal("KILL", processes());
        }
    }

    /** Returns the directory of everything that belongs to this test. */
    Path root() {
        return root;
    }

    /** Returns the program with these arguments, ready to be started. */
    Start taskfarmer(String... args) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", home.toString());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("TMPDIR", captured.toString());
        environment.put("TASKFARMER_LEDGER_DIR", captured.toString()); // not shared with other tests
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        int equals = mark.indexOf('=');
        environment.put(mark.substring(0, equals), mark.substring(equals + 1));
        return new Start(dir, captured, started::add, environment, args);
    }

    Ended run(String... args) {
        return taskfarmer(args).run();
    }

    Farmer start(String... args) {
        return taskfarmer(args).start();
    }

    /** Writes a task list into the directory, one command a line. */
    Path list(String name, String... commands) {
        return write(name, String.join("\n", commands) + (commands.length == 0 ? "" : "\n"));
    }

    /** Writes a list of so many equal commands, in which {@code #} is the number of the line from 0. */
    Path list(String name, int count, String command) {
        return list(
                name,
                IntStream.range(0, count)
                        .mapToObj(i -> command.replace("#", Integer.toString(i)))
                        .toArray(String[]::new));
    }

    /** Writes a file into the directory. */
    Path write(String name, String text) {
        return write(dir.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }

    static Path write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Path program(Path file, String script) {
        write(file, script.getBytes(StandardCharsets.UTF_8));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    static String read(Path file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the lines of a file in the directory; none if there is no such file. */
    List<String> lines(String name) {
        Path file = dir.resolve(name);
        return Files.exists(file) ? read(file).lines().toList() : List.of();
    }

    /** Returns the work directory of a list in the directory. */
    Work work(String list) {
        return new Work(dir.resolve(list + "_workdir"));
    }

    /** Returns all processes that this test has started and that have not ended. */
    List<Long> processes() {
        return Processes.withEnvironment(mark);
    }

    /** Returns the processes with this command line that this test has started and that have not ended. */
    List<Long> processes(String commandLine) {
        return Processes.running(commandLine, mark);
    }

    void awaitProcesses(String commandLine, int count) {
        until(() -> processes(commandLine).size() == count);
    }

    void assertNoProcesses() {
        assertThat(processes())
                .extracting(Processes::commandLine)
                .as("processes that are left")
                .isEmpty();
    }

    void awaitNoProcesses(Duration limit) {
        await().atMost(limit).pollInterval(Duration.ofMillis(20)).untilAsserted(this::assertNoProcesses);
    }

    /** Waits for a condition; one that does not come true fails the test. */
    static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }
}
