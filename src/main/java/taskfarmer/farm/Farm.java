package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
 * <p>One thread, the caller's, makes all transactions; each slot has a thread; two more do what has to be done beside.
 * They meet at the {@link Board}.
 */
public final class Farm {
    private static final long LOOK_AROUND = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_AT_DYING = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LOOK_FOR_NEWS = TimeUnit.SECONDS.toNanos(2);
    private static final long REAPED_WITHIN = TimeUnit.SECONDS.toNanos(10);
    private static final long STARTED_WITHIN_MILLIS = 1000;
    private static final long POLL_MILLIS = 20;
    private static final long SLOTS_END_WITHIN_MILLIS = 3000;

    private final Store store;
    private final Views views;
    private final Reaper reaper;
    private final Stop stop;
    private final Options options;
    private final FarmListener listener;
    private final Board board = new Board();
    private final ReadWriteLock starting = new ReentrantReadWriteLock();
    private final List<Thread> slots = new ArrayList<>();
    private final List<Op> unrecorded = new ArrayList<>();
    private final long began = System.nanoTime();
    private final AtomicInteger recorded = new AtomicInteger();
    private final AtomicInteger requeued = new AtomicInteger();

    /**
     * What a farmer is told.
     *
     * @param slots how many tasks run at once
     * @param grace how long tasks get between TERM and KILL
     * @param updateList whether a list that changed is accepted
     * @param temporary the directory for temporary directories
     * @param runner what makes commands executable
     * @param setting what the slots' shells need to know
     * @param clock the wall clock
     */
    public record Options(
            int slots,
            Duration grace,
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
        stop.whenAsked(board::wake);
        boolean tasksEnded = true;
        try (Background background = new Background(reaper, store, views, stop)) {
            try {
                put(first);
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
        long looked = System.nanoTime();
        long listened = looked;
        long dyingSince = 0;
        while (!stop.isAsked()) {
            boolean done = board.isEmpty() && !hasPending();
            long now = System.nanoTime();
            if (done || now - looked >= LOOK_AROUND) {
                looked = now;
                Store.Peers peers = store.checkPeers();
                if (peers == Store.Peers.GONE) {
                    exchange(true);
                } else if (peers == Store.Peers.DYING) {
                    dyingSince = dyingSince == 0 ? now : dyingSince;
                    sweep(now - dyingSince);
                } else if (done) {
                    return;
                }
                dyingSince = peers == Store.Peers.DYING ? dyingSince : 0;
            }
            boolean due = board.awaitWork(done ? LOOK_AT_DYING : LOOK_AROUND);
            if (!due && board.isStarving() && System.nanoTime() - listened >= LOOK_FOR_NEWS) {
                due = store.hasNews();
                listened = System.nanoTime();
            }
            if (!stop.isAsked() && (due || board.isStale())) {
                exchange(false);
            }
        }
    }

    /** Ends what dead farmers of this host have left, if their own reapers have not done so in time. */
    private void sweep(long dyingFor) throws IOException {
        if (dyingFor > REAPED_WITHIN) {
            for (String token : store.dying()) {
                reaper.sweep(token);
            }
        }
    }

    private boolean hasPending() {
        return store.look(state -> state.count(State.Phase.PENDING) > 0);
    }

    /** Says all there is to say in one transaction, and takes what there is to do. */
    private void exchange(boolean someAreGone) throws IOException {
        Ids stale = board.takeStale();
        unrecorded.addAll(board.takeResults());
        List<State.Farmer> gone = new ArrayList<>();
        Ids claimed = store.transact(transaction -> {
            if (someAreGone) {
                gone.addAll(transaction.releaseGone());
            }
            transaction.unclaim(stale);
            record(transaction);
            int most = GuidedClaims.count(
                    transaction.state(), options.slots(), board.idleCount(), board.readyCount(), board.meanSeconds());
            return most == 0 ? Ids.NONE : transaction.claim(most);
        });
        for (State.Farmer farmer : gone) {
            listener.notice("farmer " + farmer.joined().identity().name() + " is gone: its tasks go back");
        }
        announce();
        put(claimed);
    }

    private Transaction record(Transaction transaction) throws IOException {
        for (Op op : unrecorded) {
            if (op instanceof Op.Ended ended) {
                transaction.ended(ended);
            } else if (op instanceof Op.Requeued back) {
                transaction.requeued(back);
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
            if (op instanceof Op.Ended ended) {
                recorded.incrementAndGet();
                Path log = store.directory().log(ended.id());
                listener.ended(ended.id(), ended.status(), ended.duration() / 1e6, log);
            } else if (op instanceof Op.Requeued) {
                requeued.incrementAndGet();
            }
        }
        unrecorded.clear();
    }

    private void put(Ids claimed) throws IOException {
        Command[] commands = store.commands(claimed);
        List<Attempt.Assignment> assignments = new ArrayList<>(commands.length);
        store.look(state -> {
            for (int id : claimed.toArray()) {
                Command command = commands[assignments.size()];
                assignments.add(new Attempt.Assignment(id, state.attempts(id) + 1, command));
            }
            return assignments;
        });
        board.add(assignments, hasPending());
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
            if (tasksEnded) {
                store.leave(this::record);
            } else {
                Ids notStarted = board.takeReady();
                store.transact(transaction -> {
                    record(transaction);
                    transaction.unclaim(notStarted);
                    return notStarted;
                });
                listener.notice("some processes of tasks could not be ended; their tasks go back when they have");
            }
            announce();
        } catch (IOException e) {
            return failToLeave(Failures.untrusted(e));
        } catch (FarmException e) {
            return failToLeave(e);
        }
        completeViews();
        return status();
    }

    /** The journal is complete without the views, and the next farmer writes them anew if need be. */
    private void completeViews() {
        try {
            views.complete();
        } catch (IOException | FarmException e) {
            listener.notice("finished, failed, toprocess and timeline.json are not up to date (" + e.getMessage()
                    + "); the next start mends that");
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
