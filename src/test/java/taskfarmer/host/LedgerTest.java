package taskfarmer.host;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Identity;
import taskfarmer.store.SharedMemory;

/** Gives tests a ledger of their own, and farmers that take from it: processes that do nothing else. */
abstract class LedgerTest {
    private final List<Process> processes = new ArrayList<>();
    private final List<HostLedger> ledgers = new ArrayList<>();

    @TempDir(factory = SharedMemory.class)
    Path directory;

    @AfterEach
    void end() throws IOException, InterruptedException {
        for (HostLedger ledger : ledgers) {
            ledger.close();
        }
        processes.forEach(Process::destroyForcibly);
        for (Process process : processes) {
            process.waitFor();
        }
    }

    Environment environment() throws IOException {
        Map<String, String> variables = Map.of("TASKFARMER_LEDGER_DIR", directory.toString(), "PATH", "/usr/bin:/bin");
        return new Environment(variables, directory, directory, Optional.empty(), Environment.processUid());
    }

    /** Returns a node of 32 CPUs, 64 GiB, with what the user states. */
    static Capacity node(String stated) {
        return Capacity.of(FakeNode.of("0-31", 64), stated.isEmpty() ? Stated.NOTHING : Stated.parse(stated));
    }

    /** Starts a process that stands for a farmer. */
    Process farmer() throws IOException {
        Process process = new ProcessBuilder("sleep", "1000").start();
        processes.add(process);
        return process;
    }

    /** Starts a process that stands for a task, with these variables besides others. */
    Process task(Map<String, String> variables) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
        builder.environment().putAll(variables);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Waits for a condition; one that does not come true fails the test. */
    static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }

    static Identity identity(Process process) throws IOException {
        Identity self = Identity.ofThisProcess(BatchJob.NONE);
        return new Identity(
                self.host(),
                self.boot(),
                self.pidNamespace(),
                process.pid(),
                Identity.startOf(process.pid()),
                BatchJob.NONE);
    }

    HostLedger ledger(Process farmer, Capacity capacity) throws IOException {
        HostLedger ledger = HostLedger.open(new FileStorage(), environment(), identity(farmer), capacity);
        ledgers.add(ledger);
        return ledger;
    }

    HostLedger ledger(Capacity capacity) throws IOException {
        return ledger(farmer(), capacity);
    }
}
