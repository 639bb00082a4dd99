package taskfarmer.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.store.FakeList;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Op;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;
import taskfarmer.store.WorkDirectory;

class StandingTest {
    private static final FakeList LIST = FakeList.of("a", "b", "c", "d", "e", "f", "g", "h");

    /** A moment after all that the stores' clock gives. */
    private static final long NOW = 1_700_000_000_000_000L + 100_000_000;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Storage storage = new FileStorage();
    private Path root;
    private TestStores stores;

    @BeforeEach
    void make() throws IOException {
        root = directory.resolve("work");
        stores = new TestStores(storage, root);
    }

    private Standing standing() throws IOException {
        History history = History.inShort(storage, WorkDirectory.existing(storage, root, "work"));
        return Standing.of(history, new LifeSigns(history.directory().locks()), NOW);
    }

    private void beat(int farmer, long secondsAgo) throws IOException {
        Path file = root.resolve("farm/locks/farmer-" + farmer);
        Files.setLastModifiedTime(file, FileTime.fromMillis(NOW / 1000 - secondsAgo * 1000));
    }

    @Test
    void countsTasksByState() throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(5));
            store.transact(t -> {
                t.ended(TestStores.ended(0, 1, 0));
                t.ended(TestStores.ended(1, 1, 3));
                t.started(TestStores.started(3, 1));
                t.started(TestStores.started(2, 1));
                return null;
            });
            beat(1, 7);
            Standing standing = standing();
            assertThat(standing.counts()).isEqualTo(new Standing.Counts(3, 1, 2, 1, 1, 0, 0));
            assertThat(standing.counts().total()).isEqualTo(8);
            assertThat(standing.course()).isEqualTo(Standing.Course.RUNNING);
            assertThat(standing.slots()).isEqualTo(2);
            assertThat(standing.farmers()).hasSize(1);
            Standing.Farmer farmer = standing.farmers().get(0);
            assertThat(farmer.claimed()).isEqualTo(1);
            assertThat(farmer.running()).extracting(Standing.Running::task).containsExactly(2, 3);
            assertThat(farmer.sign().age().orElseThrow()).isEqualTo(7);
            assertThat(farmer.tally().finished()).isEqualTo(1);
            assertThat(standing.failures()).extracting(Tally.Failure::task).containsExactly(1);
            assertThat(standing.eta()).isPresent();
        }
    }

    @Test
    void countsASlotOnceThatIsSeenWithTwoTasks() throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(3));
            store.transact(t -> {
                t.started(new Op.Started(0, 1, 1, 1_700_000_000_000_000L + 10));
                return null;
            });
            store.transact(t -> {
                t.started(new Op.Started(2, 1, 0, 1_700_000_000_000_000L + 20));
                t.started(new Op.Started(1, 1, 1, 1_700_000_000_000_000L + 30));
                return null;
            });
            Standing.Farmer farmer = standing().farmers().get(0);
            assertThat(farmer.running()).hasSize(3);
            assertThat(farmer.busySlots()).isEqualTo(2);
        }
    }

    @Test
    void takesAFarmerWithAnOldHeartbeatForSilent() throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(2));
            beat(1, 60);
            assertThat(standing().farmers().get(0).sign().kind()).isEqualTo(LifeSigns.Kind.BEATING);
            beat(1, 61);
            Standing standing = standing();
            assertThat(standing.farmers().get(0).sign().kind()).isEqualTo(LifeSigns.Kind.SILENT);
            assertThat(standing.course()).isEqualTo(Standing.Course.DESERTED);
            assertThat(standing.slots()).isZero();
            assertThat(standing.eta()).isEmpty();
            assertThat(standing.elapsed()).isLessThan(1);
        }
    }

    @Test
    void isNotDisturbedByAClockThatIsBehind() throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(2));
            beat(1, -500);
            assertThat(standing().farmers().get(0).sign().age().orElseThrow()).isZero();
        }
    }

    @Test
    void hopesForAFarmerWhoseHeartbeatCannotBeSeen() throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(2));
            Files.delete(root.resolve("farm/locks/farmer-1"));
            Standing standing = standing();
            assertThat(standing.farmers().get(0).sign().kind()).isEqualTo(LifeSigns.Kind.UNSEEN);
            assertThat(standing.farmers().get(0).sign().age()).isEmpty();
            assertThat(standing.course()).isEqualTo(Standing.Course.RUNNING);
        }
    }

    @Test
    void knowsWhoLeftBeforeTheEnd() throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(2));
            store.leave(
                    t -> {
                        t.requeued(TestStores.requeued(0, 1));
                        t.requeued(TestStores.requeued(1, 1));
                        return null;
                    },
                    "SIGTERM");
        }
        Standing standing = standing();
        assertThat(standing.course()).isEqualTo(Standing.Course.STOPPED);
        assertThat(standing.left()).isEqualTo(1);
        assertThat(standing.requeues()).isEqualTo(2);
        assertThat(standing.lately()).extracting(gone -> gone.tally().reason()).containsExactly("SIGTERM");
    }

    @Test
    void isDoneWhenNothingIsLeft() throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(8));
            store.leave(t -> {
                for (int id = 0; id < 8; id++) {
                    t.ended(TestStores.ended(id, 1, 0));
                }
                return null;
            });
        }
        Standing standing = standing();
        assertThat(standing.course()).isEqualTo(Standing.Course.DONE);
        assertThat(standing.lately()).isEmpty();
        assertThat(standing.rate()).isZero();
    }

    @Test
    void readsOnlyTheEndOfALog() throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> null);
        }
        Files.writeString(root.resolve("logs/log_2"), "x".repeat(10_000) + "\nthe end\n\n");
        Files.writeString(root.resolve("logs/log_3"), "y".repeat(10_000));
        Files.writeString(root.resolve("logs/log_4"), "10 %\r20 %\r");
        Files.writeString(root.resolve("logs/log_5"), "\n \n");
        History history = History.inShort(storage, WorkDirectory.existing(storage, root, "work"));
        Excerpts excerpts = new Excerpts(storage, history);
        assertThat(text(excerpts.lastLine(2))).isEqualTo("the end");
        assertThat(text(excerpts.lastLine(3))).isEqualTo("y".repeat(4096));
        assertThat(text(excerpts.lastLine(4))).isEqualTo("20 %");
        assertThat(text(excerpts.lastLine(5))).isEmpty();
        assertThat(text(excerpts.lastLine(6))).isEmpty();
        assertThat(excerpts.log(6)).isEmpty();
        assertThat(excerpts.log(2)).contains(root.resolve("logs/log_2"));
        assertThat(excerpts.command(7).text()).isEqualTo("h");
    }

    private static String text(byte[] line) {
        return new String(line, StandardCharsets.UTF_8);
    }
}
