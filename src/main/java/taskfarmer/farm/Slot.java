package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.apache.commons.io.file.PathUtils;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;
import taskfarmer.model.Invocation;
import taskfarmer.model.Signals;
import taskfarmer.model.Usage;
import taskfarmer.process.Order;
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
    private static final int CANNOT_EXECUTE = 126;

    private final int number;
    private final Shared shared;
    private final SlotShell shell;

    /**
     * What the slots of a farmer share.
     *
     * @param starting held while a task is being started: whoever sends TERM to all tasks takes the other side of this
     *     lock first, so that no task is started unseen at that moment
     * @param runners the runner of a name, or the one of tasks that name none
     * @param here where the farmer was started
     * @param temporary the directory for temporary directories
     */
    record Shared(
            Board board,
            Lock starting,
            Conduct conduct,
            Deadline deadline,
            Function<Optional<String>, Runner> runners,
            Supplies supplies,
            Reaper reaper,
            SlotShell.Setting setting,
            WorkDirectory directory,
            Path here,
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
                supply(next);
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

    /** Runs a task with what it needs; if that is not there after all, it waits for it on the board. */
    private void supply(Attempt.Assignment task) throws InterruptedException {
        if (!shared.conduct().admits(task.requirements(), () -> shared.board().isUnwanted(task.id()))) {
            shared.board().finish(new Attempt(task, number, micros(), System.nanoTime()), unclaimed(task));
            return;
        }
        Supplies.Portion portion = Supplies.Portion.NONE;
        if (shared.supplies().areCounted()) {
            String label = "task " + task.id() + " of " + shared.directory().root();
            Provision provision = Provision.of(shared.supplies(), task.requirements(), label);
            if (provision.portion().isEmpty()) {
                shared.conduct().withdraws();
                shared.board().putBack(task);
                provision.problem().ifPresent(problem -> shared.stop().ask(Stop.Reason.of(problem)));
                shared.stop().await(provision.pauseMillis());
                return;
            }
            portion = provision.portion().get();
        }
        shared.conduct().begins();
        run(task, portion);
    }

    private void run(Attempt.Assignment task, Supplies.Portion portion) throws InterruptedException {
        Attempt attempt;
        Optional<Op> result;
        try {
            attempt = new Attempt(task, number, micros(), System.nanoTime());
            result = tryTo(attempt, portion);
            while (result.isEmpty()) {
                shared.stop().await(RETRY_MILLIS);
                attempt = new Attempt(task, number, micros(), System.nanoTime());
                result = tryTo(attempt, portion);
            }
        } finally {
            portion.release().run();
        }
        shared.conduct().ran(result.get());
        shared.board().finish(attempt, result.get());
        if (result.get() instanceof Op.Ended end && Signals.mayStopTheJob(end.status())) {
            shared.stop().await(SIGNALS_MEET_MILLIS); // the farmer may be about to get the signal that ended the task
        }
    }

    /** Runs an attempt; returns nothing if it could not be started for a reason that may pass, and the farm goes on. */
    private Optional<Op> tryTo(Attempt attempt, Supplies.Portion portion) {
        Attempt.Assignment task = attempt.assignment();
        try {
            Workplace place = Workplace.of(task, shared.directory(), shared.here());
            boolean asks = !task.task().attributes().isEmpty(); // those that do not are many, and short
            if (asks && place.isDone()) {
                return Optional.of(
                        attempt.ended(-1, Op.Verdict.FINISHED, Op.Ended.SKIPPED, Usage.UNKNOWN, System.nanoTime()));
            }
            Optional<Op> obstacle = asks ? prepare(attempt, place) : Optional.empty();
            if (obstacle.isPresent()) {
                return obstacle;
            }
            int harvests = shared.reaper().harvests();
            Runner runner =
                    shared.runners().apply(asks ? task.task().attributes().runner() : Optional.empty());
            if (!runner.usesTempDirectory()) {
                return run(attempt, place, portion, runner.invocation(context(task, Optional.empty())), harvests);
            }
            Path directory = Files.createTempDirectory(shared.temporary(), "taskfarmer-" + task.id() + "-");
            try {
                Optional<Path> given = Optional.of(directory);
                return run(attempt, place, portion, runner.invocation(context(task, given)), harvests);
            } finally {
                remove(directory);
            }
        } catch (IOException e) {
            if (Failures.mayPass(e)) {
                return Optional.empty();
            }
            fail("task " + task.id() + " could not be started: " + e.getMessage());
            return notRun(attempt);
        } catch (FarmException e) {
            shared.stop().ask(Stop.Reason.of(e));
            return notRun(attempt);
        }
    }

    private static Runner.Context context(Attempt.Assignment task, Optional<Path> tempDirectory) {
        return new Runner.Context(task.task(), task.id(), task.number(), tempDirectory);
    }

    private static Optional<Op> notRun(Attempt attempt) {
        return Optional.of(unclaimed(attempt.assignment()));
    }

    private static Op unclaimed(Attempt.Assignment task) {
        return new Op.Unclaimed(Ids.of(task.id()));
    }

    private Optional<Op> run(
            Attempt attempt, Workplace place, Supplies.Portion portion, Invocation invocation, int harvests)
            throws IOException {
        Attempt.Assignment task = attempt.assignment();
        Order order = order(task, place, portion, invocation);
        SlotShell.Execution execution;
        shared.starting().lock();
        try {
            if (shared.stop().isAsked() || !shared.board().start(attempt)) {
                return notRun(attempt);
            }
            shared.setting().logs().putAside(task.id(), task.number());
            shared.listener()
                    .started(task.id(), task.number(), number, task.task().command());
            execution = shell.start(order);
            attempt.runsIn(shell.session());
        } finally {
            shared.starting().unlock();
        }
        return result(attempt, place, execution.await(), harvests);
    }

    /** Makes the place for an attempt; returns its end if that is not possible: it is the task that asks for what cannot be. */
    private Optional<Op> prepare(Attempt attempt, Workplace place) throws IOException {
        try {
            place.prepare();
            return Optional.empty();
        } catch (IOException e) {
            if (Failures.mayPass(e)) {
                throw e;
            }
            shared.setting().logs().prepare(attempt.assignment().id());
            Remark.write(
                    shared.directory().log(attempt.assignment().id()),
                    "its directory cannot be made: " + Failures.describe(e));
            return Optional.of(Judgement.of(attempt, CANNOT_EXECUTE, "", List::of, System.nanoTime(), Usage.UNKNOWN));
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same object is what is meant
    private static Order order(
            Attempt.Assignment task, Workplace place, Supplies.Portion portion, Invocation invocation) {
        if (task.task().attributes().isEmpty() && portion == Supplies.Portion.NONE) {
            return Order.of(task.id(), task.number(), invocation);
        }
        return new Order(
                task.id(),
                task.number(),
                invocation,
                place.environment(portion.environment()),
                place.start(),
                task.task().attributes().stdin(),
                portion.prefix(),
                task.task().attributes().stall().isPresent());
    }

    private Optional<Op> result(Attempt attempt, Workplace place, SlotShell.End end, int harvestsBefore)
            throws IOException {
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
        SlotShell.End.Exited exited = (SlotShell.End.Exited) end;
        int status = exited.status();
        boolean swept = status == KILLED && shared.reaper().wasOverdueSince(attempt.startNanos());
        boolean doubtful = status != 0 || ended - attempt.startNanos() > LONG;
        int harvests =
                doubtful ? shared.reaper().harvestsForSure() : shared.reaper().harvests();
        if (harvests != harvestsBefore || swept) {
            return Optional.of(attempt.requeued(Farm.STALLED, ended));
        }
        boolean well = attempt.assignment().task().attributes().isSuccess(status);
        if (!well && shared.deadline().hasWarned(attempt)) {
            attempt.interrupt(Conduct.WALLTIME);
        }
        if (attempt.end()) {
            return Optional.of(judged(attempt, place, exited, "", ended));
        }
        Optional<String> limit = Limits.reason(attempt.interruption());
        return Optional.of(
                limit.isPresent()
                        ? judged(attempt, place, exited, limit.get(), ended)
                        : attempt.requeued(attempt.interruption(), ended));
    }

    /** What its exit status does not say is said in its log, too: there people look for it. */
    private Op.Ended judged(Attempt attempt, Workplace place, SlotShell.End.Exited exited, String cause, long ended) {
        Op.Ended end = Judgement.of(attempt, exited.status(), cause, place::missing, ended, exited.usage());
        if (!end.reason().isEmpty() || Remark.isRefusedZero(end)) {
            Remark.append(
                    shared.directory().log(end.id()),
                    end,
                    attempt.assignment().task().attributes(),
                    place);
        }
        if (end.succeeded()) {
            try {
                place.remove();
            } catch (IOException e) {
                shared.listener()
                        .notice("the directory of task " + end.id() + " could not be removed: " + e.getMessage());
            }
        }
        return end;
    }

    private static FarmException noLog(Attempt attempt, String reason) {
        return FarmException.untrusted(
                "the log of task " + attempt.assignment().id() + " cannot be written: " + reason,
                "Is the disk full, or the quota used up? Make space, then start again: the farm goes on where it was.");
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
