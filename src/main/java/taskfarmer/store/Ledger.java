package taskfarmer.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;

/**
 * Journal, lock and state kept in step: the state is what the journal says, and the journal is only believed while the
 * witness in the lock file does not contradict it.
 *
 * <p>Used by one thread at a time.
 */
final class Ledger implements AutoCloseable {
    private static final Duration STALE_AT_MOST = Duration.ofSeconds(2);

    private final Storage storage;
    private final WorkDirectory directory;
    private final Company company;
    private final Waiting waiting;
    private final Consumer<String> notices;
    private boolean lockIsNew;
    private final LockFile lock;
    private Journal journal;
    private State state = new State();
    private TaskFile tasks;
    private boolean doubtful;
    private boolean contradicted;

    /** Who else there is. */
    interface Company {
        /** Returns the name of a farmer that may be at work besides this one; nothing if it is proved that there is none. */
        Optional<String> anyone(State state) throws IOException;
    }

    /**
     * How the lock is waited for.
     *
     * @param patience how long at most, given how long it took the last time
     * @param listener hears of the state whenever others have written meanwhile
     */
    record Waiting(UnaryOperator<Duration> patience, Consumer<State> listener) {}

    /** What is done while the lock is held. */
    interface Section<T> {
        /** Does it. */
        T run() throws IOException;
    }

    Ledger(
            Storage storage,
            WorkDirectory directory,
            LockDirectory locks,
            Company company,
            Waiting waiting,
            Consumer<String> notices)
            throws IOException {
        this.storage = storage;
        this.directory = directory;
        this.company = company;
        this.waiting = waiting;
        this.notices = notices;
        this.lockIsNew = !locks.hasLock();
        this.lock = locks.lock(notices);
        this.journal = new Journal(storage, directory.journal());
        this.tasks = new TaskFile(storage, directory.tasks(), state.agenda()::set);
    }

    Journal journal() {
        return journal;
    }

    State state() {
        return state;
    }

    TaskFile tasks() {
        return tasks;
    }

    /** Returns whether there was no lock file before this farmer came, and nothing has been written to it since. */
    boolean isLockNew() {
        return lockIsNew;
    }

    /**
     * Returns whether the last section was refused because of a contradiction that somebody who may still be at work could
     * have caused; with nobody left it would not have been.
     */
    boolean isContradicted() {
        return contradicted;
    }

    /** Makes sure that the lock file is still the one that others lock; may be called by any thread. */
    void checkLock() throws IOException {
        lock.checkInPlace();
    }

    /** Returns the state as the journal tells it to somebody who does not take the lock. */
    static State read(Storage storage, WorkDirectory directory) throws IOException {
        State state = new State();
        new Journal(storage, directory.journal()).read(Long.MAX_VALUE, batch -> {
            for (Op op : batch.ops()) {
                state.apply(op, batch.farmer(), batch.time());
            }
        });
        return state;
    }

    /** Has all that was learnt read anew in the next section, because what was written may be lost. */
    void doubt() {
        doubtful = true;
    }

    /** Learns what others have written since, without the lock; what cannot be believed is left to the next transaction. */
    void follow() throws IOException {
        if (!doubtful) {
            Journal.Damage damage = read();
            doubtful = damage != null && !damage.unfinished();
        }
    }

    /** Takes the lock, learns what others have written since, does something, and gives the lock back. */
    <T> T exclusively(Section<T> section) throws IOException {
        lock.acquire(() -> waiting.patience().apply(lock.lastWait()), () -> {
            follow(); // what has been read before need not be read under the lock
            waiting.listener().accept(state);
        });
        contradicted = false;
        try {
            catchUp();
            doubtful = true;
            T result = section.run();
            doubtful = false;
            return result;
        } finally {
            lock.release();
            if (doubtful) {
                recall();
            }
        }
    }

    /** Applies an entry that a farmer is about to write. */
    void apply(Op op, int farmer, long time) throws IOException {
        state.apply(op, farmer, time);
        if (op instanceof Op.Frozen frozen) {
            tasks.accept(frozen);
        }
    }

