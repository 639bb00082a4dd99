package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.config.BatchJob;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

/** What another farmer has just made, and this one's file system does not show yet. */
class SightTest {
    private static final FakeList LIST = FakeList.ofSize(5);
    private static final int FOR_EVER = Integer.MAX_VALUE;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final BlinkingStorage storage = new BlinkingStorage();
    private final List<Store> open = new ArrayList<>();
    private Path root;
    private Map<String, String> apart;

    @BeforeEach
    void name() throws IOException {
        root = directory.resolve("work");
        apart = Map.of(
                "SCRATCH", Files.createDirectory(directory.resolve("scratch")).toString());
    }

    @AfterEach
    void close() throws IOException {
        for (Store store : open) {
            store.close();
        }
    }

    /** Begins a farm in which one farmer is at work, on another node. */
    private TestStores begin(Map<String, String> variables) throws IOException {
        TestStores stores = new TestStores(new FaultyStorage(), root, variables);
        join(stores, new Identity("node2", "reb00t", "4026531836", 1, 100, BatchJob.NONE));
        return stores;
    }

    private Ids join(TestStores stores) throws IOException {
        return join(stores, TestStores.identity(1));
    }

    private Ids join(TestStores stores, Identity who) throws IOException {
        Store store = stores.open();
        open.add(store);
        return TestStores.join(store, LIST, false, TestStores.joined(who, 2), t -> t.claim(2));
    }

    @ParameterizedTest
    @CsvSource({
        "id, 1",
        "id, 12",
        "locks, 1",
        "locks, 12",
        "lock, 1",
        "lock, 12",
        "tasks, 1",
        "tasks, 12",
        "journal, 1",
        "journal, 12"
    })
    void aNewcomerWaitsForWhatMustBeThere(String name, int looks) throws IOException {
        TestStores first = begin(Map.of());
        storage.hiding(name, looks);
        TestStores second = new TestStores(storage, root);
        assertThat(second.directory()).isEqualTo(first.directory());
        assertThat(join(second)).hasToString("2-3");
        assertThat(storage.looksInVain()).isEqualTo(looks);
        assertThat(second.notices()).isEmpty();
        open.get(0).transact(t -> t.ended(TestStores.ended(0, 1, 0)));
        open.get(1).transact(t -> t.ended(TestStores.ended(2, 1, 0)));
        assertThat(JournalOracle.replay(root).count("finished")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 12})
    void aLockDirectoryApartIsWaitedFor(int looks) throws IOException {
        TestStores first = begin(apart);
        storage.hiding(first.directory().id(), looks);
        TestStores second = new TestStores(storage, root, apart);
        assertThat(join(second)).hasToString("2-3");
        assertThat(storage.looksInVain()).isEqualTo(looks);
        assertThat(second.notices()).isEmpty();
    }

    @Test
    void aLockDirectoryApartThatStaysOutOfSightIsAnotherNodes() throws IOException {
        TestStores first = begin(apart);
        storage.hiding(first.directory().id(), FOR_EVER);
        TestStores second = new TestStores(storage, root, apart);
        assertThatThrownBy(() -> join(second))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.UNTRUSTED))
                .hasMessageContaining("does not exist here on")
                .hasMessageContaining("other farmers may be using it elsewhere");
        assertThat(storage.looksInVain()).isGreaterThan(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "lock", "tasks"})
    void whatStaysOutOfSightIsNamed(String name) throws IOException {
        begin(Map.of());
        storage.hiding(name, FOR_EVER);
        assertThatThrownBy(() -> join(new TestStores(storage, root)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageEndingWith("/" + name);
        storage.hiding("", 0);
        assertThat(join(new TestStores(storage, root))).hasToString("2-3");
    }

    /** It has been seen: so it is gone, and a heartbeat cannot wait. */
    @Test
    void aLockThatHasBeenSeenIsNotWaitedFor() throws IOException {
        join(new TestStores(storage, root));
        Store store = open.get(0);
        storage.hiding("lock", FOR_EVER);
        assertThatThrownBy(store::beat).isInstanceOf(FarmException.class).hasMessageContaining("was deleted");
        assertThatThrownBy(() -> store.transact(t -> null))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("was deleted");
        assertThat(storage.looksInVain()).isEqualTo(2);
    }

    /** The server says that there is one already, and shows it later. */
    @ParameterizedTest
    @ValueSource(strings = {"work", "farm", "locks", "logs"})
    void aDirectoryThatAnotherHasJustMadeComesIntoSight(String name) throws IOException {
        int[] looks = {12};
        Storage late = new ForwardingStorage() {
            @Override
            public void createDirectory(Path path, boolean secret) throws IOException {
                if (path.endsWith(name) && looks[0]-- > 0) {
                    throw new FileAlreadyExistsException(path.toString());
                }
                super.createDirectory(path, secret);
            }
        };
        assertThat(join(new TestStores(late, root))).hasToString("0-1");
        assertThat(looks[0]).isNegative();
        assertThat(root.resolve("logs")).isDirectory();
    }

    @Test
    void anIdThatIsBeingWrittenIsWaitedFor() throws IOException {
        TestStores first = begin(Map.of());
        int[] looks = {12};
        Storage slow = new ForwardingStorage() {
            @Override
            public OpenFile open(Path path, Mode mode) throws IOException {
                OpenFile file = super.open(path, mode);
                return !path.endsWith("id") || looks[0]-- <= 0
                        ? file
                        : new ForwardingFile(file) {
                            @Override
                            public long size() {
                                return 10;
                            }
                        };
            }
        };
        assertThat(new TestStores(slow, root).directory()).isEqualTo(first.directory());
    }

    @Test
    void nothingElseIsTriedAgain() {
        int[] looks = {0};
        assertThatThrownBy(() -> Sight.of(storage, () -> {
                    looks[0]++;
                    throw new AccessDeniedException("x");
                }))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(looks[0]).isEqualTo(1);
    }

    @Test
    void looksForAboutTwoSeconds() throws IOException {
        long[] waited = {0};
        Storage clock = new ForwardingStorage() {
            @Override
            public void pause(long nanos) {
                waited[0] += nanos;
            }
        };
        assertThatThrownBy(() -> Sight.of(clock, () -> {
                    throw new NoSuchFileException("x");
                }))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(waited[0]).isBetween(1_500_000_000L, 2_500_000_000L);
        waited[0] = 0;
        assertThat(Sight.<Boolean>until(clock, seen -> seen, () -> false)).isFalse();
        assertThat(waited[0]).isBetween(1_500_000_000L, 2_500_000_000L);
    }
}
