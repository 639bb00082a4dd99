package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.config.Environment;
import taskfarmer.model.Command;
import taskfarmer.model.ExitStatus;
import taskfarmer.process.Logs;
import taskfarmer.process.PlainCommands;
import taskfarmer.process.Reaper;
import taskfarmer.process.Shells;
import taskfarmer.process.SlotShell;
import taskfarmer.runners.BasicRunner;
import taskfarmer.store.FailingStorage;
import taskfarmer.store.FakeList;
import taskfarmer.store.JournalOracle;
import taskfarmer.store.Op;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;
import taskfarmer.view.Views;

/** A whole farmer with real tasks, on files that fail while it works. */
@Timeout(120)
class FailingFilesTest {
    private static final int TASKS = 30;
    private static final int PLACES = 8;
    private static final AtomicLong TOKENS = new AtomicLong(System.nanoTime());

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** Takes down what a farmer has to say. */
    private static final class Notes implements FarmListener {
        private final FailingStorage storage;
        private final List<String> lines = new ArrayList<>();
        private int firstStart;
        private int lastEnd;

        Notes(FailingStorage storage) {
            this.storage = storage;
        }

        @Override
        public synchronized void started(int task, int attempt, int slot, Command command) {
            firstStart = firstStart == 0 ? storage.operations() : firstStart;
        }

        @Override
        public synchronized void ended(Op.Ended end, Path log) {
            lastEnd = storage.operations();
        }

        @Override
        public synchronized void cancelled(int task, double seconds) {
            lastEnd = storage.operations();
        }

        @Override
        public synchronized void stopping(Stop.Reason reason, int running) {
            lines.add(reason.message());
        }

        @Override
        public synchronized void notice(String message) {
            lines.add(message);
        }
    }

    private static ExitStatus farm(FailingStorage storage, Path root, Notes notes)
            throws IOException, InterruptedException {
        Environment environment =
                new Environment(System.getenv(), root, root, Optional.empty(), Environment.processUid());
        Shells shells = Shells.find(environment, "bash");
        String token = "failing-files." + TOKENS.incrementAndGet();
        Path logs = Files.createDirectories(root.resolve("logs"));
        List<String> commands = new ArrayList<>();
        for (int id = 0; id < TASKS; id++) {
            commands.add("echo " + id + " >> \"$TASKFARMER_WORKDIR/ran\"; sleep 0.0" + id % 4);
        }
        try (Store store = new TestStores(storage, root).openAlone();
                Views views = new Views(storage, store);
                Reaper reaper = new Reaper(shells, token, Duration.ofSeconds(1), Duration.ofSeconds(60))) {
            SlotShell.Setting setting = new SlotShell.Setting(
                    shells,
                    reaper,
                    new PlainCommands(environment),
                    Map.of(),
                    token,
                    root,
                    Logs.kept(logs),
                    Optional.empty());
            Farm.Options options = new Farm.Options(
                    2,
                    Duration.ofSeconds(1),
                    Duration.ofMillis(100),
                    false,
                    false,
                    false,
                    Set.of(),
                    root,
                    root,
                    name -> new BasicRunner(),
                    Supplies.UNCOUNTED,
                    setting,
                    InstantSource.system(),
                    Orders.NONE);
            return new Farm(store, views, reaper, new Stop(), options, notes)
                    .run(new FakeList(commands), TestStores.joined(2));
        }
    }

    private static List<String> ran(Path root) throws IOException {
        return Files.readAllLines(root.resolve("ran"));
    }

    private static void checkRecords(Path root) throws IOException {
        JournalOracle journal = JournalOracle.replay(root);
        assertThat(journal.count("finished")).isEqualTo(TASKS);
        assertThat(journal.ends()).hasSize(TASKS);
        journal.checkViews();
        assertThat(new HashSet<>(ran(root))).hasSize(TASKS);
    }

    private interface Check {
        void at(int operation, Path root) throws Exception;
    }

