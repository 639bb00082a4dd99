package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import taskfarmer.farm.FarmListener;
import taskfarmer.farm.Stop;
import taskfarmer.model.Command;
import taskfarmer.process.Logs;
import taskfarmer.store.Op;

/**
 * Removes the logs that are not kept, when the end of their task is recorded, and passes everything on.
 *
 * <p>Not before: until then the log is the trace of the attempt's start. And on a thread of its own, because a file server may take
 * longer for it than for all the rest of a short task.
 */
final class LogKeeper implements FarmListener, AutoCloseable {
    private static final long ENDS_WITHIN_MILLIS = 60_000;

    private final FarmListener next;
    private final Logs logs;
    private final Map<Integer, Integer> attempts = new ConcurrentHashMap<>(); // of tasks that have not ended
    private final BlockingQueue<Old> waiting = new LinkedBlockingQueue<>();
    private @Nullable Thread thread; // guarded by this
    private boolean told; // of the removing thread

    private record Old(int task, int attempt) {
        static final Old LAST = new Old(-1, 0);
    }

    LogKeeper(FarmListener next, Logs logs) {
        this.next = next;
        this.logs = logs;
    }

    @Override
    public void started(int task, int attempt, int slot, Command command) {
        if (logs.drops(false)) {
            attempts.put(task, attempt);
        }
        next.started(task, attempt, slot, command);
    }

    @Override
    public void ended(Op.Ended end, Path log) {
        next.ended(end, log);
        if (end.verdict() != Op.Verdict.AGAIN && logs.drops(end.succeeded())) {
            attempts.remove(end.id());
            remove(new Old(end.id(), end.attempt()));
        }
    }

    @Override
    public void cancelled(int task, double seconds) {
        next.cancelled(task, seconds);
        Integer attempt = attempts.remove(task);
        if (attempt != null) {
            remove(new Old(task, attempt));
        }
    }

    @Override
    public void stopping(Stop.Reason reason, int running) {
        next.stopping(reason, running);
    }

    @Override
    public void notice(String message) {
        next.notice(message);
    }

    private synchronized void remove(Old old) {
        if (thread == null) {
            thread = new Thread(this::removeAll, "logs");
            thread.setDaemon(true);
            thread.start();
        }
        waiting.add(old);
    }

    private void removeAll() {
        try {
            for (Old old = waiting.take(); !old.equals(Old.LAST); old = waiting.take()) {
                try {
                    logs.drop(old.task, old.attempt);
                } catch (IOException e) {
                    tell(old, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Old old, IOException e) {
        if (!told) {
            told = true;
            next.notice(
                    "the log of task " + old.task + " could not be removed, perhaps others neither: " + e.getMessage());
        }
    }

    /** Waits until all is removed, but not for ever: the file server may be away. */
    @Override
    public void close() throws InterruptedException {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running != null) {
            waiting.add(Old.LAST);
            running.join(ENDS_WITHIN_MILLIS);
        }
    }
}
