package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;
import taskfarmer.model.Signals;
import taskfarmer.process.SlotShell;
import taskfarmer.runners.Runner;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.WorkDirectory;

/** The thread of one slot: takes a task from the board, runs it, and puts up what became of it, until there is no more. */
final class Slot implements Runnable {
    /** How long the end of a task by a signal may have to do with the end of the whole job. */
    private static final long DOUBT_MILLIS = 1000;

    private final int number;
    private final Shared shared;
    private final SlotShell shell;

    /** What the slots of a farmer share. */
    record Shared(
            Board board,
            Runner runner,
            SlotShell.Setting setting,
            WorkDirectory directory,
            Path temporary,
            Pulse pulse,
            Stop stop,
            InstantSource clock,
            FarmListener listener) {}

    Slot(int number, Shared shared) {
        this.number = number;
        this.shared = shared;
        this.shell = new SlotShell(shared.setting(), number);
    }

    @Override
    public void run() {
        try (shell) {
            Attempt.@Nullable Assignment next = shared.board().take();
            while (next != null) {
                run(next);
                next = shared.board().take();
            }
        } catch (IOException e) {
            fail("a slot's shell could not be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Without this a bug would leave the farm waiting for a slot that is not there any more.
            shared.stop().ask(Stop.Reason.bug(e));
            throw e;
        }
    }

    private void run(Attempt.Assignment task) throws InterruptedException {
        Attempt attempt = new Attempt(task, number, micros(), System.nanoTime());
        int gaps = shared.pulse().gaps();
        if (!shared.board().start(attempt)) {
            return;
        }
        Op result;
        try {
            keepEarlierLog(task);
            shared.listener().started(task.id(), task.number(), number, task.command());
            result = result(attempt, execute(task), gaps);
        } catch (IOException e) {
            fail("task " + task.id() + " could not be started", e);
            result = new Op.Unclaimed(Ids.of(task.id()));
        }
        shared.board().finish(attempt, result);
    }

    private SlotShell.End execute(Attempt.Assignment task) throws IOException {
        if (!shared.runner().usesTempDirectory()) {
            return shell.run(task.id(), task.number(), shared.runner().invocation(task.command(), Optional.empty()));
        }
        Path directory = Files.createTempDirectory(shared.temporary(), "taskfarmer-" + task.id() + "-");
        try {
            return shell.run(
                    task.id(), task.number(), shared.runner().invocation(task.command(), Optional.of(directory)));
        } finally {
            remove(directory);
        }
    }

    private void remove(Path directory) {
        try {
            PathUtils.deleteDirectory(directory);
        } catch (IOException e) {
            shared.listener()
                    .notice("the temporary directory " + directory + " could not be removed: " + e.getMessage());
        }
    }

    private Op result(Attempt attempt, SlotShell.End end, int gapsBefore) throws InterruptedException {
        long ended = System.nanoTime();
        if (end instanceof SlotShell.End.NoLog noLog) {
            shared.stop()
                    .ask(Stop.Reason.of(FarmException.untrusted(
                            "the log of task " + attempt.assignment().id() + " cannot be written: " + noLog.reason(),
                            "Is the disk full, or the quota used up? Make space, then start again: the farm goes on where"
                                    + " it was.")));
            return new Op.Unclaimed(Ids.of(attempt.assignment().id()));
        }
        int status = ((SlotShell.End.Exited) end).status();
        if (Signals.mayStopTheJob(status)) {
            // A batch system signals all processes of a job, the tasks as well as this one. Which of them is scheduled
            // first is chance; if this one's turn comes within a moment, the task was interrupted and has not failed.
            shared.stop().await(DOUBT_MILLIS);
        }
        if (shared.stop().isAsked() && Signals.mayStopTheJob(status)) {
            attempt.interrupt();
        }
        if (shared.pulse().gaps() != gapsBefore) {
            return attempt.requeued("stalled", ended);
        }
        Stop.Reason reason = shared.stop().reason();
        return attempt.end()
                ? attempt.ended(status, ended)
                : attempt.requeued(reason == null ? "stop" : reason.word(), ended);
    }

    private void keepEarlierLog(Attempt.Assignment task) throws IOException {
        Path log = shared.directory().log(task.id());
        if (task.number() > 1 && Files.exists(log)) {
            Files.move(log, shared.directory().log(task.id(), task.number() - 1), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void fail(String what, IOException e) {
        shared.stop()
                .ask(Stop.Reason.of(FarmException.untrusted(
                        what + ": " + e.getMessage(),
                        "If it is a limit (ulimit -a), raise it or use fewer slots, then start again: the farm goes on where"
                                + " it was.",
                        e)));
    }

    private long micros() {
        return ChronoUnit.MICROS.between(java.time.Instant.EPOCH, shared.clock().instant());
    }
}
