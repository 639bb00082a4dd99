package taskfarmer.farm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.Signals;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Requirements;

/**
 * Where the slots and the loop of one farmer meet: claimed tasks wait here to be started, results wait here to be
 * recorded.
 *
 * <p>Results are gathered for a moment so that one transaction records many, unless a slot has nothing to do.
 */
final class Board {
    private static final long RECORD_STARTS_AFTER = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long WORTH_RECORDING_AFTER = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long PASSED_AT_MOST = TimeUnit.SECONDS.toNanos(5);
    private static final double WEIGHT_OF_LATEST = 0.1;

    private final Pace pace;
    private final Supplies supplies;
    private final Predicate<Requirements> startable;
    private final Deque<Attempt.Assignment> ready = new ArrayDeque<>();
    private final Map<Integer, Attempt> running = new HashMap<>();
    private List<Result> results = new ArrayList<>();
    private long firstGathered; // when results have been gathered for long enough
    private long firstBelieved; // when a result can be recorded
    private int idle; // slots that take tasks and have none
    private BitSet active = new BitSet(); // the slots that may take tasks
    private final BitSet attached = new BitSet(); // those that have a thread
    private final Set<Integer> taken = new HashSet<>(); // by a slot and not finished: started, or about to be
    private final IdentityHashMap<Attempt.Assignment, Long> passedSince =
            new IdentityHashMap<>(); // by others, while ready
    private volatile Set<Integer> unwanted = Set.of(); // cancelled while they are held here
    private boolean mayHaveMore = true;
    private boolean closed;
    private String reason = "stop"; // why it is closed
    private boolean woken;
    private long firstStalled; // when the first task came back that a standstill has ended; 0: none
    private long lastTaken = System.nanoTime();
    private double meanSeconds;
    private double busySeconds;
    private double slotSeconds; // until the number of slots changed
    private long activated = System.nanoTime();

    /**
     * What became of an attempt.
     *
     * <p>A batch system signals all processes of a job, the tasks as well as this one, and chance decides who is scheduled
     * first. So an end that a signal may have caused is not believed at once: if the farm is stopped within a moment, the
     * task was interrupted, whatever its exit status says, and has neither failed nor finished.
     *
     * @param gathered how long to wait for others to be recorded with it, in {@link System#nanoTime}
     * @param believedAt when it may be recorded
     */
    private record Result(Op op, long gathered, long believedAt) {
        private static final long ENDED_BY_SIGNAL = TimeUnit.SECONDS.toNanos(1);
        private static final long ENDED_OTHERWISE = TimeUnit.MILLISECONDS.toNanos(150);
        private static final long LONG_MICROS = TimeUnit.SECONDS.toMicros(1);

        static Result of(Op op, boolean urgent, long gathering) {
            long now = System.nanoTime();
            long doubt = 0;
            if (op instanceof Op.Ended ended) {
                boolean doubtful = ended.status() != 0 || ended.duration() >= LONG_MICROS;
                doubt = Signals.mayStopTheJob(ended.status()) ? ENDED_BY_SIGNAL : doubtful ? ENDED_OTHERWISE : 0;
            }
            return new Result(op, urgent ? now : now + gathering, now + doubt);
        }

        boolean isBelieved(long now) {
            return believedAt - now <= 0;
        }

        Result unlessBelieved(long now, String reason) {
            if (isBelieved(now) || !(op instanceof Op.Ended e)) {
                return this;
            }
            Op back = new Op.Requeued(e.id(), e.attempt(), e.slot(), e.start(), e.duration(), reason);
            return new Result(back, gathered, now);
        }
    }

    /** Returns a board for a farmer that can start anything at any time. */
    Board(Pace pace) {
        this(pace, Supplies.UNCOUNTED, requirements -> true);
    }

    /** Returns a board; {@code startable} tells whether a claimed task can be started now. */
    Board(Pace pace, Supplies supplies, Predicate<Requirements> startable) {
        this.pace = pace;
        this.supplies = supplies;
        this.startable = startable;
    }

