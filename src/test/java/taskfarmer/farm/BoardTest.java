package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import taskfarmer.model.Command;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Requirements;

@Timeout(20)
class BoardTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static final int SLOT = 0;

    private final Board board = new Board(new Pace());
    private final List<Thread> slots = new ArrayList<>();

    @BeforeEach
    void activateSlots() {
        BitSet all = new BitSet();
        all.set(0, 16);
        board.activate(all);
    }

    @AfterEach
    void endSlots() throws InterruptedException {
        board.close("stop");
        for (Thread slot : slots) {
            slot.join();
        }
    }

    private static Attempt.Assignment task(int id) {
        return new Attempt.Assignment(id, 1, Command.of("task " + id), false, Requirements.PLAIN);
    }

    private static Attempt attempt(int id, int slot, double secondsAgo) {
        return new Attempt(task(id), slot, 17, System.nanoTime() - (long) (secondsAgo * 1e9));
    }

    /** A slot that waits for a task. */
    private CompletableFuture<Integer> waitingSlot() {
        int before = board.idleCount();
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        Thread slot = new Thread(() -> {
            try {
                Attempt.Assignment assignment = board.take(SLOT);
                taken.complete(assignment == null ? -1 : assignment.id());
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        slot.start();
        slots.add(slot);
        await().pollInterval(Duration.ofMillis(1)).until(() -> board.idleCount() > before || taken.isDone());
        return taken;
    }

    @Test
    void handsOutTasksInOrder() throws InterruptedException {
        board.add(List.of(task(3), task(1)), false);
        board.add(List.of(task(2)), false);
        assertThat(board.readyCount()).isEqualTo(3);
        assertThat(board.take(SLOT).id()).isEqualTo(3);
        assertThat(board.take(SLOT).id()).isEqualTo(1);
        assertThat(board.take(SLOT).id()).isEqualTo(2);
        // They are on their way: the farm must not end now.
        assertThat(board.isEmpty()).isFalse();
    }

    @Test
    void givesAWaitingSlotTheNextTask() throws Exception {
        CompletableFuture<Integer> slot = waitingSlot();
        assertThat(board.isStarving()).isTrue();
        board.add(List.of(task(7)), false);
        assertThat(slot.get()).isEqualTo(7);
        assertThat(board.idleCount()).isZero();
    }

    @Test
    void sendsSlotsHomeWhenClosed() throws Exception {
        CompletableFuture<Integer> slot = waitingSlot();
        board.close("stop");
        assertThat(slot.get()).isEqualTo(-1);
        board.add(List.of(task(7)), false);
        assertThat(board.take(SLOT)).isNull();
        assertThat(board.takeReady()).isEqualTo(Ids.of(7));
        assertThat(board.takeReady()).isEqualTo(Ids.NONE);
    }

    @Test
    void startsNothingWhenClosed() {
        board.add(List.of(task(2)), false);
        board.close("stop");
        assertThat(board.start(attempt(1, 0, 0))).isFalse();
        assertThat(board.runningCount()).isZero();
        assertThat(board.takeReady()).isEqualTo(Ids.of(2));
    }

    @Test
    void interruptsWhatRunsWhenClosed() {
        Attempt attempt = attempt(1, 0, 0);
        start(attempt);
        board.close("stop");
        assertThat(attempt.end()).isFalse();
    }

    @Test
    void wakesAtOnceForAStarvingSlot() throws InterruptedException {
        waitingSlot();
        long began = System.nanoTime();
        assertThat(board.awaitWork(10 * SECOND)).isTrue();
        assertThat(System.nanoTime() - began).isLessThan(5 * SECOND);
    }

    @Test
    void wakesWhenASlotBeginsToStarve() throws Exception {
        CompletableFuture<Boolean> due =
                CompletableFuture.supplyAsync(() -> awaitWork(10 * SECOND), work -> new Thread(work).start());
        waitingSlot();
        assertThat(due.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void doesNotWakeForAStarvingSlotWhenNothingIsLeft() throws InterruptedException {
        waitingSlot();
        board.add(List.of(), false);
        assertThat(board.awaitWork(SECOND / 20)).isFalse();
    }

    @Test
    void wakesWhenTold() throws Exception {
        CompletableFuture<Boolean> due =
                CompletableFuture.supplyAsync(() -> awaitWork(10 * SECOND), work -> new Thread(work).start());
        board.wake();
        assertThat(due.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(awaitWork(SECOND / 100)).isFalse();
    }

    private boolean awaitWork(long nanos) {
        try {
            return board.awaitWork(nanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void gathersResultsForAMoment() throws InterruptedException {
        board.add(List.of(), false);
        Attempt first = attempt(1, 0, 0);
        Attempt second = attempt(2, 1, 0);
        start(first);
        start(second);
        long began = System.nanoTime();
        board.finish(first, first.ended(0, System.nanoTime()));
        assertThat(board.awaitWork(10 * SECOND)).isTrue();
        assertThat(System.nanoTime() - began).isBetween(SECOND / 10, 5 * SECOND);
        board.finish(second, second.ended(0, System.nanoTime()));
        List<Op> results = board.takeResults();
        assertThat(results).extracting(op -> ((Op.Ended) op).id()).containsExactly(1, 2);
        assertThat(board.takeResults()).isEmpty();
        assertThat(board.isEmpty()).isTrue();
    }

    @Test
    void believesAFailureOnlyAfterAMoment() throws InterruptedException {
        board.add(List.of(), false);
        Attempt failing = attempt(1, 0, 0);
        start(failing);
        board.finish(failing, failing.ended(1, System.nanoTime()));
        assertThat(board.takeResults()).isEmpty();
        assertThat(board.isEmpty()).isFalse();
        assertThat(board.awaitWork(10 * SECOND)).isTrue();
        assertThat(board.takeResults())
                .extracting(op -> ((Op.Ended) op).status())
                .containsExactly(1);
        assertThat(board.isEmpty()).isTrue();
    }

    @Test
    void takesAnEndForAnInterruptionIfTheFarmIsStoppedBeforeItIsBelieved() throws InterruptedException {
        Attempt failing = attempt(1, 0, 0);
        Attempt signalled = attempt(2, 1, 0);
        Attempt fine = attempt(3, 2, 0);
        start(failing);
        start(signalled);
        start(fine);
        board.finish(failing, failing.ended(1, System.nanoTime()));
        board.finish(signalled, signalled.ended(128 + 15, System.nanoTime()));
        board.finish(fine, fine.ended(0, System.nanoTime()));
        board.close("SIGTERM");
        List<Op> results = board.takeResults();
        assertThat(results)
                .extracting(Op::getClass)
                .containsExactly(Op.Requeued.class, Op.Requeued.class, Op.Ended.class);
        assertThat(((Op.Requeued) results.get(0)).reason()).isEqualTo("SIGTERM");
    }

    /** The slot's thread had settled the end, and was waiting for the board while it was being closed. */
    @Test
    void takesAnEndForAnInterruptionThatComesWhileTheBoardIsBeingClosed() throws InterruptedException {
        Attempt signalled = attempt(1, 0, 0);
        start(signalled);
        assertThat(signalled.end()).isTrue();
        board.close("SIGTERM");
        board.finish(signalled, signalled.ended(128 + 15, System.nanoTime()));
        assertThat(board.takeResults()).singleElement().isInstanceOf(Op.Requeued.class);
    }

    @Test
    void doesNotGatherWhenNobodyIsAtWork() throws InterruptedException {
        board.add(List.of(), false);
        Attempt last = attempt(1, 0, 0);
        start(last);
        board.finish(last, last.ended(0, System.nanoTime()));
        waitingSlot();
        long began = System.nanoTime();
        assertThat(board.awaitWork(10 * SECOND)).isTrue();
        assertThat(System.nanoTime() - began).isLessThan(SECOND / 10);
    }

    @Test
    void recordsTheStartOfWhatRunsForAWhileOnce() throws InterruptedException {
        Attempt young = attempt(1, 0, 0);
        Attempt old = attempt(2, 1, 0.6);
        start(young);
        start(old);
        assertThat(board.awaitWork(10 * SECOND)).isTrue();
        assertThat(board.takeResults()).containsExactly(new Op.Started(2, 1, 1, 17));
        assertThat(board.takeResults()).isEmpty();
        board.finish(old, old.ended(0, System.nanoTime()));
        assertThat(board.takeResults()).hasSize(1).first().isInstanceOf(Op.Ended.class);
    }

    @Test
    void givesBackWhatHasWaitedInVain() {
        board.add(List.of(task(1), task(2)), true);
        assertThat(board.isStale()).isFalse();
        assertThat(board.takeStale()).isEqualTo(Ids.NONE);
        await().pollInterval(Duration.ofMillis(10)).until(board::isStale);
        assertThat(board.takeStale()).isEqualTo(Ids.range(1, 2));
        assertThat(board.isStale()).isFalse();
        assertThat(board.isEmpty()).isTrue();
    }

    @Test
    void knowsHowLongTasksTake() {
        assertThat(board.meanSeconds()).isZero();
        Attempt first = attempt(1, 0, 2);
        start(first);
        assertThat(board.meanSeconds()).isZero();
        assertThat(board.busySeconds()).isCloseTo(2, within(0.5));
        board.finish(first, first.ended(0, System.nanoTime()));
        assertThat(board.meanSeconds()).isCloseTo(2, within(0.5));
        Attempt second = attempt(2, 0, 12);
        start(second);
        assertThat(board.meanSeconds()).isCloseTo(12, within(0.5));
        board.finish(second, second.ended(0, System.nanoTime()));
        assertThat(board.meanSeconds()).isCloseTo(3, within(0.5));
        assertThat(board.busySeconds()).isCloseTo(14, within(0.5));
    }

    @Test
    void losesNothingBetweenManyThreads() throws InterruptedException {
        int tasks = 20_000;
        AtomicInteger recorded = new AtomicInteger();
        for (int number = 0; number < 4; number++) {
            int slot = number;
            Thread thread = new Thread(() -> {
                try {
                    for (Attempt.Assignment task = board.take(SLOT); task != null; task = board.take(SLOT)) {
                        Attempt attempt = new Attempt(task, slot, 17, System.nanoTime());
                        if (board.start(attempt)) {
                            board.finish(attempt, attempt.ended(0, System.nanoTime()));
                        }
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            slots.add(thread);
        }
        int next = 0;
        while (recorded.get() < tasks) {
            board.awaitWork(SECOND);
            recorded.addAndGet((int) board.takeResults().stream()
                    .filter(op -> op instanceof Op.Ended)
                    .count());
            List<Attempt.Assignment> more = new ArrayList<>();
            for (int i = 0; i < 50 && next < tasks; i++) {
                more.add(task(next++));
            }
            board.add(more, next < tasks);
        }
        assertThat(recorded).hasValue(tasks);
        assertThat(board.isEmpty()).isTrue();
    }

    /** What a slot does with a task that was claimed. */
    private void start(Attempt attempt) {
        try {
            board.add(List.of(attempt.assignment()), false);
            board.take(SLOT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        board.start(attempt);
    }

    @Test
    void letsSlotsWaitUntilTheyAreWantedAgain() throws Exception {
        CompletableFuture<Integer> taken = waitingSlot();
        board.activate(new BitSet());
        while (board.idleCount() > 0) {
            Thread.onSpinWait();
        }
        board.add(List.of(task(4)), false);
        assertThat(board.isStale()).isTrue();
        assertThat(taken).isNotDone();
        BitSet wanted = new BitSet();
        wanted.set(SLOT);
        assertThat(board.activate(wanted).isEmpty()).as("it has its thread").isTrue();
        assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo(4);
    }
}
