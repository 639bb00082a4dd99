package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;
import taskfarmer.model.Invocation;
import taskfarmer.model.Signals;
import taskfarmer.process.Reaper;
import taskfarmer.process.SlotShell;
import taskfarmer.runners.Runner;
import taskfarmer.store.Failures;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.WorkDirectory;

/** The thread of one slot: takes a task from the board, runs it, and puts up what became of it, until there is no more. */
final class Slot implements Runnable {
    private static final long RETRY_MILLIS = 1000;
    private static final long SIGNALS_MEET_MILLIS = 200;
    private static final long LONG = TimeUnit.SECONDS.toNanos(1);
    private static final int KILLED = 128 + 9;

    private final int number;
    private final Shared shared;
    private final SlotShell shell;

    /**
     * What the slots of a farmer share.
     *
     * @param starting held while a task is being started: whoever sends TERM to all tasks takes the other side of this
     *     lock first, so that no task is started unseen at that moment
     * @param temporary the directory for temporary directories
     */
    record Shared(
            Board board,
            Lock starting,
            Conduct conduct,
            Deadline deadline,
            Runner runner,
            Reaper reaper,
            SlotShell.Setting setting,
            WorkDirectory directory,
            Path temporary,
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
            Attempt.@Nullable Assignment next = shared.board().take(number);
            while (next != null) {
                run(next);
                next = shared.board().take(number);
            }
        } catch (IOException e) {
            fail("a slot's shell could not be closed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Without this a bug would leave the farm waiting for a slot that is not there any more.
            shared.stop().ask(Stop.Reason.bug(e));
            throw e;
        }
    }

    private void run(Attempt.Assignment task) throws InterruptedException {
        boolean admitted = shared.conduct().admits(task.requirements());
        Attempt attempt = new Attempt(task, number, micros(), System.nanoTime());
        Optional<Op> result = admitted ? tryTo(attempt) : notRun(attempt);
        while (result.isEmpty()) {
            shared.stop().await(RETRY_MILLIS);
            attempt = new Attempt(task, number, micros(), System.nanoTime());
            result = tryTo(attempt);
        }
        shared.conduct().ran(result.get());
        shared.board().finish(attempt, result.get());
        if (result.get() instanceof Op.Ended end && Signals.mayStopTheJob(end.status())) {
            shared.stop().await(SIGNALS_MEET_MILLIS); // the farmer may be about to get the signal that ended the task
        }
    }

    /** Runs an attempt; returns nothing if it could not be started for a reason that may pass, and the farm goes on. */
    private Optional<Op> tryTo(Attempt attempt) {
        Attempt.Assignment task = attempt.assignment();
        try {
            int harvests = shared.reaper().harvests();
            if (!shared.runner().usesTempDirectory()) {
                return run(attempt, shared.runner().invocation(task.command(), Optional.empty()), harvests);
            }
            Path directory = Files.createTempDirectory(shared.temporary(), "taskfarmer-" + task.id() + "-");
            try {
                Optional<Path> given = Optional.of(directory);
                return run(attempt, shared.runner().invocation(task.command(), given), harvests);
            } finally {
                remove(directory);
            }
        } catch (IOException e) {
            if (Failures.mayPass(e)) {
                return Optional.empty();
            }
            fail("task " + task.id() + " could not be started: " + e.getMessage());
            return notRun(attempt);
        }
    }

    private static Optional<Op> notRun(Attempt attempt) {
        return Optional.of(new Op.Unclaimed(Ids.of(attempt.assignment().id())));
    }

    private Optional<Op> run(Attempt attempt, Invocation invocation, int harvests) throws IOException {
        Attempt.Assignment task = attempt.assignment();
        SlotShell.Execution execution;
        shared.starting().lock();
        try {
            if (shared.stop().isAsked() || !shared.board().start(attempt)) {
                return notRun(attempt);
            }
            keepEarlierLog(task);
            shared.listener().started(task.id(), task.number(), number, task.command());
            execution = shell.start(task.id(), task.number(), invocation);
            attempt.runsIn(shell.session());
        } finally {
            shared.starting().unlock();
        }
        return result(attempt, execution.await(), harvests);
    }

    private Optional<Op> result(Attempt attempt, SlotShell.End end, int harvestsBefore) throws IOException {
        long ended = System.nanoTime();
        if (end instanceof SlotShell.End.NoLog noLog) {
            if (Failures.mayPass(noLog.reason())) {
                return Optional.empty();
            }
            shared.stop().ask(Stop.Reason.of(noLog(attempt, noLog.reason())));
            return notRun(attempt);
        }
        if (end instanceof SlotShell.End.NoProcess noProcess) {
            fail("no process could be started for task " + attempt.assignment().id() + ": " + noProcess.reason());
            return notRun(attempt);
        }
        int status = ((SlotShell.End.Exited) end).status();
        boolean swept = status == KILLED && shared.reaper().wasOverdueSince(attempt.startNanos());
        boolean doubtful = status != 0 || ended - attempt.startNanos() > LONG;
        int harvests =
                doubtful ? shared.reaper().harvestsForSure() : shared.reaper().harvests();
        if (harvests != harvestsBefore || swept) {
            return Optional.of(attempt.requeued(Farm.STALLED, ended));
        }
        if (status != 0 && shared.deadline().hasWarned(attempt)) {
            attempt.interrupt(Conduct.WALLTIME);
        }
        if (attempt.end()) {
            return Optional.of(attempt.ended(status, ended));
        }
        return Optional.of(attempt.requeued(attempt.interruption(), ended));
    }

    private static FarmException noLog(Attempt attempt, String reason) {
        return FarmException.untrusted(
                "the log of task " + attempt.assignment().id() + " cannot be written: " + reason,
                "Is the disk full, or the quota used up? Make space, then start again: the farm goes on where it was.");
    }

    private void keepEarlierLog(Attempt.Assignment task) throws IOException {
        Path log = shared.directory().log(task.id());
        if (task.number() > 1 && Files.exists(log)) {
            Files.move(log, shared.directory().log(task.id(), task.number() - 1), StandardCopyOption.ATOMIC_MOVE);
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

    private void fail(String what) {
        shared.stop()
                .ask(Stop.Reason.of(FarmException.untrusted(
                        what,
                        "If it is a limit (ulimit -u, ulimit -n), raise it or use fewer slots, then start again: the farm"
                                + " goes on where it was.")));
    }

    private long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, shared.clock().instant());
    }
}