    /**
     * Says which slots take tasks from now on; the others wait, when their task has ended, until they are wanted again. (They keep
     * their shells: the number of a session that has ended may become that of somebody else's, and sessions are signalled.)
     *
     * @return those that need a thread: each is to call {@link #take} until it returns null
     */
    synchronized BitSet activate(BitSet slots) {
        slotSeconds = slotSeconds();
        activated = System.nanoTime();
        active = (BitSet) slots.clone();
        BitSet fresh = (BitSet) slots.clone();
        fresh.andNot(attached);
        attached.or(fresh);
        notifyAll();
        return fresh;
    }

    /** Returns how many slots take tasks. */
    synchronized int activeCount() {
        return active.cardinality();
    }

    /** Waits for the next task of a slot; returns null when there will be no more. Each one taken is to be finished. */
    synchronized Attempt.@Nullable Assignment take(int slot) throws InterruptedException {
        boolean counted = false; // as idle
        try {
            Attempt.Assignment next = next(slot);
            while (!closed && next == null) {
                if (counted != active.get(slot)) {
                    counted = !counted;
                    idle += counted ? 1 : -1;
                    notifyAll();
                }
                wait();
                next = next(slot);
            }
            if (closed || next == null) {
                return null;
            }
            lastTaken = System.nanoTime();
            removeReady(next);
            taken.add(next.id());
            return next;
        } finally {
            idle -= counted ? 1 : 0;
        }
    }

    private Attempt.@Nullable Assignment next(int slot) {
        return active.get(slot) ? firstStartable() : null;
    }

    /** Returns the first claimed task that can be started now. */
    private Attempt.@Nullable Assignment firstStartable() {
        Attempt.@Nullable Assignment lacking = null;
        for (Attempt.Assignment assignment : ready) {
            if (startable.test(assignment.requirements())) {
                return lacking != null && isPassedForTooLong(lacking) ? null : assignment;
            } else if (lacking == null
                    && supplies.all().covers(assignment.requirements().resources())) {
                lacking = assignment;
            }
        }
        return null;
    }

    /** Others pass a task that lacks something for a while only: then they wait until there is enough for it. */
    private boolean isPassedForTooLong(Attempt.Assignment lacking) {
        long now = System.nanoTime();
        long since = passedSince.computeIfAbsent(lacking, passed -> now);
        return now - since >= PASSED_AT_MOST && !running.isEmpty(); // otherwise others have what it lacks
    }

    /** By identity: a JVM spends 15 ms on the first comparison of records. */
    @SuppressWarnings("ReferenceEquality") // the same object is what is meant
    private void removeReady(Attempt.Assignment assignment) {
        Iterator<Attempt.Assignment> all = ready.iterator();
        while (all.next() != assignment) {
            // on to the next one
        }
        all.remove();
        passedSince.remove(assignment);
    }

    /** Puts back a task that was taken, because what it needs was not there after all. */
    synchronized void putBack(Attempt.Assignment assignment) {
        taken.remove(assignment.id());
        ready.addFirst(assignment);
    }

    /** Returns whether more of what tasks need would be of use: a slot has nothing to do. */
    synchronized boolean isShort() {
        return idle > 0 && !closed;
    }

    /** Takes note that there may be more of what tasks need. */
    synchronized void supplied() {
        mayHaveMore = true;
        notifyAll();
    }

    /** Returns what those claimed tasks need that wait to be started. */
    synchronized List<Requirements> promised() {
        return supplies.areCounted()
                ? ready.stream().map(Attempt.Assignment::requirements).toList()
                : List.of();
    }

    /**
     * Takes note of an attempt that is about to be started.
     *
     * @return false if the farm stops: then it must not be started
     */
    synchronized boolean start(Attempt attempt) {
        if (closed) {
            return false;
        }
        running.put(attempt.slot(), attempt);
        return true;
    }

