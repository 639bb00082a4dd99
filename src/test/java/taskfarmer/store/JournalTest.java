package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The journal as a file of batches; what a store makes of a damaged one is tested in {@link DamagedJournalTest}. */
class JournalTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Storage storage = new FileStorage();

    private Path path() {
        return directory.resolve("journal");
    }

    private Journal journal() {
        return new Journal(storage, path());
    }

    private List<Batch> written(Batch... batches) throws IOException {
        Journal journal = journal();
        for (Batch batch : batches) {
            journal.append(batch);
        }
        return List.of(batches);
    }

    private static Batch batch(long sequence, int entries) {
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            ops.add(new Op.Ended((int) sequence * 100_000 + i, 1, i % 16, 1_700_000_000_000_000L + i, i, i % 3));
        }
        return new Batch(sequence, 1, 1_700_000_000_000_000L + sequence, ops);
    }

    private static List<Batch> readAll(Journal journal) throws IOException {
        List<Batch> batches = new ArrayList<>();
        assertThat(journal.read(Long.MAX_VALUE, batches::add)).isNull();
        return batches;
    }

    @Test
    void isEmptyWhenThereIsNoFile() throws IOException {
        assertThat(readAll(journal())).isEmpty();
        assertThat(journal().fileLength()).isZero();
        assertThat(path()).doesNotExist();
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        List<Batch> batches = written(batch(1, 1), batch(2, 0), batch(3, 50));
        Journal journal = journal();
        assertThat(readAll(journal)).isEqualTo(batches);
        assertThat(journal.length()).isEqualTo(Files.size(path()));
        assertThat(journal.sequence()).isEqualTo(3);
    }

    @Test
    void isTextThatPeopleCanRead() throws IOException {
        written(new Batch(1, 0, 17, List.of(new Op.Founded(1, "abc"))), new Batch(2, 1, 18, List.of(new Op.Left(""))));
        assertThat(path())
                .content()
                .matches("batch 1 0 17\nfarm 1 abc\ncommit [0-9a-f]{8}\nbatch 2 1 18\nleave\ncommit [0-9a-f]{8}\n");
    }

    @Test
    void readsOnFromWhereItWas() throws IOException {
        Journal writer = journal();
        Journal reader = journal();
        for (int sequence = 1; sequence <= 5; sequence++) {
            writer.append(batch(sequence, sequence));
            assertThat(readAll(reader)).containsExactly(batch(sequence, sequence));
            assertThat(reader.position()).isEqualTo(writer.position());
        }
    }

    @Test
    void startsFromAnyPositionBetweenTwoBatches() throws IOException {
        Journal journal = journal();
        journal.append(batch(1, 3));
        Journal.Position between = journal.position();
        journal.append(batch(2, 3));
        WorkDirectory work = new WorkDirectory(directory, "id", directory);
        Files.createDirectory(directory.resolve("farm"));
        Files.move(path(), work.journal());
        assertThat(readAll(Journal.at(storage, work, between))).containsExactly(batch(2, 3));
        assertThat(readAll(Journal.at(storage, work, Journal.Position.START))).hasSize(2);
    }

    @Test
    void stopsAtALimit() throws IOException {
        Journal writer = journal();
        writer.append(batch(1, 3));
        long limit = writer.length();
        writer.append(batch(2, 3));
        Journal reader = journal();
        List<Batch> batches = new ArrayList<>();
        assertThat(reader.read(limit, batches::add)).isNull();
        assertThat(batches).containsExactly(batch(1, 3));
    }

    @Test
    void overwritesAnUnfinishedBatch() throws IOException {
        written(batch(1, 3), batch(2, 3));
        long first = Files.readString(path()).indexOf("batch 2");
        byte[] bytes = Files.readAllBytes(path());
        Files.write(path(), Arrays.copyOf(bytes, bytes.length - 1));
        Journal journal = journal();
        Journal.Damage damage = journal.read(Long.MAX_VALUE, batch -> {});
        assertThat(damage).isNotNull();
        assertThat(damage.unfinished()).isTrue();
        assertThat(damage.offset()).isEqualTo(first);
        journal.append(new Batch(2, 7, 1, List.of(new Op.Left(""))));
        assertThat(readAll(journal())).containsExactly(batch(1, 3), new Batch(2, 7, 1, List.of(new Op.Left(""))));
    }

    // ---- borders of the chunks that it is read in ----

    @ParameterizedTest
    @ValueSource(ints = {28_000, 60_000})
    void readsABatchLargerThanAMebibyte(int entries) throws IOException {
        List<Batch> batches = written(batch(1, 2), batch(2, entries), batch(3, 2));
        assertThat(Files.size(path())).isGreaterThan(MEBIBYTE);
        assertThat(readAll(journal())).isEqualTo(batches);
    }

    @Test
    void readsBatchesThatEndAtAnyDistanceFromAMebibyte() throws IOException {
        for (int shift = -40; shift <= 40; shift++) {
            Files.deleteIfExists(path());
            // The reason's length puts the first batch's end just before, at, or behind the border.
            Batch small = new Batch(1, 1, 1, List.of(new Op.Requeued(0, 1, 0, 1, 1, "x")));
            Journal probe = journal();
            probe.append(small);
            int rest = MEBIBYTE - (int) probe.length() + 1 + shift;
            Files.delete(path());
            Batch large = new Batch(1, 1, 1, List.of(new Op.Requeued(0, 1, 0, 1, 1, "x".repeat(rest))));
            Journal writer = journal();
            writer.append(large);
            assertThat(writer.length()).isEqualTo(MEBIBYTE + shift);
            writer.append(batch(2, 1));
            Journal reader = journal();
            assertThat(readAll(reader)).containsExactly(large, batch(2, 1));
            assertThat(reader.position()).isEqualTo(writer.position());
        }
    }

    @Test
    void findsTheUnfinishedBatchWhereverALargeJournalIsCut() throws IOException {
        Random random = new Random(1);
        Journal writer = journal();
        List<Long> ends = new ArrayList<>(List.of(0L));
        for (int sequence = 1; writer.length() < 2.5 * MEBIBYTE; sequence++) {
            writer.append(batch(sequence, sequence == 40 ? 30_000 : random.nextInt(500)));
            ends.add(writer.length());
        }
        byte[] bytes = Files.readAllBytes(path());
        List<Integer> cuts = new ArrayList<>(List.of(MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 2 * MEBIBYTE, bytes.length));
        random.ints(30, 0, bytes.length).forEach(cuts::add);
        ends.forEach(end -> cuts.add(end.intValue()));
        for (int cut : cuts) {
            Files.write(path(), Arrays.copyOf(bytes, cut));
            long expected = ends.stream()
                    .filter(end -> end <= cut)
                    .mapToLong(end -> end)
                    .max()
                    .orElse(0);
            Journal reader = journal();
            Journal.Damage damage = reader.read(Long.MAX_VALUE, batch -> {});
            assertThat(reader.length()).isEqualTo(expected);
            if (expected == cut) {
                assertThat(damage).isNull();
            } else {
                assertThat(damage).isNotNull();
                assertThat(damage.unfinished()).isTrue();
                assertThat(damage.offset()).isEqualTo(expected);
            }
        }
    }

    // ---- damage ----

    @Test
    void refusesBatchesLeftOutMovedOrRepeated() throws IOException {
        written(batch(1, 1), batch(2, 2), batch(3, 3));
        String text = Files.readString(path());
        int second = text.indexOf("batch 2");
        int third = text.indexOf("batch 3");
        String one = text.substring(0, second);
        String two = text.substring(second, third);
        String three = text.substring(third);
        assertDamaged(two + three, 0);
        assertDamaged(one + three, second);
        assertDamaged(one + three + two, second);
        assertDamaged(one + one + two + three, second);
        assertDamaged(one + two + two + three, third);
    }

    @Test
    void refusesABatchOfAnotherHistoryWithTheSameNumber() throws IOException {
        written(batch(1, 1), batch(2, 2), batch(3, 3));
        String text = Files.readString(path());
        Files.delete(path());
        written(batch(1, 2), batch(2, 2), batch(3, 3));
        String other = Files.readString(path());
        int second = text.indexOf("batch 2");
        assertDamaged(text.substring(0, second) + other.substring(other.indexOf("batch 2")), second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "\0\0\0\0",
                "\0\n",
                "batch\n",
                "batch 2 x 1\n",
                "rubbish\n",
                "batch 2 1 1\nrubbish\n",
                "batch 2 1 1\nbatch 3 1 1\n",
                "batch 2 1 1\nleave\ncommit 00000000\n",
                "commit 00000000\n"
            })
    void namesTheOffsetOfTheFirstBadBatch(String tail) throws IOException {
        written(batch(1, 1));
        long length = Files.size(path());
        Files.writeString(path(), Files.readString(path()) + tail);
        Journal journal = journal();
        Journal.Damage damage = journal.read(Long.MAX_VALUE, batch -> {});
        assertThat(damage).isNotNull();
        assertThat(damage.offset()).isEqualTo(length);
        assertThat(damage.unfinished()).isEqualTo(tail.equals("\0\0\0\0"));
        assertThat(journal.length()).isEqualTo(length);
    }

    @Test
    void passesOnWhatIsNotDamage() throws IOException {
        written(batch(1, 1));
        assertThatThrownBy(() -> journal().read(Long.MAX_VALUE, batch -> {
                    throw new AssertionError("not the journal's fault");
                }))
                .isInstanceOf(AssertionError.class);
    }

    private void assertDamaged(String text, long offset) throws IOException {
        Files.writeString(path(), text, StandardCharsets.ISO_8859_1);
        Journal.Damage damage = journal().read(Long.MAX_VALUE, batch -> {});
        assertThat(damage).isNotNull();
        assertThat(damage.unfinished()).isFalse();
        assertThat(damage.offset()).isEqualTo(offset);
        assertThat(damage.refusal(path())).hasMessageContaining("damaged at byte " + offset);
    }
}
