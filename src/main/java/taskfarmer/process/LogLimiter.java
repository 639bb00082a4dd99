package taskfarmer.process;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The thread that looks at the logs of running attempts, and has those cut that have become too long. */
final class LogLimiter implements AutoCloseable {
    private static final long LOOK_MILLIS = 250;
    private static final long LOOK_AGAIN_MILLIS = 20; // at those who write so fast that one was cut

    private final long limit;
    private final Set<CappedLog> running = new LinkedHashSet<>(); // guarded by this, as all that follows
    private boolean begun;
    private boolean closed;

    /**
     * Returns what keeps logs from growing.
     *
     * @param limit how many bytes a log may have
     */
    LogLimiter(long limit) {
        this.limit = limit;
    }

    /** Begins to look after a log, whose attempt has just been started. */
    synchronized CappedLog watch(Path log) {
        CappedLog watched = new CappedLog(log, limit, this::leave);
        running.add(watched);
        if (!begun) {
            begun = true;
            Thread thread = new Thread(this::run, "log-limit");
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
        return watched;
    }

    private synchronized void leave(CappedLog log) {
        running.remove(log);
    }

    private void run() {
        try {
            long pause = LOOK_MILLIS;
            for (List<CappedLog> now = await(pause); !now.isEmpty(); now = await(pause)) {
                boolean any = false;
                for (CappedLog log : now) {
                    any |= log.look();
                }
                pause = any ? LOOK_AGAIN_MILLIS : LOOK_MILLIS;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns what is to be looked at, after a pause; nothing when all is over. */
    private synchronized List<CappedLog> await(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (!closed) {
            long left = (end - System.nanoTime() + 999_999) / 1_000_000;
            if (left > 0) {
                wait(left);
            } else if (running.isEmpty()) {
                wait();
                end = System.nanoTime() + LOOK_MILLIS * 1_000_000; // it has only just begun
            } else {
                return List.copyOf(running);
            }
        }
        return List.of();
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