    /** Takes note of what became of an attempt. */
    synchronized void finish(Attempt attempt, Op result) {
        taken.remove(attempt.assignment().id());
        if (isStalled(result) && firstStalled == 0) {
            firstStalled = System.nanoTime();
        }
        if (running.remove(attempt.slot()) != null) {
            double seconds = (System.nanoTime() - attempt.startNanos()) / 1e9;
            busySeconds += seconds;
            meanSeconds = meanSeconds == 0 ? seconds : meanSeconds + WEIGHT_OF_LATEST * (seconds - meanSeconds);
        }
        if (supplies.areCounted()) { // what it has given back may be what others wait for
            mayHaveMore = true;
            notifyAll();
        }
        // Its end may have been settled right before the board was closed, and come here right after.
        Result end = Result.of(result, attempt.assignment().suspect(), pace.gathering());
        add(closed ? end.unlessBelieved(System.nanoTime(), reason) : end);
    }

    private void add(Result result) {
        boolean first = results.isEmpty();
        results.add(result);
        long gathered = Math.max(result.gathered(), result.believedAt());
        if (first || gathered < firstGathered || running.isEmpty()) {
            notifyAll(); // others need not wake anybody
        }
        firstGathered = first ? gathered : Math.min(firstGathered, gathered);
        firstBelieved = first ? result.believedAt() : Math.min(firstBelieved, result.believedAt());
    }

    /** Waits until there is a reason for a transaction, at most so long; returns whether there is one. */
    synchronized boolean awaitWork(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        while (!woken) {
            long now = System.nanoTime();
            long due = nextDue(now, deadline);
            if (due - now <= 0) {
                return due - deadline < 0;
            }
            TimeUnit.NANOSECONDS.timedWait(this, due - now);
        }
        woken = false;
        return true;
    }

    private long nextDue(long now, long deadline) {
        long due = deadline;
        boolean starving = isStarving();
        if (starving && mayHaveMore) {
            return now;
        }
        if (!results.isEmpty()) {
            due = Math.min(due, starving && running.isEmpty() ? firstBelieved : firstGathered);
        }
        for (Attempt attempt : running.values()) {
            due = Math.min(
                    due,
                    attempt.isRecorded()
                            ? due
                            : attempt.startNanos() + Math.max(RECORD_STARTS_AFTER, pace.gathering()));
        }
        return due;
    }

    /** Makes {@link #awaitWork} return. */
    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    /** Returns the results that are to be recorded now, preceded by the starts that have become worth recording. */
    synchronized List<Op> takeResults() {
        List<Op> taken = new ArrayList<>();
        long now = System.nanoTime();
        for (Attempt attempt : running.values()) {
            if (now - attempt.startNanos() >= WORTH_RECORDING_AFTER && attempt.isToBeRecorded()) {
                taken.add(attempt.started());
            }
        }
        List<Result> all = results;
        results = new ArrayList<>();
        for (Result result : all) {
            if (result.isBelieved(now)) {
                taken.add(result.op());
            } else {
                add(result);
            }
        }
        return taken;
    }

    /** Puts claimed tasks up to be started. */
    synchronized void add(List<Attempt.Assignment> assignments, boolean more) {
        ready.addAll(assignments);
        mayHaveMore = more;
        if (!assignments.isEmpty()) {
            lastTaken = System.nanoTime();
            notifyAll();
        }
    }

    /** Returns the tasks that have waited for a slot in vain, and forgets them: others may have one free. */
    synchronized Ids takeStale() {
        return isStale() ? takeReady() : Ids.NONE;
    }

    /** Says which of the claimed tasks are not to run: those in slots as well that have not been started yet. */
    void unwant(Set<Integer> tasks) {
        unwanted = tasks;
    }

    /** Returns whether a task is not to run. */
    boolean isUnwanted(int task) {
        return unwanted.contains(task);
    }

