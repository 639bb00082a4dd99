package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

@Timeout(30)
class LockFileTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private LockFile lock() throws IOException {
        return new LockFile(new FileStorage(), directory.resolve("lock"), 'w', notice -> {});
    }

    @Test
    void createsAFileThatOnlyItsOwnerCanRead() throws IOException {
        try (LockFile lock = lock()) {
            assertThat(lock.line()).isNull();
            assertThat(java.nio.file.attribute.PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory.resolve("lock"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void followsNoSymbolicLink() throws IOException {
        Files.createFile(directory.resolve("target"));
        Files.createSymbolicLink(directory.resolve("lock"), directory.resolve("target"));
        assertThatThrownBy(this::lock).isInstanceOf(IOException.class);
    }

    @Test
    void keepsALine() throws IOException {
        try (LockFile lock = lock()) {
            lock.acquire(() -> SHORT);
            lock.write("a rather long line");
            lock.write("short");
            lock.release();
            assertThat(lock.line()).isEqualTo("short");
        }
        try (LockFile lock = lock()) {
            assertThat(lock.line()).isEqualTo("short");
        }
    }

    @Test
    void excludesAnotherStoreOfThisProcess() throws IOException {
        try (LockFile one = lock();
                LockFile two = lock()) {
            one.acquire(() -> SHORT);
            assertThat(two.acquireNow()).isFalse();
            one.release();
            assertThat(two.acquireNow()).isTrue();
        }
    }

    @Test
    void givesUpAtTheDeadlineAndSaysHowToFindTheHolder() throws IOException {
        try (LockFile one = lock();
                LockFile two = lock()) {
            one.acquire(() -> SHORT);
            assertThatThrownBy(() -> two.acquire(() -> SHORT))
                    .isInstanceOfSatisfying(FarmException.class, e -> {
                        assertThat(e.status()).isEqualTo(ExitStatus.UNTRUSTED);
                        assertThat(e.remedy()).contains("fuser " + directory.resolve("lock"));
                    })
                    .hasMessageContaining("was not to be had");
        }
    }

    @Test
    void waitsUntilTheHolderGivesItBack() throws Exception {
        try (LockFile one = lock();
                LockFile two = lock()) {
            one.acquire(() -> SHORT);
            Thread waiting = new Thread(() -> {
                try {
                    two.acquire(() -> LONG);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            waiting.start();
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            one.release();
            waiting.join();
            assertThat(one.acquireNow()).isFalse();
        }
    }

    @Test
    void stopsWaitingWhenInterrupted() throws IOException {
        try (LockFile one = lock();
                LockFile two = lock()) {
            one.acquire(() -> SHORT);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> two.acquire(() -> LONG)).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void namesTheCureWhereTheFileSystemHasNoLocks() throws IOException {
        Storage without = new LocklessStorage();
        try (LockFile lock = new LockFile(without, directory.resolve("lock"), 'w', notice -> {})) {
            assertThatThrownBy(() -> lock.acquire(() -> SHORT))
                    .isInstanceOfSatisfying(FarmException.class, e -> {
                        assertThat(e.status()).isEqualTo(ExitStatus.UNTRUSTED);
                        assertThat(e.remedy()).contains("SCRATCH");
                    })
                    .hasMessageContaining("Function not implemented");
        }
    }

    // ---- another process ----

    @Test
    void excludesAnotherProcess() throws Exception {
        Process other = LockHolder.start("hold", directory.resolve("lock"));
        try (BufferedReader answers = other.inputReader(StandardCharsets.US_ASCII);
                LockFile lock = lock()) {
            assertThat(answers.readLine()).isEqualTo("held");
            assertThatThrownBy(() -> lock.acquire(() -> SHORT)).isInstanceOf(FarmException.class);
            tell(other);
            assertThat(answers.readLine()).isEqualTo("free");
            lock.acquire(() -> SHORT);
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void isFreeWhenItsHolderWasKilled() throws Exception {
        Process other = LockHolder.start("hold", directory.resolve("lock"));
        try (BufferedReader answers = other.inputReader(StandardCharsets.US_ASCII);
                LockFile lock = lock()) {
            assertThat(answers.readLine()).isEqualTo("held");
            assertThat(lock.acquireNow()).isFalse();
            other.destroyForcibly();
            assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
            lock.acquire(() -> SHORT);
        }
    }

    @Test
    void letsTwoProcessesRecordEachTaskOnce() throws Exception {
        Path root = directory.resolve("work");
        Process other = LockHolder.start("farm", root);
        try (BufferedReader answers = other.inputReader(StandardCharsets.US_ASCII)) {
            assertThat(answers.readLine()).isEqualTo("ready");
            tell(other);
            int here = LockHolder.farm(root);
            int there = Integer.parseInt(answers.readLine());
            assertThat(here + there).isEqualTo(400);
            JournalOracle journal = JournalOracle.replay(root);
            assertThat(journal.ends()).hasSize(400);
            assertThat(journal.count("finished")).isEqualTo(400);
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void letsManyThreadsRecordEachTaskOnce() throws Exception {
        Path root = directory.resolve("work");
        List<CompletableFuture<Void>> farmers = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            farmers.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            done.addAndGet(LockHolder.farm(root));
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    },
                    work -> new Thread(work).start()));
        }
        for (CompletableFuture<Void> farmer : farmers) {
            farmer.get();
        }
        assertThat(done).hasValue(400);
        assertThat(JournalOracle.replay(root).ends()).hasSize(400);
    }

    private static void tell(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** A file system such as Lustre mounted without {@code flock}. */
    private static final class LocklessStorage extends ForwardingStorage {
        @Override
        public OpenFile open(Path path, Mode mode) throws IOException {
            OpenFile file = files.open(path, mode);
            return (OpenFile) java.lang.reflect.Proxy.newProxyInstance(
                    OpenFile.class.getClassLoader(), new Class<?>[] {OpenFile.class}, (proxy, method, args) -> {
                        if (method.getName().equals("tryLock")) {
                            throw new FileSystemException(path.toString(), null, "Function not implemented");
                        }
                        return method.invoke(file, args);
                    });
        }
    }
}
