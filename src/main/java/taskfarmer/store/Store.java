package taskfarmer.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;

/**
 * A farmer's hold on the farm: everything that it learns and says goes through {@linkplain #transact transactions} on
 * the journal.
 *
 * <p>A transaction takes the lock, reads what others have written since, decides, appends one batch, and gives the lock
 * back. Only what has been committed may be acted upon: a process is started after the transaction that claimed its
 * task, never within. Safe for use by several threads, which wait for each other.
 */
public final class Store implements AutoCloseable {
    private static final Duration STALE_AT_MOST = Duration.ofSeconds(2);

    private final Storage storage;
    private final WorkDirectory directory;
    private final Identity self;
    private final Supplier<Duration> patience;
    private final InstantSource clock;
    private final Consumer<String> notices;
    private final LockDirectory locks;
    private final boolean lockIsNew;
    private final LockFile lock;
    private Liveness liveness;
    private Journal journal;
    private State state = new State();
    private TaskFile tasks;
    private int farmer;
    private Storage.@Nullable OpenFile lifeLock;
    private boolean doubtful;

    /**
     * Opens the store of a work directory; nothing is read or written yet but the lock file's existence.
     *
     * @param patience how long a transaction waits for the lock at most; may change while it waits
     * @param notices takes what a user should know although nothing is wrong yet
     */
    public Store(
            Storage storage,
            WorkDirectory directory,
            Identity self,
            int uid,
            Supplier<Duration> patience,
            InstantSource clock,
            Consumer<String> notices)
            throws IOException {
        this.storage = storage;
        this.directory = directory;
        this.self = self;
        this.patience = patience;
        this.clock = clock;
        this.notices = notices;
        this.locks = LockDirectory.open(storage, directory.locks(), uid);
        this.lockIsNew = !locks.hasLock();
        this.lock = locks.lock(notices);
        this.liveness = Liveness.on(self, locks);
        this.journal = new Journal(storage, directory.journal());
        this.tasks = new TaskFile(storage, directory.tasks());
    }

    /** Replaces the proofs of death, for tests. */
    Store proving(Liveness proofs) {
        this.liveness = proofs;
        return this;
    }

    /** Returns the work directory. */
    public WorkDirectory directory() {
        return directory;
    }

    /** Returns this farmer's number, 0 before it has joined. */
    public synchronized int farmer() {
        return farmer;
    }

    /** What is done within a transaction. */
    public interface Work<T> {
        /** Looks at the state and says what is to be recorded. */
        T in(Transaction transaction) throws IOException;
    }

    /**
     * Runs a transaction: all that it records counts, or nothing does.
     *
     * @throws IOException if the batch could not be written; the store may be used again, and then knows again what the
     *     journal says
     * @throws FarmException if lock or journal cannot be trusted
     */
    public synchronized <T> T transact(Work<T> work) throws IOException {
        lock.acquire(patience);
        try {
            catchUp();
            doubtful = true;
            Transaction transaction = new Transaction(this, micros());
            T result = work.in(transaction);
            List<Op> ops = transaction.ops();
            if (!ops.isEmpty()) {
                journal.append(new Batch(journal.sequence() + 1, farmer, transaction.time(), ops));
                lock.write(witness().line());
            }
            doubtful = false;
            return result;
        } finally {
            lock.release();
            if (doubtful) {
                recall();
            }
        }
    }

    /**
     * Joins the farm in a transaction of its own: founds it if it is new, brings it up to date with the list, and makes
     * this farmer known.
     *
     * @param update whether a list that changed is accepted
     * @param joined what this farmer says of itself
     * @param more what else is to be done in the same transaction
     */
    public <T> T join(ListInput list, boolean update, Op.Joined joined, Work<T> more) throws IOException {
        return transact(transaction -> {
            if (state.id().isEmpty()) {
                transaction.append(new Op.Founded(WorkDirectory.VERSION, directory.id()));
            }
            boolean adopt = journal.sequence() == 0 && Adoption.isDue(directory);
            for (Op op : new ListReconciler(state, tasks, list).reconcile(update)) {
                transaction.append(op);
            }
            if (adopt) {
                for (Op op : new Adoption(directory, state, tasks).entries()) {
                    transaction.append(op);
                }
            }
            transaction.releaseGone();
            farmer = state.nextFarmer();
            lifeLock = locks.enter(farmer, self);
            transaction.append(joined);
            return more.in(transaction);
        });
    }

