package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

/** A store and a journal in which bytes are missing or wrong: what is unfinished goes, all else is refused untouched. */
class DamagedJournalTest {
    private static final FakeList LIST = FakeList.ofSize(4);
    private static final String JOURNAL = "farm/journal";
    private static final String LOCK = "farm/locks/lock";

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private int directories;
    private Snapshot whole;
    private byte[] journal;
    private final List<Snapshot> afterBatch = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>(List.of(0));

    @BeforeEach
    void writeAJournalOfSeveralBatches() throws IOException {
        Path root = directory.resolve("original");
        TestStores stores = new TestStores(new FaultyStorage(), root);
        try (Store store = stores.open()) {
            afterBatch.add(Snapshot.of(root));
            TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(2));
            remember(root);
            store.transact(t -> t.ended(TestStores.ended(0, 1, 0)));
            remember(root);
            store.transact(t -> {
                t.started(TestStores.started(1, 1));
                t.requeued(TestStores.requeued(1, 1));
                return t.claim(2);
            });
            remember(root);
            store.transact(t -> t.ended(TestStores.ended(1, 2, 7)));
            remember(root);
            store.leave(t -> null);
            remember(root);
        }
        whole = afterBatch.get(afterBatch.size() - 1);
        journal = whole.bytes(JOURNAL);
    }

    private void remember(Path root) throws IOException {
        afterBatch.add(Snapshot.of(root));
        ends.add((int) Files.size(root.resolve(JOURNAL)));
    }

    private Path restored(Snapshot snapshot) throws IOException {
        Path root = directory.resolve("copy" + directories++);
        snapshot.restore(root);
        return root;
    }

    /** What a store makes of a work directory. */
    private String stateOf(Path root, List<String> notices) throws IOException {
        TestStores stores = new TestStores(new FaultyStorage(), root);
        try (Store store = stores.open(TestStores.ALL_GONE)) {
            return store.transact(t -> describe(t.state()));
        } finally {
            notices.addAll(stores.notices());
        }
    }

    private static String describe(State state) {
        StringBuilder text = new StringBuilder();
        for (int task = 0; task < state.size(); task++) {
            text.append(state.phase(task)).append(state.attempts(task)).append(' ');
        }
        return text + state.claims().toString() + state.farmers() + state.list() + state.tasksLength();
    }

    private int batchesBefore(int offset) {
        int batches = 0;
        while (batches + 1 < ends.size() && ends.get(batches + 1) <= offset) {
            batches++;
        }
        return batches;
    }

    @Test
    void dropsOnlyTheUnfinishedBatchWhereverTheJournalIsCut() throws IOException {
        List<String> states = new ArrayList<>();
        for (Snapshot snapshot : afterBatch) {
            states.add(stateOf(restored(snapshot), new ArrayList<>()));
        }
        for (int cut = 0; cut <= journal.length; cut++) {
            int batches = batchesBefore(cut);
            // As a crash leaves it: the witness is the one of the last whole batch.
            Snapshot left = whole.with(JOURNAL, Arrays.copyOf(journal, cut))
                    .with(
                            LOCK,
                            afterBatch.get(batches).bytes(LOCK) == null
                                    ? new byte[0]
                                    : afterBatch.get(batches).bytes(LOCK));
            Path root = restored(left);
            List<String> notices = new ArrayList<>();
            assertThat(stateOf(root, notices)).as("cut at %d", cut).isEqualTo(states.get(batches));
            assertThat(notices).isEmpty();
            TestStores stores = new TestStores(new FaultyStorage(), root);
            try (Store store = stores.open(TestStores.ALL_GONE)) {
                TestStores.join(store, LIST, false, TestStores.joined(1), t -> t.claim(4));
            }
            byte[] after = Files.readAllBytes(root.resolve(JOURNAL));
            assertThat(Arrays.copyOf(after, ends.get(batches))).isEqualTo(Arrays.copyOf(journal, ends.get(batches)));
            JournalOracle oracle = JournalOracle.replay(root);
            assertThat(oracle.batches()).isEqualTo(batches + 1);
            assertThat(oracle.size()).isEqualTo(4);
            Snapshot.remove(root);
        }
    }

    @Test
    void refusesEveryFlippedByteAndTouchesNothing() throws IOException {
        String expected = stateOf(restored(whole), new ArrayList<>());
        int harmless = 0;
        for (int at = 0; at < journal.length; at++) {
            for (int mask : new int[] {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff}) {
                byte[] flipped = journal.clone();
                flipped[at] ^= (byte) mask;
                Snapshot damaged = whole.with(JOURNAL, flipped);
                Path root = restored(damaged);
                String what = "byte " + at + " ^ " + mask;
                try {
                    assertThat(stateOf(root, new ArrayList<>())).as(what).isEqualTo(expected);
                    // Only one thing is not told apart: the case of a digit of a checksum.
                    assertThat(mask).as(what).isEqualTo(0x20);
                    assertThat(journal[at]).as(what).isBetween((byte) 'a', (byte) 'f');
                    harmless++;
                } catch (FarmException e) {
                    assertThat(e.status()).isEqualTo(ExitStatus.UNTRUSTED);
                    assertThat(e).as(what).hasMessageContaining("damaged at byte " + ends.get(batchesBefore(at)) + ":");
                    assertThat(e.remedy()).contains("Nothing was changed");
                } catch (RuntimeException e) {
                    fail(what, e);
                }
                assertThat(Snapshot.of(root)).as(what).isEqualTo(damaged);
                Snapshot.remove(root);
            }
        }
        assertThat(harmless).isLessThan(5 * 8);
    }

    @Test
    void refusesBatchesLeftOutOrSwappedAndTouchesNothing() throws IOException {
        String text = new String(journal, StandardCharsets.ISO_8859_1);
        List<String> batches = new ArrayList<>();
        for (int i = 1; i < ends.size(); i++) {
            batches.add(text.substring(ends.get(i - 1), ends.get(i)));
        }
        for (int i = 0; i + 1 < batches.size(); i++) {
            List<String> swapped = new ArrayList<>(batches);
            swapped.set(i, batches.get(i + 1));
            swapped.set(i + 1, batches.get(i));
            assertRefused(swapped, ends.get(i));
            List<String> leftOut = new ArrayList<>(batches);
            leftOut.remove(i);
            assertRefused(leftOut, ends.get(i));
            List<String> twice = new ArrayList<>(batches);
            twice.add(i, batches.get(i));
            assertRefused(twice, ends.get(i + 1));
        }
    }

    /** Without a witness: the journal alone must show it. */
    private void assertRefused(List<String> batches, int offset) throws IOException {
        Snapshot damaged = whole.with(JOURNAL, String.join("", batches).getBytes(StandardCharsets.ISO_8859_1))
                .with(LOCK, new byte[0]);
        Path root = restored(damaged);
        try {
            fail("read as " + stateOf(root, new ArrayList<>()));
        } catch (FarmException e) {
            assertThat(e).hasMessageContaining("damaged at byte " + offset + ":");
        }
        assertThat(Snapshot.of(root)).isEqualTo(damaged);
    }

    /** A power cut leaves the length of a write without its bytes; that is no excuse for what is wrong before it. */
    @Test
    void dropsNulBytesAtTheEndButNoFinishedBatch() throws IOException {
        String expected = stateOf(restored(whole), new ArrayList<>());
        byte[] longer = Arrays.copyOf(journal, journal.length + 5000);
        assertThat(stateOf(restored(whole.with(JOURNAL, longer)), new ArrayList<>()))
                .isEqualTo(expected);
        for (int batch = 0; batch + 1 < ends.size(); batch++) {
            byte[] flipped = longer.clone();
            flipped[ends.get(batch) + 8] ^= 1;
            Snapshot damaged = whole.with(JOURNAL, flipped).with(LOCK, new byte[0]);
            Path root = restored(damaged);
            int offset = ends.get(batch);
            assertThatThrownBy(() -> stateOf(root, new ArrayList<>()))
                    .as("batch %d", batch)
                    .isInstanceOf(FarmException.class)
                    .hasMessageContaining("damaged at byte " + offset + ":");
            assertThat(Snapshot.of(root)).isEqualTo(damaged);
        }
    }

    @Test
    void refusesAnEntryThatItDoesNotKnow() throws IOException {
        byte[] newer = new String(journal, StandardCharsets.ISO_8859_1)
                .replaceFirst("\nleave\n", "\nresign\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        Path root = restored(whole.with(JOURNAL, newer));
        assertThatThrownBy(() -> stateOf(root, new ArrayList<>()))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("unknown entry 'resign'");
    }

    @Test
    void refusesAJournalOfANewerFormat() throws IOException {
        Path root = restored(whole.without(JOURNAL).with(LOCK, new byte[0]));
        WorkDirectory work = new TestStores(new FileStorage(), root).directory();
        Op founded = new Op.Founded(WorkDirectory.VERSION + 1, work.id());
        new Journal(new FileStorage(), work.journal()).append(new Batch(1, 0, 1, List.of(founded)));
        Snapshot before = Snapshot.of(root);
        assertThatThrownBy(() -> stateOf(root, new ArrayList<>()))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.UNTRUSTED))
                .hasMessageContaining("format version '2'");
        assertThat(Snapshot.of(root)).isEqualTo(before);
    }
}
