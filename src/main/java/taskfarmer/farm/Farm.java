package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import taskfarmer.model.Command;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.process.Reaper;
import taskfarmer.process.SlotShell;
import taskfarmer.runners.Runner;
import taskfarmer.store.Failures;
import taskfarmer.store.Ids;
import taskfarmer.store.ListInput;
import taskfarmer.store.Op;
import taskfarmer.store.State;
import taskfarmer.store.Store;
import taskfarmer.store.Transaction;
import taskfarmer.view.Views;

/**
 * One farmer: joins the farm, claims tasks and has them run in its slots, records how they end, and leaves.
 *
 * <p>One thread, the caller's, makes all transactions; each slot has a thread; some more do what has to be done beside
 * ({@link Background}). They meet at the {@link Board}.
 */
public final class Farm {
    private static final long LOOK_FOR_NEWS = TimeUnit.SECONDS.toNanos(2);
    private static final long STARTED_WITHIN_MILLIS = 1000;
    private static final long POLL_MILLIS = 20;
    private static final long SLOTS_END_WITHIN_MILLIS = 3000;
    private static final long RETRY_MILLIS = 1000;
    private static final int VIEW_TRIES = 5;

    /** The reason of interruptions by the own reaper, which had been told of no heartbeat for too long. */
    static final String STALLED = "stalled";

    private final Store store;
    private final Views views;
    private final Reaper reaper;
    private final Stop stop;
    private final Options options;
    private final FarmListener listener;
    private final Pace pace = new Pace();
    private final Board board = new Board(pace);
    private final ReadWriteLock starting = new ReentrantReadWriteLock();
    private final List<Thread> slots = new ArrayList<>();
    private final List<Op> unrecorded = new ArrayList<>();
    // By identity: a JVM spends 15 ms on the first hash of a record.
    private final Set<Op> late = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Lease lease;
    private long listened = System.nanoTime();
    private boolean waiting; // for the file system
    private int stalled; // tasks that a standstill has ended, and that nobody has been told of
    private boolean uncertain; // whether what was said last counts
    private final long began = System.nanoTime();
    private final AtomicInteger recorded = new AtomicInteger();
    private final AtomicInteger requeued = new AtomicInteger();

    /**
     * What a farmer is told.
     *
     * @param slots how many tasks run at once
     * @param grace how long tasks get between TERM and KILL
     * @param heartbeat the time between two heartbeats
     * @param linger whether to stay, when nothing is left to take, until all tasks of all farmers are recorded
     * @param updateList whether a list that changed is accepted
     * @param temporary the directory for temporary directories
     * @param runner what makes commands executable
     * @param setting what the slots' shells need to know
     * @param clock the wall clock
     */
    public record Options(
            int slots,
            Duration grace,
            Duration heartbeat,
            boolean linger,
            boolean updateList,
            Path temporary,
            Runner runner,
            SlotShell.Setting setting,
            InstantSource clock) {}

    /** Returns a farmer that has not joined yet. */
    public Farm(Store store, Views views, Reaper reaper, Stop stop, Options options, FarmListener listener) {
        this.store = store;
        this.views = views;
        this.reaper = reaper;
        this.stop = stop;
        this.options = options;
        this.listener = listener;
        this.lease = new Lease(store, reaper, board::wake);
    }

    /**
     * Runs until nothing is left to do or the farm is asked to stop, and leaves everything in order.
     *
     * @param joined what this farmer says of itself
     * @throws FarmException if list or work directory are refused; then nothing was started
     */
    public ExitStatus run(ListInput list, Op.Joined joined) throws IOException, InterruptedException {
        Ids first = store.join(list, options.updateList(), joined, transaction -> {
            return stop.isAsked() ? Ids.NONE : transaction.claim(options.slots());
        });
        reaper.beat(store.beat());
        stop.whenAsked(board::wake);
        try (Background beating = Background.beating(lease, options.heartbeat(), store.locks(), stop)) {
            boolean tasksEnded = true;
            try (Background tidying = Background.tidying(store, views, stop)) {
                try {
                    begin(first);
                    startSlots();
                    work();
                } catch (IOException e) {
                    stop.ask(Stop.Reason.of(Failures.untrusted(e)));
                } catch (FarmException e) {
                    stop.ask(Stop.Reason.of(e));
                } catch (RuntimeException e) {
                    stop.ask(Stop.Reason.bug(e));
                }
                closeBoard();
                Stop.Reason reason = stop.reason();
                if (reason != null) {
                    listener.stopping(reason, board.runningCount());
                    tasksEnded = endTasks();
                }
                endSlots();
            }
            return leave(tasksEnded && board.runningCount() == 0);
        }
    }

