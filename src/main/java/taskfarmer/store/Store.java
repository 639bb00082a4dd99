package taskfarmer.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;

/**
 * A farmer's hold on the farm: everything that it learns and says goes through {@linkplain #transact transactions} on
 * the journal.
 *
 * <p>A transaction takes the lock, reads what others have written since, decides, appends one batch, and gives the lock
 * back. Only what has been committed may be acted upon: a process is started after the transaction that claimed its
 * task, never within. Safe for use by several threads, which wait for each other.
 */
public final class Store implements AutoCloseable {
    /** Whoever stops the farm cannot wait long for the lock; but many that share it stop at the same time. */
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private static final long PAUSE_MILLIS = 100;

    private final Storage storage;
    private final WorkDirectory directory;
    private final Identity self;
    private final Terms terms;
    private final InstantSource clock;
    private final Consumer<String> notices;
    private final LockDirectory locks;
    private final Ledger ledger;
    private final Neighbours neighbours;
    private int farmer;
    private volatile @Nullable Heartbeat heartbeat;
    private volatile Consumer<State> listener = state -> {};

    /**
     * What the store is told.
     *
     * @param uid the user that everything must belong to
     * @param lockTimeout how long a transaction waits for the lock at most
     * @param maxLosses how often a task may be lost with its farmer before it is given up, at least 1
     * @param stopping whether the farmer is being stopped: then nobody waits for long
     */
    public record Terms(int uid, Duration lockTimeout, int maxLosses, BooleanSupplier stopping) {
        private Duration patience(Duration lastWait) {
            Duration stopped = STOPPING.plus(lastWait.multipliedBy(2));
            return stopping.getAsBoolean() && lockTimeout.compareTo(stopped) > 0 ? stopped : lockTimeout;
        }
    }

    /**
     * Opens the store of a work directory; nothing is read or written yet but the lock file's existence.
     *
     * @param notices takes what a user should know although nothing is wrong yet
     */
    public Store(
            Storage storage,
            WorkDirectory directory,
            Identity self,
            Terms terms,
            InstantSource clock,
            Consumer<String> notices)
            throws IOException {
        this.storage = storage;
        this.directory = directory;
        this.self = self;
        this.terms = terms;
        this.clock = clock;
        this.notices = notices;
        this.locks = LockDirectory.ofFarm(storage, directory, self, terms.uid(), notices);
        this.neighbours = new Neighbours(new PeerLiveness(self, locks.path(), locks::pulse, System::nanoTime));
        this.ledger = new Ledger(
                storage,
                directory,
                locks,
                this::anyone,
                new Ledger.Waiting(terms::patience, state -> listener.accept(state)),
                notices);
    }

    /** Replaces the proofs of death, for tests. */
    Store proving(Liveness proofs) {
        neighbours.proving(proofs);
        return this;
    }

    /** Lets it speak for a farmer that has joined, for the simulation of many. */
    Store speakingFor(int number) {
        this.farmer = number;
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
        List<String> news = new ArrayList<>();
        T outcome = ledger.exclusively(() -> {
            Transaction transaction = new Transaction(this, micros());
            T result = work.in(transaction);
            transaction.settle();
            List<Op> ops = transaction.ops();
            if (!ops.isEmpty()) {
                ledger.commit(farmer, transaction.time(), ops);
            }
            news.addAll(transaction.news());
            return result;
        });
        news.forEach(notices);
        listener.accept(state());
        return outcome;
    }

    /** Learns what others have written since, without the lock: good for knowing, not for deciding. */
    public synchronized void follow() throws IOException {
        ledger.follow();
        listener.accept(state());
    }