    /** Lets a file system fail at many places between the first task's start and the last one's end. */
    private void everywhere(Check check) throws Exception {
        FailingStorage whole = new FailingStorage("");
        Path root = Files.createDirectory(directory.resolve("whole"));
        Notes notes = new Notes(whole);
        assertThat(farm(whole, root, notes)).isEqualTo(ExitStatus.DONE);
        checkRecords(root);
        List<Integer> operations = new ArrayList<>();
        for (int place = 0; place < PLACES; place++) {
            operations.add(notes.firstStart
                    + 1
                    + (notes.lastEnd - notes.firstStart) * place / (PLACES * 2)); // on a busy machine a run makes fewer
        }
        at(operations, check);
    }

    private void at(List<Integer> operations, Check check) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int operation : operations) {
                Path own = Files.createDirectory(directory.resolve("run" + running.size()));
                Callable<Void> run = () -> {
                    check.at(operation, own);
                    return null;
                };
                running.add(threads.submit(run));
            }
            for (Future<?> run : running) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Stale file handle", "Transport endpoint is not connected"})
    void goesOnWhenTheFileSystemIsBack(String error) throws Exception {
        everywhere((operation, root) -> {
            FailingStorage storage = new FailingStorage(error).failing(operation, operation + 4);
            Notes notes = new Notes(storage);
            ExitStatus status = farm(storage, root, notes);
            assertThat(status).as(storage.failed() + " " + notes.lines).isEqualTo(ExitStatus.DONE);
            checkRecords(root);
            assertThat(storage.failed()).isNotEmpty();
            assertThat(ran(root)).as(storage.failed()).hasSize(TASKS); // nothing was done twice
        });
    }

    /** What was claimed is known, and what it is cannot be read: it is not forgotten. */
    @Test
    void goesOnWhenTheTasksCannotBeReadOnce() throws Exception {
        FailingStorage whole = new FailingStorage("");
        Path root = Files.createDirectory(directory.resolve("whole"));
        Notes notes = new Notes(whole);
        assertThat(farm(whole, root, notes)).isEqualTo(ExitStatus.DONE);
        int joined = whole.operationsOn("farmer-1").get(0);
        List<Integer> operations = whole.operationsOn("tasks").stream()
                .filter(operation -> operation > joined)
                .limit(8)
                .toList();
        assertThat(operations).isNotEmpty();
        at(operations, (operation, own) -> {
            FailingStorage storage = new FailingStorage("Stale file handle").failing(operation, operation);
            ExitStatus status = farm(storage, own, new Notes(storage));
            assertThat(status).as(storage.failed()).isEqualTo(ExitStatus.DONE);
            checkRecords(own);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Input/output error", "No locks available"})
    void endsWhenTheFileSystemFailsForGood(String error) throws Exception {
        everywhere((operation, root) -> {
            FailingStorage storage = new FailingStorage(error).failing(operation, Integer.MAX_VALUE);
            Notes notes = new Notes(storage);
            ExitStatus status = farm(storage, root, notes);
            assertThat(status).as(storage.failed()).isEqualTo(ExitStatus.UNTRUSTED);
            assertThat(notes.lines).anyMatch(line -> line.contains(error) && line.contains(root.toString()));
            storage.mend();
            assertThat(farm(storage, root, new Notes(storage))).isEqualTo(ExitStatus.DONE);
            checkRecords(root);
        });
    }

    @Test
    void losesNothingIfTheServerIsAwayForSomeTime() throws Exception {
        Path root = Files.createDirectory(directory.resolve("away"));
        FailingStorage storage = new FailingStorage("Transport endpoint is not connected");
        Notes notes = new Notes(storage);
        Thread server = new Thread(() -> {
            try {
                while (notes.firstStart == 0) {
                    Thread.sleep(5);
                }
                storage.failNow();
                Thread.sleep(1500); // the moment is the point
                storage.mend();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        assertThat(farm(storage, root, notes)).isEqualTo(ExitStatus.DONE);
        server.join();
        assertThat(notes.lines).anyMatch(line -> line.startsWith("waiting for the file system: " + root));
        checkRecords(root);
        assertThat(ran(root)).hasSize(TASKS);
    }
}
