package taskfarmer.store;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
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
    /** Nobody waits long to write a view: the next one to come does it. */
    private static final Duration VIEWS_WAIT = Duration.ofSeconds(10);

    private final WorkDirectory directory;
    private final Identity self;
    private final InstantSource clock;
    private final Consumer<String> notices;
    private final LockDirectory locks;
    private final Ledger ledger;
    private Liveness liveness;
    private int farmer;
    private Storage.@Nullable OpenFile lifeLock;

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
        this.directory = directory;
        this.self = self;
        this.clock = clock;
        this.notices = notices;
        this.locks = LockDirectory.open(storage, directory.locks(), uid);
        this.liveness = new HostLiveness(self, locks);
        this.ledger = new Ledger(storage, directory, locks, this::anyone, patience, notices);
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
        return ledger.exclusively(() -> {
            Transaction transaction = new Transaction(this, micros());
            T result = work.in(transaction);
            List<Op> ops = transaction.ops();
            if (!ops.isEmpty()) {
                ledger.commit(farmer, transaction.time(), ops);
            }
            return result;
        });
    }

    /**
     * Joins the farm in a transaction of its own: founds it if it is new, brings it up to date with the list, and makes
     * this farmer known.
     *
     * @param update whether a list that changed is accepted
     * @param joined what this farmer says of itself
     * @param more what else is to be done in the same transaction
     */
    public <T> T join(ListInput list, boolean update, Op.Joined joined, Work<T> more)
            throws IOException, InterruptedException {
        if (update) {
            // Whether a task that vanished from the list may be dropped is known when nobody holds it any more.
            transact(transaction -> farmer);
            while (checkPeers() == Peers.DYING) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        return transact(transaction -> {
            boolean adopt = ledger.journal().sequence() == 0 && Adoption.isDue(directory);
            if (state().id().isEmpty()) {
                transaction.append(new Op.Founded(WorkDirectory.VERSION, directory.id()));
            }
            transaction.releaseGone();
            for (Op op : new ListReconciler(state(), tasks(), list, notices).reconcile(update)) {
                transaction.append(op);
            }
            if (adopt) {
                for (Op op : new Adoption(directory, state(), tasks()).entries()) {
                    transaction.append(op);
                }
                notices.accept("took over the work directory of PyTaskFarmer: " + state().count(State.Phase.FINISHED)
                        + " finished, " + state().count(State.Phase.FAILED) + " failed, "
                        + state().count(State.Phase.PENDING) + " to do");
            }
            farmer = state().nextFarmer();
            lifeLock = locks.enter(farmer, self);
            transaction.append(withFirstSlot(joined));
            return more.in(transaction);
        });
    }

    /** Gives the farmer numbers for its slots that no other farmer of its host uses. */
    private Op.Joined withFirstSlot(Op.Joined joined) {
        int first = 0;
        boolean moved = true;
        while (moved) {
            moved = false;
            for (State.Farmer peer : peers(state())) {
                Op.Joined other = peer.joined();
                boolean overlap =
                        first < other.firstSlot() + other.slots() && other.firstSlot() < first + joined.slots();
                if (other.identity().boot().equals(self.boot()) && overlap) {
                    first = other.firstSlot() + other.slots();
                    moved = true;
                }
            }
        }
        return new Op.Joined(joined.identity(), joined.slots(), first, joined.reaper(), joined.reaperStarted());
    }

    /** Returns the number of this farmer's first slot on its host. */
    public synchronized int firstSlot() {
        State.Farmer self = state().farmers().get(farmer);
        return self == null ? 0 : self.joined().firstSlot();
    }

    /**
     * Leaves the farm: in one transaction the last things are said, and what the farmer still holds goes back.
     *
     * @param last what is to be recorded before
     */
    public void leave(Work<?> last) throws IOException {
        transact(transaction -> {
            last.in(transaction);
            transaction.unclaim(state().claimsOf(farmer));
            transaction.append(new Op.Left());
            return farmer;
        });
        locks.remove(farmer());
    }

    /** Returns something about the state as it was after the last transaction; the state must not be kept. */
    public synchronized <T> T look(Function<State, T> question) {
        return question.apply(state());
    }

    /** Returns how many bytes of the journal the {@linkplain #look state} is made of. */
    public synchronized long position() {
        return ledger.journal().length();
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
        return new Pending(ledger.journal().length(), state().pending());
    }

    /** Returns whether the work directory was PyTaskFarmer's before it was this program's. */
    public synchronized boolean isAdopted() {
        return state().isAdopted();
    }

    /** Returns the commands of tasks, in their order. */
    public synchronized Command[] commands(Ids ids) throws IOException {
        return tasks().commands(ids);
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

    /** Returns the tokens of the farmers of this host that are dead and whose tasks are still being ended. */
    public List<String> dying() throws IOException {
        List<String> tokens = new ArrayList<>();
        for (State.Farmer peer : look(this::peers)) {
            if (liveness.of(peer) == Liveness.Verdict.DYING) {
                tokens.add(peer.joined().identity().token());
            }
        }
        return tokens;
    }

    /** Returns whether somebody has written to the journal since the last transaction. Takes no lock. */
    public boolean hasNews() throws IOException {
        return ledger.journal().fileLength() != position();
    }

    /** Makes all that was recorded so far survive a power cut. Takes no lock: others go on meanwhile. */
    public void force() throws IOException {
        ledger.journal().force();
    }

    /** Returns the lock under which the views are written. */
    public ViewLock viewLock() throws IOException {
        return new ViewLock(locks.viewLock(notices), () -> VIEWS_WAIT);
    }

    @Override
    public synchronized void close() throws IOException {
        if (lifeLock != null) {
            lifeLock.close();
        }
        ledger.close();
    }

    State state() {
        return ledger.state();
    }

    TaskFile tasks() {
        return ledger.tasks();
    }

    void apply(Op op, long time) throws IOException {
        ledger.apply(op, farmer, time);
    }

    List<State.Farmer> gonePeers() throws IOException {
        List<State.Farmer> gone = new ArrayList<>();
        for (State.Farmer peer : peers(state())) {
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

    private Optional<String> anyone(State state) throws IOException {
        for (State.Farmer peer : peers(state)) {
            if (liveness.of(peer) != Liveness.Verdict.GONE) {
                return Optional.of("farmer " + peer.joined().identity().name());
            }
        }
        if (farmer != 0) {
            return Optional.of("this farmer"); // which knows that the journal was longer
        }
        return locks.isAnyHeldBut(farmer) ? Optional.of("another farmer") : Optional.empty();
    }

    private long micros() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
    }
}
