package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

/** Journal, lock and witness contradict each other: accepted only where nobody else can be the cause. */
class WitnessTest {
    private static final FakeList LIST = FakeList.ofSize(5);

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private Path root;
    private Path journal;
    private Path lock;
    private TestStores stores;
    private Store store;
    private byte[] lockAfterJoining;
    private byte[] journalAfterJoining;

    @BeforeEach
    void joinAndWork() throws IOException {
        root = directory.resolve("work");
        journal = root.resolve("farm/journal");
        lock = root.resolve("farm/locks/lock");
        stores = new TestStores(new FaultyStorage(), root);
        store = stores.open();
        TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(2));
        lockAfterJoining = Files.readAllBytes(lock);
        journalAfterJoining = Files.readAllBytes(journal);
        store.transact(t -> t.ended(TestStores.ended(0, 1, 0)));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** The first farmer dies: its locks are free. */
    private void die() throws IOException {
        store.close();
    }

    private void assertRefused(ThrowingCallable action, String message) throws IOException {
        Snapshot before = Snapshot.of(root);
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.UNTRUSTED);
                    assertThat(e.remedy()).isNotEmpty();
                })
                .hasMessageContaining(message);
        assertThat(Snapshot.of(root)).isEqualTo(before);
    }

    private void assertComesAndGoesOn(int finished) throws IOException {
        try (Store other = stores.open(TestStores.ALL_GONE)) {
            assertThat(TestStores.<Ids>join(other, LIST, false, TestStores.joined(1), t -> t.claim(5))
                            .count())
                    .isEqualTo(5 - finished);
            assertThat(other.<Integer>look(state -> state.count(State.Phase.FINISHED)))
                    .isEqualTo(finished);
        }
        assertThat(JournalOracle.replay(root).size()).isEqualTo(5);
    }

    private ThrowingCallable another(Liveness liveness) {
        return () -> {
            try (Store other = stores.open(liveness)) {
                other.transact(t -> t.state().size());
            }
        };
    }

    // ---- a journal that is too short ----

    @Test
    void acceptsAShorterJournalWithANoticeWhenNobodyElseIsLeft() throws IOException {
        die();
        Files.write(journal, journalAfterJoining);
        assertComesAndGoesOn(0);
        assertThat(stores.notices()).singleElement().asString().contains("ends at byte " + journalAfterJoining.length);
    }

    @Test
    void refusesAShorterJournalWhileAnotherFarmerLives() throws IOException {
        Files.write(journal, journalAfterJoining);
        assertRefused(another(TestStores.ALL_PRESENT), "farmer node1 (PID 1) may still be at work");
    }

    /** A farmer elsewhere is known to be dead only after a while; whoever comes waits for that. */
    @Test
    void acceptsAShorterJournalWhenItHasTurnedOutThatNobodyIsLeft() throws IOException {
        die();
        Files.write(journal, journalAfterJoining);
        AtomicInteger looks = new AtomicInteger();
        try (Store other =
                stores.open(farmer -> looks.incrementAndGet() < 4 ? Liveness.Verdict.SUSPECT : Liveness.Verdict.GONE)) {
            int claimed = TestStores.<Ids>join(other, LIST, false, TestStores.joined(1), t -> t.claim(5))
                    .count();
            assertThat(claimed).isEqualTo(5);
        }
        assertThat(stores.notices())
                .hasSize(2)
                .anyMatch(notice -> notice.endsWith("waiting to see whether anybody is still there"));
    }

    @Test
    void refusesAShorterJournalWhileItIsAtWorkItself() throws IOException {
        Files.write(journal, journalAfterJoining);
        assertRefused(() -> store.transact(t -> t.claim(1)), journal.toString());
    }

    @Test
    void refusesAJournalThatVanishedWhileItIsAtWork() throws IOException {
        Files.delete(journal);
        assertRefused(() -> store.transact(t -> t.claim(1)), journal.toString());
    }

    @Test
    void waitsForAnOldCopyOfTheJournalToBecomeFresh() throws IOException {
        die();
        Storage stale = new StaleStorage(journalAfterJoining.length);
        TestStores elsewhere = new TestStores(stale, root);
        try (Store other = elsewhere.open(TestStores.ALL_PRESENT)) {
            int finished = other.transact(t -> t.state().count(State.Phase.FINISHED));
            assertThat(finished).isEqualTo(1);
        }
        assertThat(elsewhere.notices()).isEmpty();
    }

    // ---- a journal that is ahead ----

    @Test
    void acceptsAJournalThatIsOneBatchAhead() throws IOException {
        byte[] current = Files.readAllBytes(lock);
        die();
        Files.write(lock, lockAfterJoining);
        try (Store other = stores.open(TestStores.ALL_PRESENT)) {
            other.transact(t -> t.state().size());
        }
        assertThat(stores.notices()).isEmpty();
        assertThat(lock).hasBinaryContent(current);
    }

    @Test
    void refusesAJournalThatIsTwoBatchesAhead() throws IOException {
        store.transact(t -> t.claim(1));
        die();
        Files.write(lock, lockAfterJoining);
        assertRefused(another(TestStores.ALL_GONE), "was written under another lock");
    }

    @Test
    void refusesAJournalOfTheSameLengthInNumbersButOfOtherContents() throws IOException {
        byte[] witness = Files.readAllBytes(lock);
        die();
        Files.write(journal, journalAfterJoining);
        Files.write(lock, lockAfterJoining);
        try (Store other = stores.open(TestStores.ALL_PRESENT)) {
            other.transact(t -> {
                t.append(new Op.Dropped(Ids.of(4)));
                return null;
            });
        }
        Files.write(lock, witness);
        assertRefused(another(TestStores.ALL_GONE), "was written under another lock");
    }

    // ---- things of other work directories ----

    @Test
    void refusesTheLockOfAnotherWorkDirectory() throws IOException {
        die();
        String foreign = new Witness("feedfeedfeedfeed", 2, 300, 1).line();
        Files.write(lock, SealedLine.encode(foreign).array());
        assertRefused(another(TestStores.ALL_GONE), "belongs to another work directory (feedfeedfeedfeed)");
    }

    @Test
    void refusesTheJournalOfAnotherWorkDirectory() throws IOException {
        die();
        Path otherRoot = directory.resolve("other");
        try (Store other = new TestStores(new FaultyStorage(), otherRoot).open()) {
            TestStores.join(other, LIST, false, TestStores.joined(1), t -> null);
        }
        Files.copy(otherRoot.resolve("farm/journal"), journal, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(lock);
        Files.createFile(lock);
        assertRefused(another(TestStores.ALL_GONE), "belongs to another work directory");
    }

    // ---- the lock file ----

    @Test
    void refusesToGoOnWhenTheLockFileWasDeleted() throws IOException {
        Files.delete(lock);
        assertRefused(() -> store.transact(t -> t.claim(1)), "was deleted or replaced");
    }

    @Test
    void refusesToGoOnWhenTheLockFileWasReplaced() throws IOException {
        Path copy = lock.resolveSibling("copy");
        Files.copy(lock, copy);
        Files.move(copy, lock, StandardCopyOption.REPLACE_EXISTING);
        assertRefused(() -> store.transact(t -> t.claim(1)), "was deleted or replaced");
    }

    @Test
    void refusesAMissingLockFileWhileAnotherFarmerLives() throws IOException {
        Files.delete(lock);
        Store other = stores.open(TestStores.ALL_PRESENT);
        assertRefused(() -> other.transact(t -> t.claim(1)), "was missing");
        other.close();
    }

    @Test
    void refusesAMissingLockFileWhileALifeLockIsHeld() throws IOException {
        Files.delete(lock);
        // The proofs say that nobody lives, but somebody still holds the lock of its life.
        Store other = stores.open(TestStores.ALL_GONE);
        assertRefused(() -> other.transact(t -> t.claim(1)), "was missing");
        other.close();
    }

    @Test
    void acceptsAMissingLockFileWithANoticeWhenNobodyElseIsLeft() throws IOException {
        die();
        Files.delete(lock);
        assertComesAndGoesOn(1);
        assertThat(stores.notices())
                .singleElement()
                .asString()
                .contains("was missing")
                .contains("nobody else is there");
    }

    @Test
    void acceptsAMissingLockDirectoryWithANoticeWhenNobodyElseIsLeft() throws IOException {
        die();
        Snapshot.remove(lock.getParent());
        assertComesAndGoesOn(1);
        assertThat(stores.notices()).singleElement().asString().contains("was missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish\n", "witness 1 2 3 4 00000000\n", "\0\0\0\0"})
    void acceptsGarbageInTheLockFileOnlyWhenNobodyElseIsLeft(String garbage) throws IOException {
        Files.writeString(lock, garbage);
        assertRefused(another(TestStores.ALL_PRESENT), "is damaged");
        assertRefused(() -> store.transact(t -> t.claim(1)), "is damaged");
        die();
        assertComesAndGoesOn(1);
        assertThat(stores.notices()).singleElement().asString().contains("is damaged");
    }

    @Test
    void takesAWitnessWithAFlippedBitForNone() throws IOException {
        die();
        byte[] block = Files.readAllBytes(lock);
        int end = new String(block, StandardCharsets.ISO_8859_1).indexOf('\n');
        for (int at = 0; at <= end; at++) {
            byte[] flipped = block.clone();
            flipped[at] ^= 1;
            assertThat(SealedLine.decode(flipped)).as("byte %d", at).isNull();
        }
        for (int at = 20; at < block.length; at += SealedLine.SIZE) {
            block[at] ^= 1; // in all lines: one that is damaged leaves the one before it
        }
        Files.write(lock, block);
        assertComesAndGoesOn(1);
        assertThat(stores.notices()).singleElement().asString().contains("is damaged");
    }

    /** A network file system that at first shows a file as it was some time ago. */
    private static final class StaleStorage extends ForwardingStorage {
        private final long oldLength;
        private int opened;

        StaleStorage(long oldLength) {
            this.oldLength = oldLength;
        }

        @Override
        public OpenFile open(Path path, Mode mode) throws IOException {
            OpenFile file = files.open(path, mode);
            return path.endsWith("journal") && ++opened == 1 ? new StaleFile(file, oldLength) : file;
        }
    }

    private static final class StaleFile extends ForwardingStorage.ForwardingFile {
        private final long length;

        StaleFile(Storage.OpenFile file, long length) {
            super(file);
            this.length = length;
        }

        @Override
        public long size() {
            return length;
        }

        @Override
        public void read(ByteBuffer into, long position) throws IOException {
            ByteBuffer part = into.duplicate();
            part.limit((int) Math.min(part.limit(), part.position() + Math.max(0, length - position)));
            file.read(part, position);
            into.position(part.position());
        }
    }
}
