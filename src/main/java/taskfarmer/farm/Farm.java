package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
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
    private static final long LOOK_FOR_NEWS = TimeUnit.MILLISECONDS.toNanos(1500);
    private static final long LOOK_WHILE_ENDING = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_AT_ABORTS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long STARTED_WITHIN_MILLIS = 1000;
    private static final long POLL_MILLIS = 20;
    private static final long RETRY_MILLIS = 1000;
    private static final long WITHOUT_PROSPECT = TimeUnit.SECONDS.toNanos(10);

    /** The reason of interruptions by the own reaper, which had been told of no heartbeat for too long. */
    static final String STALLED = "stalled";

    private final Store store;
    private final Reaper reaper;
    private final Views views;
    private final Stop stop;
    private final Options options;
    private final FarmListener listener;
    private final Pace pace = new Pace();
    private final Suitability suitability;
    private final Board board;
    private final Overseer overseer;
    private final ReadWriteLock starting = new ReentrantReadWriteLock();
    private final Conduct conduct;
    private final Deadline deadline;
    private final Errands errands;
    private final Growth growth;
    private final Lease lease;
    private final Wishes wishes;
    private final Exchange exchange;
    private final Departure departure;
    private final Slots slots;
    private long listened = System.nanoTime();
    private long outlookSince; // since when there are only tasks that this farmer cannot run; 0: that is not so
    private boolean waiting; // for the file system
    private final AtomicBoolean overseen = new AtomicBoolean();
    private boolean leaving; // as far as is known
    private boolean left; // the farm, before the tasks of its slots, of which there are none
    private String host = ""; // for people
    private final long began = System.nanoTime();

    /**
     * What a farmer is told.
     *
     * @param slots how many tasks run at once
     * @param grace how long tasks get between TERM and KILL
     * @param heartbeat the time between two heartbeats
     * @param linger whether to stay, when nothing is left to take, until all tasks of all farmers are recorded
     * @param updateList whether a list that changed is accepted
     * @param retryFailed whether tasks that failed are to run again, unless others are at work on them already
     * @param onlyTags the tags that it takes tasks by; none: all tasks
     * @param here the directory that it was started in
     * @param temporary the directory for temporary directories
     * @param runners what makes commands executable, by the name that a task asks for
     * @param supplies what its node has for tasks
     * @param setting what the slots' shells need to know
     * @param clock the wall clock
     * @param orders what it is told besides
     */
    public record Options(
            int slots,
            Duration grace,
            Duration heartbeat,
            boolean linger,
            boolean updateList,
            boolean retryFailed,
            Set<String> onlyTags,
            Path here,
            Path temporary,
            Function<Optional<String>, Runner> runners,
            Supplies supplies,
            SlotShell.Setting setting,
            InstantSource clock,
            Orders orders) {}

    /** Returns a farmer that has not joined yet. */
    public Farm(Store store, Views views, Reaper reaper, Stop stop, Options options, FarmListener listener) {
        this.store = store;
        this.reaper = reaper;
        this.views = views;
        this.stop = stop;
        this.options = options;
        this.listener = listener;
        Supplies supplies = options.supplies();
        Orders orders = options.orders();
        this.suitability = new Suitability(options.onlyTags(), orders.walltime()::fits, supplies);
        this.board = new Board(pace, supplies, suitability::isStartable);
        this.conduct = new Conduct(orders, stop, listener);
        this.deadline = new Deadline(orders, board, reaper, starting.writeLock(), stop, listener);
        this.errands = new Errands(orders, options.setting(), options.grace(), reaper, stop, listener);
        this.growth = new Growth(store, orders.pool(), listener);
        this.lease = new Lease(store, reaper, board::wake);
        this.wishes = new Wishes(board, aborts(), stop, listener);
        this.overseer = new Overseer(board, new Limits(board, store.directory()::log), aborts(), supplies, stop);
        this.exchange = new Exchange(store, board, suitability, supplies, lease, pace, conduct, stop, listener);
        this.departure = new Departure(store, board, exchange, reaper, views, conduct, errands, listener);
        this.slots = new Slots(
                board,
                new Slot.Shared(
                        board,
                        starting.readLock(),
                        conduct,
                        deadline,
                        options.runners(),
                        supplies,
                        reaper,
                        options.setting(),
                        store.directory(),
                        options.here(),
                        options.temporary(),
                        stop,
                        options.clock(),
                        listener));
    }

    private Aborts aborts() {
        return new Aborts(board, reaper, starting.writeLock(), options.grace().toNanos());
    }

    /**
     * Runs until nothing is left to do or the farm is asked to stop, and leaves everything in order.
     *
     * @param joined what this farmer says of itself
     * @throws FarmException if list or work directory are refused; then nothing was started
     */
    public ExitStatus run(ListInput list, Op.Joined joined) throws IOException, InterruptedException {
        Ids first = store.join(list, options.updateList(), joined, transaction -> {
            retryFailed(transaction);
            attend(transaction.state());
            exchange.offer(transaction);
            int allowed = conduct.allowance(transaction.state(), options.slots(), 0);
            return stop.isAsked() || allowed == 0
                    ? Ids.NONE
                    : transaction.claim(allowed, allowed, suitability.means(List.of(), false));
        });
        reaper.beat(store.beat());
        int self = store.farmer();
        host = joined.identity().place();
        store.listen(state -> hear(state, self));
        store.look(state -> hear(state, self)); // the first time
        stop.whenAsked(board::wake);
        try (Background beating = Background.beating(lease, options.heartbeat(), store.locks(), stop)) {
            boolean tasksEnded = true;
            try (Background tidying = Background.tidying(store, views, stop)) {
                try {
                    deadline.begin();
                    errands.begin(self, joined.identity(), this::hearWhileEnding);
                    conduct.beReady();
                    begin(first);
                    wishes.obey(slots); // as many slots as it has said
                    work();
                    if (wishes.isDraining()) {
                        stop.ask(wishes.drained());
                    }
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
                slots.awaitEnd();
            }
            Stop.Reason reason = stop.reason();
            String word = reason == null ? "" : reason.word();
            boolean whole =
                    left ? departure.afterLeaving() : departure.leave(tasksEnded && board.runningCount() == 0, word);
            return whole ? status() : ExitStatus.UNTRUSTED;
        } finally {
            errands.finish(); // in case that it could not leave in good order
        }
    }

    /** Hears what the journal says, and what follows for this farmer at once. */
    private Op.Wish hear(State state, int self) {
        attend(state);
        return wishes.hear(state, self);
    }

    /** As soon as a task asks for something, somebody looks after that. */
    private void attend(State state) {
        if (state.isSharing()) {
            options.supplies().count();
        }
        if (state.isAsking() && overseen.compareAndSet(false, true)) {
            overseer.start();
        }
    }

    /**
     * Puts failed tasks back, if that is wished. Of several farmers that are started together the first one does so: what fails
     * while it is there has failed again.
     */
    private void retryFailed(Transaction transaction) throws IOException {
        Ids failed = options.retryFailed() ? transaction.state().all(State.Phase.FAILED) : Ids.NONE;
        if (failed.isEmpty()) {
            return;
        }
        if (transaction.state().slots() > options.slots()) {
            listener.notice(
                    "others are at work already, so no failed task was put back; taskfarmer retry --failed does that");
        } else {
            transaction.retry(failed);
        }
    }

    private void begin(Ids first) throws IOException, InterruptedException {
        try {
            exchange.put(first, true);
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
        double busy = Math.min(1, board.busySeconds() / Math.max(1e-9, board.slotSeconds()));
        int running = board.runningCount();
        int self = store.farmer();
        return store.look(state -> {
            int claimed = state.count(State.Phase.CLAIMED);
            return new Progress(
                    state.count(State.Phase.FINISHED),
                    state.count(State.Phase.FAILED),
                    state.count(State.Phase.CANCELLED),
                    running,
                    claimed - state.claimsOf(self).count(),
                    state.count(State.Phase.PENDING) + claimed,
                    exchange.recorded(),
                    exchange.requeued(),
                    state.farmers().containsKey(self)
                            ? state.farmers().get(self).slots()
                            : options.slots(),
                    seconds,
                    busy);
        });
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
        if (leaving) {
            return leaves();
        }
        exchange.giveBack(wishes.obey(slots));
        store.look(state -> conduct.look(state, board.activeCount(), host)).ifPresent(why -> wishes.drain(why, slots));
        if (wishes.isDraining()) {
            conduct.drain();
        }
        boolean due = growth.look();
        boolean idle = isIdle();
        if (idle) {
            due |= hasNewsFromOthers();
            exchange.giveBack(wishes.obey(slots));
            idle = isIdle();
        }
        if (watch.findsOneGone(idle)) {
            exchange.exchange(true);
            waiting = false;
        } else if (idle && (wishes.isDraining() || !watch.isToStay() && !mayBeNeeded() && !conduct.stays())) {
            return wishes.isDraining() || store.look(this::isCutShort) || leaves();
        }
        due = due || store.look(State::haveRested) || board.awaitWork(pause(watch)) || exchange.isDue();
        if (!due && System.nanoTime() - listened >= LOOK_FOR_NEWS) {
            due = hasNewsFromOthers();
        }
        if (!stop.isAsked() && (due || board.isStale())) {
            exchange.exchange(false);
            waiting = false;
        }
        return false;
    }

    /** Leaves the farm; not if it turns out under the lock that there is something to do after all, which is then begun. */
    private boolean leaves() throws IOException {
        leaving = true; // should it fail, it may have left all the same
        left = store.leaveIfDone(state -> prospect(state) == State.Prospect.NONE);
        leaving = false;
        if (!left) {
            exchange.exchange(false);
        }
        return left;
    }

    private long pause(Watch watch) {
        long look = LOOK_FOR_NEWS - (System.nanoTime() - listened);
        long pause = Math.min(watch.pause(), Math.max(1, look));
        pause = Math.min(pause, Math.max(1, store.look(State::nanosToRest)));
        return wishes.isAborting() ? Math.min(pause, LOOK_AT_ABORTS) : pause;
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
        exchange.doubt();
        stop.await(RETRY_MILLIS);
    }

    /** Looks whether others have given work back; or have taken this farmer for dead, which whoever is busy must learn, too. */
    private boolean hasNewsFromOthers() throws IOException {
        listened = System.nanoTime();
        if (store.hasNews()) {
            store.follow();
        }
        return board.isStarving() && hasPending() || !store.isPresent();
    }

    private boolean isIdle() {
        return !exchange.isDue() && board.isEmpty() && (wishes.isDraining() || !hasPending());
    }

    /** Returns whether this farmer leaves because tasks are left that it would run, had it more time. */
    private boolean isCutShort(State state) {
        return conduct.isCutShort(
                state,
                requirements -> suitability.hasTagsOf(requirements)
                        && suitability.hasEnoughFor(requirements)
                        && !suitability.hasTimeFor(requirements));
    }

    private boolean hasPending() {
        return store.look(state -> prospect(state) == State.Prospect.NOW);
    }

    private State.Prospect prospect(State state) {
        return state.prospect(suitability.means(List.of(), false));
    }

    /**
     * Returns whether there may be work for this farmer later, although there is none now. Where tasks wait for such that only
     * others can run, these may just be about to take them, or to come.
     */
    private boolean mayBeNeeded() {
        State.Prospect prospect = store.look(this::prospect);
        boolean left = store.look(
                state -> state.isAsking() && Leftovers.of(state, suitability).waiting() > 0);
        if (prospect == State.Prospect.LATER || !left) {
            outlookSince = 0;
        } else if (outlookSince == 0) {
            outlookSince = System.nanoTime();
        }
        return prospect == State.Prospect.LATER || left && System.nanoTime() - outlookSince < WITHOUT_PROSPECT;
    }

    private boolean hasCompany(State state) {
        int self = store.farmer();
        return state.isAsking()
                && state.farmers().values().stream().anyMatch(farmer -> farmer.present() && farmer.number() != self);
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
                hearWhileEnding();
            }
            reaper.kill();
            return reaper.count() == 0;
        } catch (IOException e) {
            listener.notice(
                    "the reaper did not answer (" + e.getMessage() + "); it ends the tasks when this farmer ends");
            return false;
        }
    }

    /** Somebody may lose patience with tasks that do not obey. */
    private void hearWhileEnding() {
        if (System.nanoTime() - listened >= LOOK_WHILE_ENDING) {
            listened = System.nanoTime();
            try {
                store.follow();
            } catch (IOException | FarmException e) {
                // Whatever is wrong, the tasks are being ended already.
            }
        }
    }

    private ExitStatus status() {
        Stop.Reason reason = stop.reason();
        int left = progress().left();
        if (reason != null && (left > 0 || reason.status() != ExitStatus.STOPPED)) {
            return reason.status();
        }
        if (reason == null && left > 0) {
            Leftovers leftovers = store.look(state -> Leftovers.of(state, suitability));
            if (!leftovers.text().isEmpty()) {
                listener.notice(leftovers.text());
            }
            boolean alone = !store.look(this::hasCompany);
            if (alone && (leftovers.areForAnotherRun() || leftovers.areTooLarge())) {
                return leftovers.areForAnotherRun() ? ExitStatus.STOPPED : ExitStatus.TASKS_FAILED;
            }
        }
        return progress().failed() > 0 ? ExitStatus.TASKS_FAILED : ExitStatus.DONE;
    }
}
