package taskfarmer.farm;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import taskfarmer.model.Durations;
import taskfarmer.process.Reaper;

/**
 * The end of the walltime, drawing near: tasks are warned, once each, and then the farm is stopped.
 *
 * <p>The warning comes so long before tasks are ended, which is a while before the walltime ends; those that start later are warned as
 * soon as they have started.
 *
 * <p>On a thread of its own: the farmer's loop may be waiting for the lock.
 */
final class Deadline implements Runnable {
    private static final long LOOK_MILLIS = 100;
    private static final long LONGEST_LOOK = TimeUnit.SECONDS.toNanos(1);
    private static final long BEING_STARTED = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long FOREVER_MILLIS = TimeUnit.DAYS.toMillis(36_500);

    private final Orders orders;
    private final Board board;
    private final Reaper reaper;
    private final Lock noneStarts;
    private final Stop stop;
    private final FarmListener listener;
    private final Set<Attempt> warned = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    private boolean said; // that tasks are being warned

    /** Returns one that has not begun; as long as {@code noneStarts} is held, no slot starts anything. */
    Deadline(Orders orders, Board board, Reaper reaper, Lock noneStarts, Stop stop, FarmListener listener) {
        this.orders = orders;
        this.board = board;
        this.reaper = reaper;
        this.noneStarts = noneStarts;
        this.stop = stop;
        this.listener = listener;
    }

    /** Begins, on a thread of its own, unless it is known that there is no end. */
    void begin() {
        if (orders.walltime().isUnlimited() && orders.warning().isEmpty()) {
            return;
        }
        Thread thread = new Thread(this, Conduct.WALLTIME);
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns whether an attempt has been told of the end: if it then ends otherwise than well, it was interrupted. */
    boolean hasWarned(Attempt attempt) {
        return !warned.isEmpty() && warned.contains(attempt);
    }

    @Override
    public void run() {
        try {
            Walltime walltime = orders.walltime();
            walltime.awaitSettled(FOREVER_MILLIS);
            if (!walltime.isLimited()) {
                orders.warning()
                        .ifPresent(warning -> listener.notice("no walltime is known, so no task will be sent "
                                + warning.signal() + " before its end; --walltime tells it"));
                return;
            }
            long before =
                    orders.warning().map(warning -> warning.before().toNanos()).orElse(0L);
            if (before > 0 && walltime.toStop() <= before) {
                listener.notice("no task will be warned: tasks are ended in less time than --warn-before "
                        + Durations.show(before / 1_000_000));
                before = 0;
            }
            await(walltime, before);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            stop.ask(Stop.Reason.bug(e));
            throw e;
        }
    }

    private void await(Walltime walltime, long before) throws InterruptedException {
        while (!stop.isAsked()) {
            long toStop = walltime.toStop();
            long toWarn = before == 0 ? Long.MAX_VALUE : toStop - before;
            if (toStop <= 0) {
                stop.ask(Stop.Reason.wished(Conduct.WALLTIME, endsIn(walltime)));
            } else if (toWarn <= 0) {
                warn(walltime);
                stop.await(LOOK_MILLIS);
            } else {
                // What the farmer has to do at the end may turn out to take longer: look again soon.
                stop.await(1 + Math.min(LONGEST_LOOK, Math.min(toStop, toWarn)) / 1_000_000);
            }
        }
    }

    private static String endsIn(Walltime walltime) {
        long seconds = (Math.max(0, walltime.toEnd()) + SECOND - 1) / SECOND;
        return "the walltime ends in " + Durations.show(seconds * 1000);
    }

    /** Warns those that run and have not been warned; those that are just being started the next time. */
    private void warn(Walltime walltime) throws InterruptedException {
        // What is running now is what the slots' sessions run, until the lock is given back: nothing else is hit.
        if (unwarned().isEmpty() || !noneStarts.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            return;
        }
        List<Attempt> now = unwarned();
        try {
            warned.retainAll(Set.copyOf(board.running()));
            warned.addAll(now); // first: they may end at once
            String signal = orders.warning().orElseThrow().signal();
            reaper.signal(signal, now.stream().map(Attempt::processes).toList());
            if (!said && !now.isEmpty()) {
                said = true;
                listener.notice(endsIn(walltime) + ": sent " + signal
                        + (now.size() == 1 ? " to the running task" : " to " + now.size() + " running tasks"));
            }
        } catch (IOException e) {
            now.forEach(warned::remove); // a reaper that is just being replaced: the next look comes soon
        } finally {
            noneStarts.unlock();
        }
    }

    /** Returns those that run and are to be warned; right after its start there may be no process that a signal could reach. */
    private List<Attempt> unwarned() {
        long now = System.nanoTime();
        return board.running().stream()
                .filter(attempt -> attempt.hasSession()
                        && now - attempt.startNanos() >= BEING_STARTED
                        && !warned.contains(attempt))
                .toList();
    }
}