    private void begin(Ids first) throws IOException, InterruptedException {
        try {
            put(first, true);
        } catch (IOException e) {
            waitForFileSystem(e); // and give back what was claimed
        }
    }

    /** Lets no task start any more, not even one whose start has begun; but a file system that hangs holds up no end. */
    private void closeBoard() throws InterruptedException {
        boolean noneStarting = starting.writeLock().tryLock(STARTED_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
        Stop.Reason reason = stop.reason();
        board.close(reason == null ? "stop" : reason.word());
        if (noneStarting) {
            starting.writeLock().unlock();
        }
    }

    /** Returns how far the farm has come; may be asked by any thread at any time. */
    public Progress progress() {
        double seconds = (System.nanoTime() - began) / 1e9;
        double busy = Math.min(1, board.busySeconds() / (seconds * options.slots()));
        int running = board.runningCount();
        int self = store.farmer();
        return store.look(state -> {
            int claimed = state.count(State.Phase.CLAIMED);
            return new Progress(
                    state.count(State.Phase.FINISHED),
                    state.count(State.Phase.FAILED),
                    running,
                    claimed - state.claimsOf(self).count(),
                    state.count(State.Phase.PENDING) + claimed,
                    recorded.get(),
                    requeued.get(),
                    seconds,
                    busy);
        });
    }

    private void startSlots() {
        Slot.Shared shared = new Slot.Shared(
                board,
                starting.readLock(),
                options.runner(),
                reaper,
                options.setting(),
                store.directory(),
                options.temporary(),
                stop,
                options.clock(),
                listener);
        int first = store.firstSlot();
        for (int number = first; number < first + options.slots(); number++) {
            Thread slot = new Thread(new Slot(number, shared), "slot-" + number);
            slot.setDaemon(true);
            slot.start();
            slots.add(slot);
        }
    }

    /** Records and claims, again and again, until nothing is left for this farmer or it is asked to stop. */
    private void work() throws IOException, InterruptedException {
        Watch watch = new Watch(store, reaper, options.linger(), listener);
        boolean ready = false;
        while (!ready && !stop.isAsked()) {
            try {
                ready = isReadyToLeave(watch);
            } catch (IOException e) {
                waitForFileSystem(e);
            }
        }
    }

    /** One round of the loop: looks around, waits for something to happen, and says and takes what there is. */
    private boolean isReadyToLeave(Watch watch) throws IOException, InterruptedException {
        boolean idle = isIdle();
        if (idle && store.hasNews()) {
            store.follow();
            idle = isIdle();
        }
        if (watch.findsOneGone(idle)) {
            exchange(true);
        } else if (idle && !watch.isToStay()) {
            return true;
        }
        boolean due = board.awaitWork(watch.pause()) || uncertain;
        long since = System.nanoTime() - listened;
        if (!due
                && (board.isStarving() && since >= LOOK_FOR_NEWS
                        || since >= options.heartbeat().toNanos())) {
            due = hasNewsFromOthers();
            listened = System.nanoTime();
        }
        if (!stop.isAsked() && (due || board.isStale())) {
            exchange(false);
        }
        return false;
    }

    /** A file system whose server is not to be reached may be back before the lease runs out, and then nothing was lost. */
    private void waitForFileSystem(IOException e) throws IOException, InterruptedException {
        if (!Failures.mayPass(e)) {
            throw e;
        }
        if (!waiting) {
            listener.notice("waiting for the file system: " + Failures.describe(e));
        }
        waiting = true;
        uncertain = true;
        stop.await(RETRY_MILLIS);
    }

    /** Looks whether others have given work back; or have taken this farmer for dead, which whoever is busy must learn, too. */
    private boolean hasNewsFromOthers() throws IOException {
        if (store.hasNews()) {
            store.follow();
        }
        return board.isStarving() && hasPending() || !store.isPresent();
    }

    private boolean isIdle() {
        return !uncertain && board.isEmpty() && unrecorded.isEmpty() && !hasPending();
    }

    private boolean hasPending() {
        return store.look(state -> state.count(State.Phase.PENDING) > 0);
    }

    /** Says all there is to say in one transaction, and takes what there is to do. */
    private void exchange(boolean someAreGone) throws IOException {
        Ids stale = board.takeStale();
        if (!stale.isEmpty()) {
            unrecorded.add(new Op.Unclaimed(stale));
        }
        long lateBeat = lease.late();
        AtomicInteger wanted = new AtomicInteger();
        long asked = System.nanoTime();
        Ids claimed = store.transact(transaction -> {
            unrecorded.addAll(board.takeResults()); // those as well that came while it waited for the lock
            if (transaction.isPresent() && someAreGone) {
                transaction.releaseGone();
            }
            record(transaction);
            if (uncertain) {
                transaction.unclaim(unknown(transaction.state()));
            }
            if (!transaction.isPresent()) {
                return Ids.NONE;
            }
            int free = Math.max(0, board.idleCount() - board.readyCount());
            wanted.set(GuidedClaims.count(
                    transaction.state(),
                    options.slots(),
                    board.idleCount(),
                    board.readyCount(),
                    board.meanSeconds(),
                    pace.horizonSeconds()));
            return wanted.get() == 0 ? Ids.NONE : transaction.claim(free, wanted.get());
        });
        pace.took(System.nanoTime() - asked);
        announce();
        if (!store.isPresent()) {
            stop.ask(Stop.Reason.FENCED);
        } else {
            lease.renew(lateBeat);
        }
        uncertain = true; // until what was claimed is on the board
        put(claimed, claimed.count() == wanted.get());
        uncertain = false;
        waiting = false;
    }

    /** Returns the tasks that the journal says are this farmer's and that it knows nothing of: claimed, and never heard so. */
    private Ids unknown(State state) {
        Set<Integer> known = board.held();
        Ids.Builder unknown = new Ids.Builder();
        state.claimsOf(store.farmer()).forEach(id -> {
            if (!known.contains(id)) {
                unknown.add(id);
            }
        });
        return unknown.build();
    }

    private Transaction record(Transaction transaction) throws IOException {
        late.clear();
        for (Op op : unrecorded) {
            if (op instanceof Op.Ended ended) {
                if (!transaction.ended(ended)) {
                    late.add(ended);
                }
            } else if (op instanceof Op.Requeued back) {
                if (!transaction.requeued(back)) {
                    late.add(back);
                }
            } else if (op instanceof Op.Started started) {
                transaction.started(started);
            } else if (op instanceof Op.Unclaimed unclaimed) {
                transaction.unclaim(unclaimed.ids());
            }
        }
        return transaction;
    }

    /** Tells of what has just been recorded. */
    private void announce() {
        for (Op op : unrecorded) {
            if (op instanceof Op.Ended ended && late.contains(ended)) {
                listener.notice("the result of task " + ended.id() + " (attempt " + ended.attempt() + ", exit status "
                        + ended.status() + ") does not count: others have taken the task over meanwhile");
            } else if (op instanceof Op.Ended ended) {
                recorded.incrementAndGet();
                Path log = store.directory().log(ended.id());
                listener.ended(ended.id(), ended.status(), ended.duration() / 1e6, log);
            } else if (op instanceof Op.Requeued back && !late.contains(op)) {
                requeued.incrementAndGet();
                stalled += back.reason().equals(STALLED) ? 1 : 0;
            }
        }
        if (stalled > 0 && !board.awaitsStalled()) {
            listener.notice("this farmer has stood still for so long that "
                    + (stalled == 1 ? "its task was" : "its " + stalled + " tasks were")
                    + " ended; nobody has taken over, so it goes on, and they start again");
            stalled = 0;
        }
        unrecorded.clear();
    }

    /**
     * Puts claimed tasks up to be started.
     *
     * @param all whether as many were to be had as were wanted; otherwise there are none for this farmer now
     */
    private void put(Ids claimed, boolean all) throws IOException {
        Command[] commands = store.commands(claimed);
        List<Attempt.Assignment> assignments = new ArrayList<>(commands.length);
        store.look(state -> {
            for (int id : claimed.toArray()) {
                Command command = commands[assignments.size()];
                boolean suspect = state.isSuspect(id, store.maxLosses());
                assignments.add(new Attempt.Assignment(id, state.attempts(id) + 1, command, suspect));
            }
            return assignments;
        });
        board.add(assignments, all && hasPending());
    }

    /**
     * TERM to all tasks, some time to obey, KILL.
     *
     * @return whether it is sure that no process of any task is left
     */
    private boolean endTasks() throws InterruptedException {
        try {
            long deadline = System.nanoTime() + options.grace().toNanos();
            while ((reaper.terminate() > 0 || board.runningCount() > 0)
                    && System.nanoTime() < deadline
                    && !stop.isUrgent()) {
                stop.awaitUrgency(POLL_MILLIS);
            }
            reaper.kill();
            return reaper.count() == 0;
        } catch (IOException e) {
            listener.notice(
                    "the reaper did not answer (" + e.getMessage() + "); it ends the tasks when this farmer ends");
            return false;
        }
    }

    private void endSlots() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SLOTS_END_WITHIN_MILLIS);
        for (Thread slot : slots) {
            slot.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        }
    }

    /**
     * Records what is left to record, gives back what is left, and leaves; the views are exact afterwards.
     *
     * @param tasksEnded whether no process of a task is left; otherwise what may still run is not given back: whoever finds
     *     this farmer dead sees to it that it has ended first
     */
    private ExitStatus leave(boolean tasksEnded) throws InterruptedException {
        unrecorded.addAll(board.takeResults());
        try {
            sayTheLast(tasksEnded);
            announce();
        } catch (IOException e) {
            return failToLeave(Failures.untrusted(e));
        } catch (FarmException e) {
            return failToLeave(e);
        }
        reaper.dismiss();
        completeViews();
        return status();
    }

    private void sayTheLast(boolean tasksEnded) throws IOException, InterruptedException {
        Ids notStarted = board.takeReady();
        boolean said = false;
        while (!said) {
            try {
                if (tasksEnded) {
                    store.leave(this::record, "");
                } else {
                    store.transact(transaction -> {
                        record(transaction);
                        transaction.unclaim(notStarted);
                        return notStarted;
                    });
                    listener.notice("some processes of tasks could not be ended; their tasks go back when they have");
                }
                said = true;
            } catch (IOException e) {
                // As long as nobody takes this farmer for dead, its results are worth waiting for the file system.
                if (!Failures.mayPass(e) || reaper.isOverdue()) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }

    /** The journal is complete without the views, and the next farmer writes them anew if need be. */
    private void completeViews() throws InterruptedException {
        for (int tries = 1; tries <= VIEW_TRIES; tries++) {
            try {
                views.complete();
                return;
            } catch (IOException | FarmException e) {
                if (tries == VIEW_TRIES || !(e instanceof IOException failure) || !Failures.mayPass(failure)) {
                    listener.notice("finished, failed, toprocess and timeline.json are not up to date ("
                            + e.getMessage() + "); the next start mends that");
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }

    private ExitStatus status() {
        Stop.Reason reason = stop.reason();
        int left = progress().left();
        if (reason != null && (left > 0 || reason.status() != ExitStatus.STOPPED)) {
            return reason.status();
        }
        return progress().failed() > 0 ? ExitStatus.TASKS_FAILED : ExitStatus.DONE;
    }

    private ExitStatus failToLeave(FarmException problem) {
        listener.notice("the end could not be written down as a whole (" + problem.getMessage()
                + "): what is missing is done again at the next start");
        return ExitStatus.UNTRUSTED;
    }
}