    /**
     * Leaves the farm: in one transaction the last things are said, and what the farmer still holds goes back.
     *
     * @param last what is to be recorded before
     */
    public void leave(Work<?> last) throws IOException {
        transact(transaction -> {
            last.in(transaction);
            transaction.unclaim(state.claimsOf(farmer));
            transaction.append(new Op.Left());
            return farmer;
        });
        locks.remove(farmer());
    }

    /** Returns something about the state as it was after the last transaction; the state must not be kept. */
    public synchronized <T> T look(Function<State, T> question) {
        return question.apply(state);
    }

    /** Returns how many bytes of the journal the {@linkplain #look state} is made of. */
    public synchronized long position() {
        return journal.length();
    }

    /**
     * The tasks that are still to be taken, at one moment.
     *
     * @param position how many bytes of the journal say so
     * @param ids the tasks
     */
    public record Pending(long position, BitSet ids) {}

    /** Returns the tasks that are still to be taken. */
    public synchronized Pending pending() {
        return new Pending(journal.length(), state.pending());
    }

    /** Returns whether the work directory was PyTaskFarmer's before it was this program's. */
    public synchronized boolean isAdopted() {
        return state.isAdopted();
    }

    /** Returns the commands of tasks, in their order. */
    public synchronized Command[] commands(Ids ids) throws IOException {
        return tasks.commands(ids);
    }

    /** What looking after the other farmers of this host showed. */
    public enum Peers {
        /** No farmer of this host has died. */
        WELL,
        /** One has died, and its tasks are still being ended. */
        DYING,
        /** One is gone: the next transaction can take its tasks back. */
        GONE
    }

    /** Looks after the other farmers; cheap enough to be done every second, because it does not touch the journal. */
    public Peers checkPeers() throws IOException {
        Peers worst = Peers.WELL;
        for (State.Farmer peer : look(this::peers)) {
            switch (liveness.of(peer)) {
                case GONE -> {
                    return Peers.GONE;
                }
                case DYING -> worst = Peers.DYING;
                case PRESENT -> {}
            }
        }
        return worst;
    }

    /** Returns whether somebody has written to the journal since the last transaction. Takes no lock. */
    public boolean hasNews() throws IOException {
        return journal.fileLength() != position();
    }

    /** Makes all that was recorded so far survive a power cut. Takes no lock: others go on meanwhile. */
    public void force() throws IOException {
        journal.force();
    }

    /** Returns the lock under which the views are written. */
    public ViewLock viewLock() throws IOException {
        return new ViewLock(locks.viewLock(notices), patience);
    }

    @Override
    public synchronized void close() throws IOException {
        if (lifeLock != null) {
            lifeLock.close();
        }
        lock.close();
    }

    State state() {
        return state;
    }

    TaskFile tasks() {
        return tasks;
    }

    void apply(Op op, long time) throws IOException {
        state.apply(op, farmer, time);
        if (op instanceof Op.Frozen frozen) {
            tasks.accept(frozen);
        }
    }

    List<State.Farmer> gonePeers() throws IOException {
        List<State.Farmer> gone = new ArrayList<>();
        for (State.Farmer peer : peers(state)) {
            if (liveness.of(peer) == Liveness.Verdict.GONE) {
                gone.add(peer);
            }
        }
        return gone;
    }

    void forget(int deadFarmer) throws IOException {
        locks.remove(deadFarmer);
    }

    private List<State.Farmer> peers(State from) {
        List<State.Farmer> peers = new ArrayList<>();
        for (State.Farmer peer : from.farmers().values()) {
            if (peer.present() && peer.number() != farmer) {
                peers.add(peer);
            }
        }
        return peers;
    }