    /**
     * Has somebody hear of the state whenever there may be news in it, also while a transaction waits for the lock. Who listens
     * must not wait for anything, nor keep the state.
     */
    public void listen(Consumer<State> newListener) {
        listener = newListener;
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
        if (ledger.isLockNew()) {
            awaitSolitude("the locks in " + locks.path() + " are gone, although the farm has been at work");
        }
        if (update) {
            // Whether a task that vanished from the list may be dropped is known when nobody holds it any more.
            arrive(transaction -> farmer);
            while (checkPeers(false) == Peers.DYING && !terms.stopping().getAsBoolean()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
        return arrive(transaction -> {
            boolean adopt = ledger.journal().sequence() == 0 && Adoption.isDue(directory);
            if (state().id().isEmpty()) {
                transaction.append(new Op.Founded(WorkDirectory.VERSION, directory.id()));
            }
            transaction.releaseGone();
            for (Op op : new ListReconciler(state(), tasks(), list, transaction.news()::add).reconcile(update)) {
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
            heartbeat = locks.enter(farmer, self.name());
            transaction.append(joined.withFirstSlot(freeSlot(joined.slots())));
            return more.in(transaction);
        });
    }

    /**
     * Takes what was added at the end of the list, if anything was.
     *
     * @return how many tasks these are
     * @throws FarmException if something else has changed; then nothing is taken
     */
    public int readAgain(ListInput list) throws IOException {
        ListInput.Fingerprint now = list.fingerprint(); // others may have taken it already
        Op.Listed before = look(state -> state.list());
        if (before.length() == now.length() && before.crc() == now.crc()) {
            return 0;
        }
        int size = look(State::size);
        Optional<FarmException> refusal = transact(transaction -> {
            if (transaction.isPresent()) {
                List<Op> ops;
                try {
                    ops = new ListReconciler(state(), tasks(), list, notices).reconcile(false);
                } catch (FarmException e) {
                    return Optional.of(e); // nothing was recorded, so the transaction has not failed
                }
                for (Op op : ops) {
                    transaction.append(op);
                }
            }
            return Optional.empty();
        });
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        return look(State::size) - size;
    }

    /** Makes the first transaction. What speaks against it speaks no more if it is known that nobody else is left. */
    private <T> T arrive(Work<T> work) throws IOException, InterruptedException {
        try {
            return transact(work);
        } catch (FarmException e) {
            if (!ledger.isContradicted()) {
                throw e;
            }
            awaitSolitude(e.getMessage());
            return transact(work);
        }
    }

    /**
     * Waits until it is known that nobody else is left, or that somebody is: whoever lives writes to the journal, or finds out
     * at its next heartbeat that the lock is not what it was, and stops.
     *
     * @param contradiction what makes that necessary
     */
    private void awaitSolitude(String contradiction) throws IOException, InterruptedException {
        ledger.follow();
        long length = ledger.journal().fileLength();
        boolean told = false;
        while (!terms.stopping().getAsBoolean() && ledger.journal().fileLength() == length && length > 0) {
            Liveness.Verdict best = neighbours.best(others(state()));
            if (best == Liveness.Verdict.GONE || best == Liveness.Verdict.PRESENT) {
                return;
            }
            if (!told) {
                notices.accept(contradiction + ": waiting to see whether anybody is still there");
                told = true;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** Gives the farmer numbers for its slots that no other farmer of its host uses. */
    private int freeSlot(int slots) {
        BitSet used = state().slotNumbers(self);
        int first = 0;
        int taken = used.nextSetBit(0);
        while (taken >= 0 && taken < first + slots) {
            first = used.nextClearBit(taken);
            taken = used.nextSetBit(first);
        }
        return first;
    }

    /**
     * Shows others that this farmer lives, and makes sure that they can still see it. Takes no lock and waits for no other
     * thread of this farmer, only for the file system.
     *
     * @return when it was about to be shown, in {@link System#nanoTime}
     * @throws FarmException if the lock file is not the one that this farmer began with
     */
    public long beat() throws IOException {
        long now = System.nanoTime();
        Heartbeat own = heartbeat;
        if (own != null) {
            ledger.checkLock();
            own.beat();
        }
        return now;
    }

    /** Returns the directory of the locks and heartbeats. */
    public Path locks() {
        return locks.path();
    }

    /** Returns whether this farmer is one of the farm: others have not taken it for dead, as far as is known. */
    public synchronized boolean isPresent() {
        return state().isPresent(farmer);
    }

    /** Returns the number of this farmer's first slot on its host. */
    public synchronized int firstSlot() {
        State.Farmer self = state().farmers().get(farmer);
        return self == null ? 0 : self.joined().firstSlot();
    }

    /**
     * Leaves the farm, holding nothing, if there is nothing left to do. What others have said before counts: who decided that without
     * the lock would leave tasks behind that were added in that moment.
     *
     * @param isDone whether there is nothing left to do for this farmer
     * @return whether it has left
     */
    public boolean leaveIfDone(Predicate<State> isDone) throws IOException {
        boolean left = transact(transaction -> {
            if (transaction.isPresent() && isDone.test(transaction.state())) {
                transaction.append(new Op.Left(""));
            }
            return !transaction.isPresent();
        });
        if (left) {
            retire();
        }
        return left;
    }

    /** Leaves the farm because nothing is left for this farmer; see {@link #leave(Work, String)}. */
    public void leave(Work<?> last) throws IOException {
        leave(last, "");
    }

    /**
     * Leaves the farm: in one transaction the last things are said, and what the farmer still holds goes back.
     *
     * @param last what is to be recorded before
     * @param reason why it leaves before the end, in one word; empty if there is nothing left for it
     */
    public void leave(Work<?> last, String reason) throws IOException {
        transact(transaction -> {
            last.in(transaction);
            if (transaction.isPresent()) {
                transaction.unclaim(state().claimsOf(farmer));
                transaction.append(new Op.Left(reason));
            }
            return farmer;
        });
        retire();
    }

    private void retire() throws IOException {
        Heartbeat own = heartbeat;
        if (own != null) {
            own.retire();
        }
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

    /** Returns tasks with what they ask for, in their order. */
    public synchronized Task[] tasks(Ids ids) throws IOException {
        Command[] commands = tasks().commands(ids);
        Task[] all = new Task[commands.length];
        Attributes[] attributes = state().agenda().isUsed() ? attributes(ids) : new Attributes[0];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Task(commands[i], attributes.length == 0 ? Attributes.NONE : attributes[i]);
        }
        return all;
    }

    /** Returns what tasks ask for, in their order. */
    public synchronized Attributes[] attributes(Ids ids) throws IOException {
        return state().agenda().attributes(ids, tasks().attributes(ids));
    }

    /** Returns a line {@code ID command} for each of the tasks, in their order. */
    public synchronized byte[] lines(Ids ids) throws IOException {
        return tasks().lines(ids);
    }

    /** What looking after the other farmers showed, the worst of it. */
    public enum Peers {
        /** Nothing is known that speaks against any of them. */
        WELL,
        /** One has shown no sign of life for a while; it is not proved that it is dead. */
        SUSPECT,
        /** One has died, and its tasks are still being ended. */
        DYING,
        /** One is gone: the next transaction can take its tasks back. */
        GONE
    }

    /**
     * Looks after the other farmers; cheap enough to be done every second, because it does not touch the journal.
     *
     * @param holders whether to look also at everybody who holds tasks
     */
    public Peers checkPeers(boolean holders) throws IOException {
        Set<Integer> holding = holders ? look(State::holders) : Set.of();
        Liveness.Verdict worst = neighbours.worst(look(this::others), farmer(), holding);
        return switch (worst) {
            case PRESENT -> Peers.WELL;
            case SUSPECT -> Peers.SUSPECT;
            case DYING -> Peers.DYING;
            case GONE -> Peers.GONE;
        };
    }

    /** Returns the farmers of this host that are dead and whose tasks are still being ended. */
    public List<Identity> dying() throws IOException {
        return neighbours.dying(look(this::others));
    }

    /** Returns whether somebody has written to the journal since the last transaction. Takes no lock. */
    public boolean hasNews() throws IOException {
        return ledger.journal().hasMore();
    }

    /** Makes all that was recorded so far survive a power cut. Takes no lock: others go on meanwhile. */
    public void force() throws IOException {
        try {
            ledger.journal().force();
        } catch (IOException e) {
            doubt(); // what had been written may be lost, and nobody says how much of it (fsync(2))
            throw e;
        }
    }

    private synchronized void doubt() {
        ledger.doubt();
    }

    /** Returns the lock under which the views are written. */
    public ViewLock viewLock(Duration patience) throws IOException {
        return new ViewLock(locks.viewLock(notices), () -> patience);
    }

    @Override
    public synchronized void close() throws IOException {
        Heartbeat own = heartbeat;
        if (own != null) {
            own.close();
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
        return neighbours.gone(others(state()));
    }

    /**
     * Returns whether an attempt that nobody speaks of any more was started: its log is made when it starts, and that of the
     * attempt before it put aside.
     */
    boolean hasStarted(int task, int attempt) throws IOException {
        Path trace = attempt == 1 ? directory.log(task) : directory.log(task, attempt - 1);
        return storage.identity(trace).isPresent();
    }

    /** Returns how often a task may be lost with its farmer before it is given up. */
    public int maxLosses() {
        return terms.maxLosses();
    }

    void forget(int deadFarmer) throws IOException {
        locks.remove(deadFarmer);
    }

    private List<State.Farmer> others(State from) {
        return Neighbours.of(from, farmer);
    }

    private Optional<String> anyone(State state) throws IOException {
        Optional<String> someone = neighbours.anyone(others(state));
        if (someone.isPresent()) {
            return someone;
        } else if (farmer != 0) {
            return Optional.of("this farmer"); // which knows that the journal was longer
        }
        return locks.isAnyHeldBut(farmer) ? Optional.of("another farmer") : Optional.empty();
    }

    /** Returns the time, µs since the epoch. */
    public long time() {
        return micros();
    }

    private long micros() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
    }
}