    /** Returns those of the tasks that wait for a slot, and forgets them: they are not to run. */
    synchronized Ids takeReady(Set<Integer> tasks) {
        Ids.Builder ids = new Ids.Builder();
        ready.removeIf(assignment -> {
            boolean remove = tasks.contains(assignment.id());
            if (remove) {
                ids.add(assignment.id());
            }
            return remove;
        });
        return ids.build();
    }

    /**
     * Lets no task start any more, marks those that run as interrupted, and takes ends that were not believed yet for
     * interruptions.
     *
     * @param why the reason, in one word
     */
    synchronized void close(String why) {
        closed = true;
        reason = why;
        running.values().forEach(attempt -> attempt.interrupt(why));
        long now = System.nanoTime();
        results.replaceAll(result -> result.unlessBelieved(now, why));
        notifyAll();
    }

    /** Returns the tasks that were claimed and not started, and forgets them. */
    synchronized Ids takeReady() {
        Ids.Builder ids = new Ids.Builder();
        ready.forEach(assignment -> ids.add(assignment.id()));
        ready.clear();
        passedSince.clear();
        return ids.build();
    }

    synchronized List<Attempt> running() {
        return List.copyOf(running.values());
    }

    private static boolean isStalled(Op result) {
        return result instanceof Op.Requeued back && back.reason().equals(Farm.STALLED);
    }

    /** Returns whether more tasks are to come back that were ended by the standstill that ended those known of. */
    synchronized boolean awaitsStalled() {
        for (Result result : results) {
            if (isStalled(result.op())) {
                return true;
            }
        }
        for (Attempt attempt : running.values()) {
            if (attempt.startNanos() - firstStalled < 0) {
                return true;
            }
        }
        firstStalled = 0;
        return false;
    }

    synchronized int runningCount() {
        return running.size();
    }

    synchronized int readyCount() {
        return ready.size();
    }

    synchronized int idleCount() {
        return idle;
    }

    /** Returns whether a slot has nothing to do. */
    synchronized boolean isStarving() {
        return idle > 0 && !active.isEmpty() && firstStartable() == null;
    }

    /** Returns whether claimed tasks have waited for a slot in vain, or wait for none that will come. */
    synchronized boolean isStale() {
        return !ready.isEmpty() && (active.isEmpty() || System.nanoTime() - lastTaken >= pace.patience());
    }

    /** Returns the tasks that wait for a slot, are in one, or whose results wait here to be recorded. */
    synchronized Set<Integer> held() {
        Set<Integer> held = new HashSet<>(taken);
        ready.forEach(assignment -> held.add(assignment.id()));
        results.forEach(result -> held.add(Attempt.taskOf(result.op())));
        return held;
    }

    /** Returns whether nothing is claimed, running or unrecorded. */
    synchronized boolean isEmpty() {
        return ready.isEmpty() && taken.isEmpty() && results.isEmpty();
    }

    /** Returns the mean duration of tasks in seconds, from those that ended lately and those that run; 0 if unknown. */
    synchronized double meanSeconds() {
        double elapsed = 0;
        long now = System.nanoTime();
        for (Attempt attempt : running.values()) {
            elapsed += (now - attempt.startNanos()) / 1e9;
        }
        return running.isEmpty() || meanSeconds == 0 ? meanSeconds : Math.max(meanSeconds, elapsed / running.size());
    }

    /** Returns for how many seconds slots have been there, all slots together. */
    synchronized double slotSeconds() {
        return slotSeconds + active.cardinality() * ((System.nanoTime() - activated) / 1e9);
    }

    /** Returns for how many seconds slots have been running tasks, all slots together. */
    synchronized double busySeconds() {
        double busy = busySeconds;
        long now = System.nanoTime();
        for (Attempt attempt : running.values()) {
            busy += (now - attempt.startNanos()) / 1e9;
        }
        return busy;
    }
}
