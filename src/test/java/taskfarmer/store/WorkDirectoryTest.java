package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.config.Environment;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

class WorkDirectoryTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private WorkDirectory open(Path root, Map<String, String> variables) throws IOException {
        return WorkDirectory.open(new FileStorage(), root, TestStores.environment(directory, variables));
    }

    private WorkDirectory open(Path root) throws IOException {
        return open(root, Map.of());
    }

    private static void assertRefused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable action, ExitStatus status, String text) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(status);
                    assertThat(e.remedy()).isNotEmpty();
                })
                .hasMessageContaining(text);
    }

    @Test
    void isMadeWithARandomIdThatStays() throws IOException {
        WorkDirectory work = open(directory.resolve("work"));
        assertThat(work.id()).matches("[0-9a-f]{16}");
        assertThat(open(directory.resolve("work"))).isEqualTo(work);
        assertThat(open(directory.resolve("other")).id()).isNotEqualTo(work.id());
        assertThat(names(directory.resolve("work/farm"))).containsExactlyInAnyOrder("id", "locks");
    }

    private static List<String> names(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    @Test
    void keepsItsLocksInsideWhereThereIsNoScratch() throws IOException {
        assertThat(open(directory.resolve("work")).locks()).isEqualTo(directory.resolve("work/farm/locks"));
        assertThat(open(directory.resolve("other"), Map.of("SCRATCH", "")).locks())
                .isEqualTo(directory.resolve("other/farm/locks"));
    }

    @Test
    void keepsItsLocksBelowScratchForEver() throws IOException {
        Path scratch = Files.createDirectory(directory.resolve("scratch"));
        WorkDirectory work = open(directory.resolve("work"), Map.of("SCRATCH", scratch.toString()));
        assertThat(work.locks())
                .isEqualTo(scratch.resolve(".taskfarmer-" + Environment.processUid())
                        .resolve(work.id()));
        assertThat(open(directory.resolve("work"))).isEqualTo(work);
        assertThat(open(directory.resolve("work"), Map.of("SCRATCH", "/nowhere")))
                .isEqualTo(work);
    }

    @Test
    void mayBeMovedWithItsLocks() throws IOException {
        WorkDirectory before = open(directory.resolve("work"));
        Files.move(directory.resolve("work"), directory.resolve("moved"));
        WorkDirectory after = open(directory.resolve("moved"));
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.locks()).isEqualTo(directory.resolve("moved/farm/locks"));
    }

    @Test
    void refusesAScratchThatIsMissing() {
        assertRefused(
                () -> open(directory.resolve("work"), Map.of("SCRATCH", directory + "/missing")),
                ExitStatus.UNTRUSTED,
                "SCRATCH is set to " + directory + "/missing, which is no directory");
    }

    @Test
    void refusesAFileInItsPlace() throws IOException {
        Path file = Files.createFile(directory.resolve("work"));
        assertRefused(() -> open(file), ExitStatus.USAGE, "is not a directory");
    }

    @Test
    void refusesToMakeMoreThanItself() {
        assertRefused(() -> open(directory.resolve("a/b")), ExitStatus.USAGE, "does not exist");
    }

    @Test
    void refusesTheDirectoryOfAnotherUser() throws IOException {
        assumeThat(Environment.processUid()).isZero();
        open(directory.resolve("work"));
        Files.setAttribute(directory.resolve("work"), "unix:uid", 12345);
        assertRefused(() -> open(directory.resolve("work")), ExitStatus.UNTRUSTED, "belongs to another user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"taskfarmer 2\nid x\nlocks farm/locks\n", "taskfarmer 10\n"})
    void refusesANewerFormat(String contents) throws IOException {
        open(directory.resolve("work"));
        Path id = directory.resolve("work/farm/id");
        Files.writeString(id, contents);
        assertRefused(() -> open(directory.resolve("work")), ExitStatus.UNTRUSTED, "format version");
        assertThat(id).hasContent(contents);
    }

    @ParameterizedTest
    @ValueSource(strings = {"taskfarmer 1\n", "taskfarmer 1\nid abc\n", "taskfarmer 1\nlocks farm/locks\n", ""})
    void refusesADamagedIdFile(String contents) throws IOException {
        open(directory.resolve("work"));
        Files.writeString(directory.resolve("work/farm/id"), contents);
        Storage hasty = new ForwardingStorage();
        assertRefused(
                () -> WorkDirectory.open(hasty, directory.resolve("work"), TestStores.environment(directory, Map.of())),
                ExitStatus.UNTRUSTED,
                "is damaged");
    }

    @Test
    void ignoresWhatNewerProgramsSayBesides() throws IOException {
        WorkDirectory work = open(directory.resolve("work"));
        Path id = directory.resolve("work/farm/id");
        Files.writeString(id, Files.readString(id) + "colour blue\n");
        assertThat(open(directory.resolve("work"))).isEqualTo(work);
    }

    @Test
    void isOneWhenManyMakeItAtOnce() throws Exception {
        Path scratch = Files.createDirectory(directory.resolve("scratch"));
        int founders = 8;
        ExecutorService threads = Executors.newFixedThreadPool(founders);
        try {
            for (int round = 0; round < 30; round++) {
                Path root = directory.resolve("work" + round);
                CyclicBarrier start = new CyclicBarrier(founders);
                List<Future<WorkDirectory>> opened = new ArrayList<>();
                for (int i = 0; i < founders; i++) {
                    opened.add(threads.submit(() -> {
                        start.await();
                        return open(root, Map.of("SCRATCH", scratch.toString()));
                    }));
                }
                Set<WorkDirectory> distinct = new HashSet<>();
                for (Future<WorkDirectory> work : opened) {
                    distinct.add(work.get());
                }
                assertThat(distinct).hasSize(1);
                assertThat(names(root.resolve("farm"))).containsExactly("id");
                WorkDirectory work = distinct.iterator().next();
                assertThat(names(work.locks().getParent())).hasSize(round + 1).contains(work.id());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** A file system such as some FUSE mounts. */
    @Test
    void isMadeWhereThereAreNoHardLinks() throws IOException {
        Storage linkless = new LinklessStorage();
        WorkDirectory work =
                WorkDirectory.open(linkless, directory.resolve("work"), TestStores.environment(directory, Map.of()));
        assertThat(open(directory.resolve("work"))).isEqualTo(work);
        assertThat(names(directory.resolve("work/farm"))).containsExactlyInAnyOrder("id", "locks");
    }

    private static final class LinklessStorage extends ForwardingStorage {
        @Override
        public void link(Path existing, Path name) throws IOException {
            throw new java.nio.file.FileSystemException(name.toString(), null, "Operation not permitted");
        }
    }
}
