package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

@Timeout(20)
class StopTest {
    private static final Stop.Reason TIMEOUT = Stop.Reason.wished("timeout", "the timeout is reached");
    private static final Stop.Reason SIGNAL = Stop.Reason.wished("SIGTERM", "got the signal TERM");

    private final Stop stop = new Stop();

    @Test
    void isNotAskedFor() throws InterruptedException {
        assertThat(stop.isAsked()).isFalse();
        assertThat(stop.reason()).isNull();
        assertThat(stop.isUrgent()).isFalse();
        assertThat(stop.await(1)).isFalse();
    }

    @Test
    void keepsTheFirstReason() throws InterruptedException {
        stop.ask(TIMEOUT);
        stop.ask(SIGNAL);
        assertThat(stop.reason()).isEqualTo(TIMEOUT);
        assertThat(stop.isAsked()).isTrue();
        assertThat(stop.await(10_000)).isTrue();
        assertThat(stop.isUrgent()).isFalse();
    }

    @Test
    void endsWithTheStatusOfItsReason() {
        assertThat(TIMEOUT.status()).isEqualTo(ExitStatus.STOPPED);
        Stop.Reason problem = Stop.Reason.of(FarmException.untrusted("no locks here", "Use others."));
        assertThat(problem.status()).isEqualTo(ExitStatus.UNTRUSTED);
        assertThat(problem.message()).isEqualTo("no locks here");
        assertThat(problem.remedy()).isEqualTo("Use others.");
        assertThat(problem.word()).doesNotContain(" ").isNotEmpty();
    }

    @Test
    void mayBecomeUrgent() throws InterruptedException {
        stop.ask(SIGNAL);
        stop.hurry();
        assertThat(stop.isUrgent()).isTrue();
        stop.awaitUrgency(10_000);
    }

    @Test
    void callsBackWhenAskedBeforeOrAfterwards() {
        AtomicInteger calls = new AtomicInteger();
        stop.whenAsked(calls::incrementAndGet);
        assertThat(calls).hasValue(0);
        stop.ask(SIGNAL);
        stop.ask(TIMEOUT);
        assertThat(calls).hasValue(1);
        Stop asked = new Stop();
        asked.ask(SIGNAL);
        asked.whenAsked(calls::incrementAndGet);
        assertThat(calls).hasValue(2);
    }

    /** Asking and listening at the same moment: the call is never lost. */
    @Test
    void neverForgetsToCallBack() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        CyclicBarrier start = new CyclicBarrier(3);
        try {
            for (int round = 0; round < 2000; round++) {
                Stop race = new Stop();
                AtomicInteger calls = new AtomicInteger();
                Future<?> listening = pool.submit(() -> {
                    start.await();
                    race.whenAsked(calls::incrementAndGet);
                    return null;
                });
                Future<?> first = pool.submit(() -> {
                    start.await();
                    race.ask(SIGNAL);
                    return null;
                });
                Future<?> second = pool.submit(() -> {
                    start.await();
                    race.ask(TIMEOUT);
                    return null;
                });
                listening.get();
                first.get();
                second.get();
                assertThat(calls.get()).isBetween(1, 2);
                assertThat(race.reason()).isIn(SIGNAL, TIMEOUT);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