    /** Writes entries that have been applied; from here on they count. */
    void commit(int farmer, long time, List<Op> ops) throws IOException {
        lockIsNew = false; // from here on what the file says is our own doing
        journal.append(new Batch(journal.sequence() + 1, farmer, time, ops));
        lock.write(witness().line());
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    /** Reads what others wrote, and refuses to go on where lock and journal contradict each other. */
    private void catchUp() throws IOException {
        if (doubtful) {
            forget();
        }
        Witness witness = Witness.parse(lock.line());
        if (witness != null && !witness.isOf(directory.id())) {
            throw FarmException.untrusted(
                    "the lock " + lock.path() + " belongs to another work directory (" + witness.id() + ")",
                    "Was " + directory.root() + " copied or moved together with its locks? Nothing was changed.");
        }
        long length = lengthOf(witness);
        if (length < journal.length()) {
            allowOnlyIfAlone("the journal " + directory.journal() + " is " + length + " bytes long, but it was "
                    + journal.length());
            forget();
        }
        if (witness != null && witness.matches(journal) && length == journal.length()) {
            return;
        }
        doubtful = true;
        Journal.Damage damage = read();
        if (damage != null && (!damage.unfinished() || witness != null && damage.contradicts(witness))) {
            throw damage.refusal(directory.journal());
        }
        if (!state.id().isEmpty() && !state.id().equals(directory.id())) {
            throw FarmException.untrusted(
                    "the journal " + directory.journal() + " belongs to another work directory (" + state.id() + ")",
                    "Restore the directory's own journal from a snapshot or backup; nothing was changed.");
        }
        compare(witness);
        doubtful = false;
    }

    private void compare(@Nullable Witness witness) throws IOException {
        if (witness == null) {
            if (journal.sequence() > 0) {
                allowOnlyIfAlone("the lock file " + lock.path() + (lockIsNew ? " was missing" : " is damaged")
                        + ", although the farm has been at work");
            }
        } else if (journal.sequence() < witness.sequence()) {
            allowOnlyIfAlone("the journal " + directory.journal() + " ends at byte " + journal.length()
                    + ", but it was " + witness.length() + " bytes long");
        } else if (journal.sequence() > witness.sequence() + 1
                || journal.sequence() == witness.sequence() && !witness.matches(journal)) {
            throw writtenUnderAnotherLock(lock.path());
        }
        // The witness is set right before anything is appended. So a crash between append and witness leaves it
        // one batch behind, and several crashes in a row do not leave it two.
        if (witness == null ? journal.sequence() > 0 : !witness.matches(journal)) {
            lock.write(witness().line());
        }
    }

    /** Goes on in spite of a contradiction if it is proved that nobody else is left who could have caused it. */
    private void allowOnlyIfAlone(String contradiction) throws IOException {
        Optional<String> someone = company.anyone(state);
        contradicted = someone.isPresent();
        if (contradicted) {
            throw FarmException.untrusted(
                    contradiction + ", and " + someone.get() + " may still be at work",
                    "Nothing was changed. Stop all farmers of this work directory, then start again.");
        }
        notices.accept(contradiction + "; nobody else is there, so the farm goes on from what the journal says");
    }

    private FarmException writtenUnderAnotherLock(Path file) {
        Mount mount = Mount.of(file);
        return FarmException.untrusted(
                "the journal " + directory.journal() + " was written under another lock than " + file + " ("
                        + mount.describe() + ")",
                "Locks do not reach all farmers, or that file was restored from a backup. " + mount.lockCure()
                        + " Nothing was changed. Stop all farmers of this work directory before you go on, and if it is sure that"
                        + " none is left, remove " + file + ".");
    }

    /** Waits a little for a journal that is shorter than it was: on a network file system it may be an old copy. */
    private long lengthOf(@Nullable Witness witness) throws IOException {
        if (witness != null) {
            journal.refresh();
        }
        long length = journal.fileLength();
        long deadline = System.nanoTime() + STALE_AT_MOST.toNanos();
        while (witness != null && length < witness.length() && System.nanoTime() < deadline) {
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return length;
            }
            journal.refresh();
            length = journal.fileLength();
        }
        return length;
    }

    /** Forgets all that was learnt: after a failure, only the journal knows what counts. */
    private void forget() {
        journal = new Journal(storage, directory.journal());
        state = new State();
        tasks = new TaskFile(storage, directory.tasks(), state.agenda()::set);
    }

    /** After a failure, shows again what the journal says, as far as it can be read; the next section makes sure. */
    private void recall() {
        forget();
        try {
            read();
        } catch (IOException | FarmException e) {
            // What made the section fail may do so here; that is being reported already.
        }
    }

    private Journal.@Nullable Damage read() throws IOException {
        try {
            return journal.read(Long.MAX_VALUE, batch -> {
                try {
                    for (Op op : batch.ops()) {
                        apply(op, batch.farmer(), batch.time());
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Witness witness() {
        return new Witness(directory.id(), journal.sequence(), journal.length(), journal.checksum());
    }
}
