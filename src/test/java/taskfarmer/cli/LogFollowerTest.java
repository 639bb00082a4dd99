package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.farm.Stop;
import taskfarmer.history.History;
import taskfarmer.store.FakeList;
import taskfarmer.store.FileStorage;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;
import taskfarmer.store.WorkDirectory;

@Timeout(60)
class LogFollowerTest {
    private static final int ATTEMPTS = 200;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Storage storage = new FileStorage();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(); // safe for two threads
    private Path root;
    private Store store;

    @BeforeEach
    void join() throws IOException {
        root = directory.resolve("work");
        store = new TestStores(storage, root).open();
        TestStores.join(store, FakeList.of("task"), false, TestStores.joined(1), t -> null);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** Returns what is printed in the end. */
    private FutureTask<String> follow(OptionalInt lines) throws IOException {
        WorkDirectory work = WorkDirectory.existing(storage, root, "work");
        History history = History.inShort(storage, work);
        LogFiles logs = new LogFiles(storage, work, history.state());
        Output output = new Output(new ByteArrayOutputStream(), err, false);
        FutureTask<String> following = new FutureTask<>(() -> {
            new LogFollower(history, logs, new Stop(), output, 0).follow(out, lines);
            output.flush();
            return out.toString();
        });
        Thread thread = new Thread(following);
        thread.setDaemon(true);
        thread.start();
        return following;
    }

    /** Begins an attempt as a farmer does: the journal first, then the log of the attempt before, then the new one. */
    private void begin(int attempt) throws IOException {
        store.transact(t -> t.claim(1));
        Path log = root.resolve("logs/log_0");
        if (attempt > 1) {
            Files.move(log, root.resolve("logs/log_0." + (attempt - 1)), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.writeString(log, "attempt " + attempt + " begins\n");
    }

    private void end(int attempt, boolean last) throws IOException {
        Files.writeString(root.resolve("logs/log_0"), "attempt " + attempt + " ends\n", StandardOpenOption.APPEND);
        store.transact(
                t -> last ? t.ended(TestStores.ended(0, attempt, 0)) : t.requeued(TestStores.requeued(0, attempt)));
    }

    /** Attempts may come and go faster than anybody looks: each is shown once, in order. */
    @Test
    void leavesNoAttemptOutAndShowsNoneTwice() throws Exception {
        begin(1);
        FutureTask<String> following = follow(OptionalInt.empty());
        await().until(() -> out.size() > 0); // it begins with the attempt that it finds
        StringBuilder expected = new StringBuilder();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (attempt > 1) {
                begin(attempt);
            }
            if (attempt % 20 == 0) {
                TimeUnit.MILLISECONDS.sleep(attempt); // so that looks come at all moments
            }
            end(attempt, attempt == ATTEMPTS);
            expected.append("attempt " + attempt + " begins\nattempt " + attempt + " ends\n");
        }
        assertThat(following.get()).isEqualTo(expected.toString());
    }

    @Test
    void beginsWithTheLastLinesIfThatIsWished() throws Exception {
        begin(1);
        end(1, true);
        assertThat(follow(OptionalInt.of(1)).get()).isEqualTo("attempt 1 ends\n");
        assertThat(follow(OptionalInt.of(0)).get()).as("nothing more").isEqualTo("attempt 1 ends\n");
    }

    @Test
    void saysThatALogIsMissing() throws Exception {
        begin(1);
        end(1, true);
        Files.delete(root.resolve("logs/log_0"));
        assertThat(follow(OptionalInt.empty()))
                .failsWithin(java.time.Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("the log of task 0 is missing");
    }
}
