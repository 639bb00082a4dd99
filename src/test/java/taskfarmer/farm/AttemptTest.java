package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import taskfarmer.model.Command;
import taskfarmer.store.Op;
import taskfarmer.store.Requirements;

class AttemptTest {
    private static Attempt attempt() {
        return new Attempt(new Attempt.Assignment(5, 2, Command.of("x"), false, Requirements.PLAIN), 3, 17, 1_000_000);
    }

    @Test
    void endsByItself() {
        Attempt attempt = attempt();
        assertThat(attempt.end()).isTrue();
        attempt.interrupt("stop");
        assertThat(attempt.end()).isFalse();
    }

    @Test
    void doesNotEndByItselfOnceInterrupted() {
        Attempt attempt = attempt();
        attempt.interrupt("stop");
        assertThat(attempt.end()).isFalse();
    }

    @Test
    void saysWhatBecameOfIt() {
        assertThat(attempt().started()).isEqualTo(new Op.Started(5, 2, 3, 17));
        assertThat(attempt().ended(7, 3_000_000)).isEqualTo(new Op.Ended(5, 2, 3, 17, 2000, 7));
        assertThat(attempt().requeued("timeout", 3_000_000)).isEqualTo(new Op.Requeued(5, 2, 3, 17, 2000, "timeout"));
    }

    @Test
    void isToBeRecordedOnce() {
        Attempt attempt = attempt();
        assertThat(attempt.isRecorded()).isFalse();
        assertThat(attempt.isToBeRecorded()).isTrue();
        assertThat(attempt.isToBeRecorded()).isFalse();
        assertThat(attempt.isRecorded()).isTrue();
    }

    /** Of all that end it and interrupt it at the same moment, one at most finds that it ended by itself. */
    @Test
    void isSettledOnceHoweverManyTry() throws Exception {
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CyclicBarrier start = new CyclicBarrier(threads);
        Attempt[] current = new Attempt[1];
        try {
            int ended = 0;
            for (int round = 0; round < 2000; round++) {
                current[0] = attempt();
                @SuppressWarnings({"unchecked", "rawtypes"})
                Future<Boolean>[] results = new Future[threads];
                for (int i = 0; i < threads; i++) {
                    boolean ends = (i + round) % 2 == 0;
                    results[i] = pool.submit(() -> {
                        start.await();
                        if (!ends) {
                            current[0].interrupt("stop");
                        }
                        return ends && current[0].end();
                    });
                }
                int winners = 0;
                for (Future<Boolean> result : results) {
                    winners += result.get() ? 1 : 0;
                }
                assertThat(winners).isLessThanOrEqualTo(1);
                assertThat(current[0].end()).isFalse();
                ended += winners;
            }
            assertThat(ended).isBetween(0, 2000);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void hasNoProcessesToBeSignalledBeforeItWasStarted() {
        Attempt attempt = attempt();
        assertThat(attempt.hasSession()).isFalse(); // session 0 is that of others, in a container of nearly all others
        attempt.runsIn(4711);
        assertThat(attempt.hasSession()).isTrue();
        assertThat(attempt.processes()).startsWith("4711:");
    }
}