    /** Reads what others wrote, and refuses to go on where lock and journal contradict each other. */
    private void catchUp() throws IOException {
        if (doubtful) {
            reload();
        }
        Witness witness = Witness.parse(lock.line());
        if (witness != null && !witness.id().equals(directory.id())) {
            throw FarmException.untrusted(
                    "the lock in " + locks.path() + " belongs to another work directory (" + witness.id() + ")",
                    "Was " + directory.root() + " copied or moved together with its locks? Nothing was changed.");
        }
        long length = lengthOf(witness);
        if (witness != null && witness.matches(journal) && length == journal.length()) {
            return;
        }
        doubtful = true;
        Journal.Damage damage;
        try {
            damage = journal.read(Long.MAX_VALUE, this::apply);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (damage != null
                && (!damage.unfinished()
                        || witness != null && damage.offset() < witness.length() && length >= witness.length())) {
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
                allowOnlyIfAlone("the lock file in " + locks.path() + (lockIsNew ? " was missing" : " is damaged")
                        + ", although the farm has been at work");
            }
        } else if (journal.sequence() < witness.sequence()) {
            allowOnlyIfAlone("the journal " + directory.journal() + " ends at byte " + journal.length()
                    + ", but it was " + witness.length() + " bytes long");
        } else if (journal.sequence() > witness.sequence() + 1
                || journal.sequence() == witness.sequence() && !witness.matches(journal)) {
            throw FarmException.untrusted(
                    "the journal " + directory.journal() + " was written under another lock than " + locks.path()
                            + "/lock",
                    "Locks do not reach all farmers: is that directory on a disk of this node alone, or was it restored"
                            + " from a backup? Nothing was changed. Stop all farmers of this work directory before you go"
                            + " on, and if it is sure that none is left, remove " + locks.path() + "/lock.");
        }
        // From here on the witness is right again, so that a crash right after the append leaves it one batch behind
        // and
        // never two.
        if (witness == null ? journal.sequence() > 0 : !witness.matches(journal)) {
            lock.write(witness().line());
        }
    }

    /** Goes on in spite of a contradiction if it is proved that nobody else is left who could have caused it. */
    private void allowOnlyIfAlone(String contradiction) throws IOException {
        List<State.Farmer> peers = peers(state);
        peers.removeAll(gonePeers());
        boolean alone = farmer == 0 && peers.isEmpty() && !locks.isAnyHeldBut(farmer);
        if (!alone) {
            String who = peers.isEmpty()
                    ? "another farmer"
                    : "farmer " + peers.get(0).joined().identity().name();
            throw FarmException.untrusted(
                    contradiction + ", and " + (farmer == 0 ? who + " may still be at work" : "this farm is running"),
                    "Nothing was changed. Stop all farmers of this work directory, then start again.");
        }
        notices.accept(contradiction + "; nobody else is there, so the farm goes on from what the journal says");
    }

    /** Waits a little for a journal that is shorter than it was: on a network file system it may be an old copy. */
    private long lengthOf(@Nullable Witness witness) throws IOException {
        long length = journal.fileLength();
        long deadline = System.nanoTime() + STALE_AT_MOST.toNanos();
        while (witness != null && length < witness.length() && System.nanoTime() < deadline) {
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return length;
            }
            length = journal.fileLength();
        }
        return length;
    }

    /** Forgets all that was learnt and learns it again: after a failure, only the journal knows what counts. */
    private void reload() {
        journal = new Journal(storage, directory.journal());
        state = new State();
        tasks = new TaskFile(storage, directory.tasks());
    }

    /** After a failure, shows again what the journal says, as far as it can be read; the next transaction makes sure. */
    private void recall() {
        reload();
        try {
            journal.read(Long.MAX_VALUE, this::apply);
        } catch (IOException | UncheckedIOException | FarmException e) {
            // What made the transaction fail may do so here; that is being reported already.
        }
    }

    private void apply(Batch batch) {
        try {
            for (Op op : batch.ops()) {
                state.apply(op, batch.farmer(), batch.time());
                if (op instanceof Op.Frozen frozen) {
                    tasks.accept(frozen);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Witness witness() {
        return new Witness(directory.id(), journal.sequence(), journal.length(), journal.checksum());
    }

    private long micros() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
    }
}
