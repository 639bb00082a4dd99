package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskfarmer.model.Command;
import taskfarmer.store.Op;
import taskfarmer.store.Requirements;

class ConductTest {
    @ParameterizedTest
    @CsvSource({
        "1, false, 0, 100, false",
        "1, false, 1, 100, true",
        "10, true, 9, 100, false",
        "10, true, 10, 100, true",
        "1, true, 0, 0, false",
        "1, true, 1, 3, true",
        "100, true, 1000000, 1000000, true",
        "100, true, 999999, 1000000, false"
    })
    void countsFailures(int count, boolean percent, int failed, int total, boolean reached) {
        assertThat(new Orders.MaxFail(count, percent, false).isReached(failed, total))
                .isEqualTo(reached);
    }

    @Test
    void waitsForTasksOnlyIfItIsTold() {
        assertThat(Orders.Pool.NONE.waits()).isFalse();
    }

    private static final Requirements NOTHING = Requirements.PLAIN;
    private static final Duration LONG = Duration.ofDays(1);

    private final Stop stop = new Stop();

    private Conduct conduct(int tasks, Duration interval) {
        Orders none = Orders.NONE;
        Orders orders = new Orders(
                none.walltime(),
                none.warning(),
                new Orders.Quota(tasks, interval),
                none.maxFail(),
                none.brake(),
                none.setup(),
                none.teardown(),
                none.archiving(),
                none.pool());
        return new Conduct(orders, stop, listener());
    }

    private static FarmListener listener() {
        return new FarmListener() {
            @Override
            public void started(int task, int attempt, int slot, Command command) {}

            @Override
            public void ended(Op.Ended end, Path log) {}

            @Override
            public void cancelled(int task, double seconds) {}

            @Override
            public void stopping(Stop.Reason reason, int running) {}

            @Override
            public void notice(String message) {}
        };
    }

    @Test
    void countsOnlyTasksThatBegin() throws InterruptedException {
        Conduct conduct = conduct(2, Duration.ZERO);
        for (int i = 0; i < 5; i++) {
            assertThat(conduct.admits(NOTHING, () -> false)).isTrue();
            conduct.withdraws();
        }
        assertThat(conduct.admits(NOTHING, () -> false)).isTrue();
        conduct.begins();
        assertThat(conduct.admits(NOTHING, () -> false)).isTrue();
        assertThat(conduct.admits(NOTHING, () -> false))
                .as("while two are to begin")
                .isFalse();
        conduct.begins();
        assertThat(conduct.admits(NOTHING, () -> false)).isFalse();
    }

    @Test
    @Timeout(60)
    void usesUpNoIntervalForATaskThatDoesNotBegin() throws InterruptedException {
        Conduct conduct = conduct(100, LONG);
        assertThat(conduct.admits(NOTHING, () -> false)).isTrue();
        conduct.withdraws();
        assertThat(conduct.admits(NOTHING, () -> false)).isTrue();
        conduct.begins();
        AtomicInteger asked = new AtomicInteger();
        assertThat(conduct.admits(NOTHING, () -> asked.incrementAndGet() > 2))
                .as("waits until it is cancelled")
                .isFalse();
    }

    @Test
    @Timeout(60)
    void letsNoneWaitForItsMomentWhenItDrains() throws InterruptedException {
        Conduct conduct = conduct(100, LONG);
        assertThat(conduct.admits(NOTHING, () -> false)).isTrue();
        conduct.begins();
        AtomicInteger asked = new AtomicInteger();
        assertThat(conduct.admits(NOTHING, () -> {
                    if (asked.incrementAndGet() == 2) {
                        conduct.drain();
                    }
                    return false;
                }))
                .isFalse();
        assertThat(stop.isAsked()).isFalse();
    }
}
