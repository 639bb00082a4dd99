package taskfarmer.farm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import taskfarmer.process.Reaper;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;

/** Ends single attempts: TERM, some time to obey, KILL. Used by one thread. */
final class Aborts {
    private static final long WAIT_MILLIS = 200;
    private static final long BEING_STARTED = TimeUnit.MILLISECONDS.toNanos(200);

    private final Board board;
    private final Reaper reaper;
    private final Lock noneStarts;
    private final long grace;
    private final IdentityHashMap<Attempt, Long> told = new IdentityHashMap<>(); // when
    private boolean waiting; // for attempts that have only just been started

    /** Returns what ends attempts; as long as {@code noneStarts} is held, no slot starts anything. */
    Aborts(Board board, Reaper reaper, Lock noneStarts, long graceNanos) {
        this.board = board;
        this.reaper = reaper;
        this.noneStarts = noneStarts;
        this.grace = graceNanos;
    }

    /**
     * Ends the attempts of tasks that somebody has cancelled: sends each the signal that is due.
     *
     * @return those of the tasks that were claimed and have not been started; they will not be
     */
    Ids obey(Set<Integer> tasks) throws IOException, InterruptedException {
        board.unwant(tasks);
        Ids notStarted = tasks.isEmpty() ? Ids.NONE : board.takeReady(tasks);
        IdentityHashMap<Attempt, String> cancelled = new IdentityHashMap<>();
        if (!tasks.isEmpty()) {
            for (Attempt attempt : board.running()) {
                if (tasks.contains(attempt.assignment().id())) {
                    cancelled.put(attempt, Op.Requeued.CANCEL);
                }
            }
        }
        end(cancelled);
        return notStarted;
    }

    /**
     * Sends each of these attempts the signal that is due.
     *
     * @param attempts each with the reason; to be named again and again until they have ended
     */
    void end(IdentityHashMap<Attempt, String> attempts) throws IOException, InterruptedException {
        if (attempts.isEmpty()) {
            told.clear();
            waiting = false;
            return;
        }
        // What is running now is what the slots' sessions run, until the lock is given back: nothing else is hit.
        if (noneStarts.tryLock(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
            try {
                endRunning(attempts);
            } finally {
                noneStarts.unlock();
            }
        }
    }

    private void endRunning(IdentityHashMap<Attempt, String> attempts) throws IOException {
        long now = System.nanoTime();
        List<String> term = new ArrayList<>();
        List<String> kill = new ArrayList<>();
        List<Attempt> running = board.running();
        told.keySet().retainAll(Set.copyOf(running));
        waiting = false;
        for (Attempt attempt : running) {
            String reason = attempts.get(attempt);
            if (reason == null) {
                continue;
            }
            attempt.interrupt(reason);
            if (!attempt.hasSession() || now - attempt.startNanos() < BEING_STARTED) {
                waiting = true; // there may be no process yet that a signal could reach
            } else {
                Long before = told.putIfAbsent(attempt, now);
                if (before == null) {
                    term.add(attempt.processes());
                } else if (now - before >= grace) {
                    kill.add(attempt.processes());
                }
            }
        }
        if (!term.isEmpty()) {
            reaper.signal("TERM", term);
        }
        if (!kill.isEmpty()) {
            reaper.signal("KILL", kill);
        }
    }

    /** Returns whether some are being ended. */
    boolean isBusy() {
        return waiting || !told.isEmpty();
    }
}
