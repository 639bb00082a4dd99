package taskfarmer.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import taskfarmer.farm.FarmListener;
import taskfarmer.farm.Progress;
import taskfarmer.farm.Stop;
import taskfarmer.model.Command;
import taskfarmer.store.Op;

/** What a person sees of a farm: one live line on a terminal, or a line now and then; failures once each; a summary. */
final class Console implements FarmListener, AutoCloseable {
    private static final long LIVE_MILLIS = 500;
    private static final long PLAIN_MILLIS = 30_000;

    private final Output output;
    private final Shown shown;
    private final LogSettings logs;
    private final boolean verbose;
    private final CountDownLatch closed = new CountDownLatch(1);

    Console(Output output, Shown shown, LogSettings logs, boolean verbose) {
        this.output = output;
        this.shown = shown;
        this.logs = logs;
        this.verbose = verbose;
    }

    /** Begins to tell how far the farm has come, on a thread of its own. */
    void follow(Supplier<Progress> progress) {
        Thread thread = new Thread(
                () -> {
                    try {
                        Progress first = progress.get();
                        while (first.total() == 0 && !closed.await(LIVE_MILLIS, TimeUnit.MILLISECONDS)) {
                            first = progress.get(); // until the farmer has joined
                        }
                        while (!closed.await(output.isTerminal() ? LIVE_MILLIS : PLAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                            show(progress.get(), first);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "progress");
        thread.setDaemon(true);
        thread.start();
    }

    private void show(Progress now, Progress first) {
        if (output.isTerminal()) {
            output.live(line(now, first));
        } else {
            output.line(line(now, first));
        }
    }

    /** Returns one line that answers: is it running, is anything wrong, when is it done. */
    static String line(Progress now, Progress first) {
        StringBuilder line = new StringBuilder();
        line.append(now.finished() + now.failed() + now.cancelled())
                .append('/')
                .append(now.total())
                .append(" done, ");
        line.append(now.failed()).append(" failed, ");
        if (now.cancelled() > 0) {
            line.append(now.cancelled()).append(" cancelled, ");
        }
        line.append(now.running()).append(" running");
        if (now.elsewhere() > 0) {
            line.append(", ").append(now.elsewhere()).append(" with other farmers");
        }
        int waiting = Math.max(0, now.left() - now.running() - now.elsewhere());
        line.append(", ").append(waiting).append(" left");
        double seconds = now.seconds() - first.seconds();
        int ended = now.finished() + now.failed() - first.finished() - first.failed();
        if (ended == 0 || seconds <= 0) {
            ended = now.recorded();
            seconds = now.seconds();
        }
        if (ended > 0) {
            double rate = ended / seconds;
            line.append(String.format(Locale.ROOT, rate >= 1 ? ", %.1f/s" : ", %.3f/s", rate));
            if (now.running() + waiting > 0) { // what others hold may wait for the proof that they are dead
                line.append(", ETA ").append(Shown.time(now.left() / rate));
            }
        }
        return line.append(", elapsed ").append(Shown.time(now.seconds())).toString();
    }

    @Override
    public void started(int task, int attempt, int slot, Command command) {
        if (verbose) {
            String again = attempt > 1 ? " (attempt " + attempt + ")" : "";
            output.line("task " + task + " starts in slot " + slot + again + ": " + command.text());
        }
    }

    @Override
    public void cancelled(int task, double seconds) {
        output.line("task " + task + " cancelled after " + Shown.span(seconds));
    }

    @Override
    public void ended(Op.Ended end, Path log) {
        if (!end.succeeded()) {
            String how = Wording.end(end.verdict(), end.status(), end.reason());
            output.line("task " + end.id() + " " + how + ", " + logs.where(shown.path(log)));
        } else if (verbose) {
            String how = end.reason().equals(Op.Ended.SKIPPED)
                    ? ": its outputs are there already"
                    : " after " + String.format(Locale.ROOT, "%.1f s", end.duration() / 1e6);
            output.line("task " + end.id() + " finished" + how);
        }
    }

    @Override
    public void stopping(Stop.Reason reason, int running) {
        String tasks = running == 1 ? "1 running task is" : running + " running tasks are";
        String back = reason.equals(Stop.Reason.FENCED) ? " ended" : " ended and put back";
        String consequence = running == 0 ? "; stopping" : "; stopping, " + tasks + back;
        output.problem(reason.message() + consequence, reason.remedy());
    }

    @Override
    public void notice(String message) {
        output.warning(message);
    }

    @Override
    public void close() {
        closed.countDown();
        output.flush();
    }
}
