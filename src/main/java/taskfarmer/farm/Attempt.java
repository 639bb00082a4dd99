package taskfarmer.farm;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import taskfarmer.model.Command;
import taskfarmer.store.Op;
import taskfarmer.store.Requirements;

/** One execution of a task in a slot, from its start to its end or interruption, whichever comes first. */
final class Attempt {
    private static final String RUNNING = "";
    private static final String ENDED = "ended";

    private final Assignment assignment;
    private final int slot;
    private final long startMicros;
    private final long startNanos;
    private final AtomicReference<String> course = new AtomicReference<>(RUNNING); // the reason once it is interrupted
    private volatile long session;
    private boolean recorded;

    /**
     * A claimed task, ready to be started.
     *
     * @param id the task's ID
     * @param number the number of the attempt, from 1
     * @param command what to run
     * @param suspect whether the task was lost with a farmer before: then its end is recorded without delay, so that it is not
     *     blamed for what happens later
     * @param requirements what decides when and where it may run
     */
    record Assignment(int id, int number, Command command, boolean suspect, Requirements requirements) {}

    Attempt(Assignment assignment, int slot, long startMicros, long startNanos) {
        this.assignment = assignment;
        this.slot = slot;
        this.startMicros = startMicros;
        this.startNanos = startNanos;
    }

    Assignment assignment() {
        return assignment;
    }

    int slot() {
        return slot;
    }

    /** Takes note of the session that it runs in. */
    void runsIn(long newSession) {
        session = newSession;
    }

    /** Returns whether it was started: one that failed to, and will be tried again, has no session. */
    boolean hasSession() {
        return session != 0;
    }

    /** Returns the name by which the reaper knows it: {@code SESSION:TASK.ATTEMPT}. */
    String processes() {
        return session + ":" + assignment.id() + '.' + assignment.number();
    }

    long startNanos() {
        return startNanos;
    }

    /** Returns the task that a result is about, which is always one. */
    static int taskOf(Op result) {
        if (result instanceof Op.Ended ended) {
            return ended.id();
        }
        return result instanceof Op.Requeued back
                ? back.id()
                : ((Op.Unclaimed) result).ids().toArray()[0];
    }

    /**
     * Settles that the attempt ended by itself.
     *
     * @return false if it had been interrupted before: a task that ends after it was sent TERM may have stopped half-way,
     *     whatever its exit status says
     */
    boolean end() {
        return course.compareAndSet(RUNNING, ENDED);
    }

    /** Settles that the attempt is interrupted for a reason, in one word, unless it has ended or been interrupted before. */
    void interrupt(String reason) {
        course.compareAndSet(RUNNING, reason);
    }

    /** Returns why it was interrupted. */
    String interruption() {
        return Objects.requireNonNull(course.get());
    }

    /** Returns true the first time it is asked: the start of an attempt is recorded once. Guarded by the board. */
    boolean isToBeRecorded() {
        boolean first = !recorded;
        recorded = true;
        return first;
    }

    boolean isRecorded() {
        return recorded;
    }

    Op.Started started() {
        return new Op.Started(assignment.id(), assignment.number(), slot, startMicros);
    }

    Op.Ended ended(int status, long endNanos) {
        return new Op.Ended(
                assignment.id(), assignment.number(), slot, startMicros, (endNanos - startNanos) / 1000, status);
    }

    Op.Requeued requeued(String reason, long endNanos) {
        return new Op.Requeued(
                assignment.id(), assignment.number(), slot, startMicros, (endNanos - startNanos) / 1000, reason);
    }
}
