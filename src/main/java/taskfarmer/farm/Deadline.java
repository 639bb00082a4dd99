package taskfarmer.farm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import taskfarmer.model.Durations;
import taskfarmer.process.Reaper;

/**
 * The end of the walltime, drawing near: running tasks are warned, once each, and then the farm is stopped.
 *
 * <p>On a thread of its own: the farmer's loop may be waiting for the lock.
 */
final class Deadline implements Runnable {
    private static final long LOOK_MILLIS = 100;
    private static final long LONGEST_LOOK = TimeUnit.SECONDS.toNanos(1);
    private static final long BEING_STARTED = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long FOREVER_MILLIS = TimeUnit.DAYS.toMillis(36_500);

    private final Orders orders;
    private final Board board;
    private final Reaper reaper;
    private final Lock noneStarts;
    private final Stop stop;
    private final FarmListener listener;
    private final Set<Attempt> warned = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    private boolean toldAll; // that are to be told

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
            if (before > 0 && walltime.toEnd() <= before) {
                listener.notice("no task will be warned: there is less time left than --warn-before "
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
        long moment = 0; // of the warning
        while (!stop.isAsked()) {
            long toStop = walltime.toStop();
            long toWarn = before == 0 || toldAll ? Long.MAX_VALUE : walltime.toEnd() - before;
            if (toStop <= 0) {
                String left = Durations.show(Math.max(0, walltime.toEnd()) / 1_000_000_000 * 1000);
                stop.ask(Stop.Reason.wished(Conduct.WALLTIME, "the walltime ends in " + left));
            } else if (toWarn <= 0) {
                moment = moment == 0 ? System.nanoTime() : moment;
                toldAll = warn(moment, walltime);
                stop.await(toldAll ? 0 : LOOK_MILLIS);
            } else {
                // What the farmer has to do at the end may turn out to take longer: look again soon.
                stop.await(1 + Math.min(LONGEST_LOOK, Math.min(toStop, toWarn)) / 1_000_000);
            }
        }
    }

    /** Warns all that were running at that moment; returns whether it has got to all of them. */
    private boolean warn(long moment, Walltime walltime) throws InterruptedException {
        // What is running now is what the slots' sessions run, until the lock is given back: nothing else is hit.
        if (!noneStarts.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            return false;
        }
        try {
            boolean all = true;
            List<Attempt> now = new ArrayList<>();
            for (Attempt attempt : board.running()) {
                if (attempt.startNanos() - moment < 0 && !warned.contains(attempt)) {
                    boolean reached = attempt.hasSession() && System.nanoTime() - attempt.startNanos() >= BEING_STARTED;
                    all &= reached; // otherwise there may be no process yet that a signal could reach
                    if (reached) {
                        now.add(attempt);
                    }
                }
            }
            if (!now.isEmpty()) {
                warned.addAll(now); // first: they may end at once
                String signal = orders.warning().orElseThrow().signal();
                reaper.signal(signal, now.stream().map(Attempt::processes).toList());
                listener.notice("the walltime ends in "
                        + Durations.show(Math.max(0, walltime.toEnd()) / 1_000_000_000 * 1000) + ": sent " + signal
                        + (now.size() == 1 ? " to the running task" : " to " + now.size() + " running tasks"));
            }
            return all;
        } catch (IOException e) {
            return false; // a reaper that is just being replaced
        } finally {
            noneStarts.unlock();
        }
    }
}
