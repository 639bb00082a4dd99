package taskfarmer.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import taskfarmer.model.Usage;
import taskfarmer.store.Op;

class LoadTest {
    private static final long SECOND = 1_000_000;
    private static final long NOON = 1_700_000_000L * SECOND;

    private final Load load = new Load();

    private double tasks() {
        double tasks = 0;
        for (int step = 0; step < load.steps(); step++) {
            tasks += load.rate(step) * (load.timeOf(step + 1) - load.timeOf(step)) / 1e6;
        }
        return tasks;
    }

    private double seconds() {
        double seconds = 0;
        for (int step = 0; step < load.steps(); step++) {
            seconds += load.running(step) * (load.timeOf(step + 1) - load.timeOf(step)) / 1e6;
        }
        return seconds;
    }

    @Test
    void isNothingAtFirst() {
        assertThat(load.steps()).isZero();
    }

    @Test
    void tellsHowManyRanAndEnded() {
        load.add(NOON, NOON + 2 * SECOND, true);
        load.add(NOON + SECOND, NOON + 2 * SECOND - 1, true);
        load.add(NOON + SECOND, NOON + SECOND + SECOND / 2, false);
        assertThat(load.timeOf(0)).isEqualTo(NOON);
        assertThat(load.running(0)).isEqualTo(1.0);
        assertThat(load.running(1)).isEqualTo(2.5, within(1e-5));
        assertThat(load.rate(0)).isZero();
        assertThat(load.rate(1)).isEqualTo(1.0);
        assertThat(load.rate(2)).isEqualTo(1.0);
    }

    @Test
    void takesEntriesThatTellOfAttemptsThatAreOver() {
        load.saw(new Op.Ended(1, 1, 0, NOON, SECOND, 3), NOON);
        load.saw(new Op.Requeued(2, 1, 0, NOON, SECOND, "timeout"), NOON);
        load.saw(new Op.Lost(1, 3, 1, 0, NOON), NOON + 4 * SECOND);
        load.saw(new Op.Started(4, 1, 0, NOON), NOON);
        assertThat(tasks()).isEqualTo(1);
        assertThat(seconds()).isEqualTo(6, within(1e-9));
    }

    /** Attempts come in any order, over any time, from nodes with any clocks: nothing gets lost, and the steps stay few. */
    @Test
    void losesNothingWhateverComesWhen() {
        Random random = new Random(5);
        double expected = 0;
        int count = 3000;
        for (int i = 0; i < count; i++) {
            long start = NOON + (long) (random.nextGaussian() * Math.pow(10, random.nextInt(6)) * SECOND);
            long duration = (long) (random.nextDouble() * Math.pow(10, random.nextInt(5)) * SECOND);
            expected += duration / 1e6;
            load.add(start, start + duration, true);
        }
        assertThat(load.steps()).isLessThanOrEqualTo(512);
        assertThat(tasks()).isEqualTo(count, within(1e-3));
        assertThat(seconds()).isEqualTo(expected, within(1.0));
    }

    @Test
    void isCopied() {
        load.add(NOON, NOON + SECOND, true);
        Load copy = load.copy();
        copy.add(NOON, NOON + SECOND, true);
        assertThat(load.running(0)).isEqualTo(1.0);
        assertThat(copy.running(0)).isEqualTo(2.0);
    }

    private static Op.Ended used(long start, long duration, long cpu, long memory) {
        return new Op.Ended(0, 1, 0, start, duration, 0, Op.Verdict.FINISHED, "", new Usage(cpu, memory, -1));
    }

    @Test
    void spreadsProcessorTimeAndHoldsThePeakOfMemoryWhileATaskRuns() {
        load.saw(used(NOON, 4 * SECOND, 6 * SECOND, 1000), 0);
        load.saw(used(NOON + 2 * SECOND, 2 * SECOND, 2 * SECOND, 500), 0);
        assertThat(load.isMeasured()).isTrue();
        assertThat(load.cpu(0)).isEqualTo(1.5, within(1e-9));
        assertThat(load.cpu(3)).isEqualTo(2.5, within(1e-9));
        assertThat(load.memory(1)).isEqualTo(1000, within(1e-6));
        assertThat(load.memory(2)).isEqualTo(1500, within(1e-6));
    }

    @Test
    void losesNothingOfWhatWasUsedWhenTimeGrowsAndBegins() {
        load.saw(used(NOON, SECOND, 3 * SECOND, 10), 0);
        load.saw(used(NOON + 100_000 * SECOND, 2 * SECOND, SECOND, 10), 0);
        load.saw(used(NOON - 50_000 * SECOND, 0, SECOND, 10), 0);
        Load copy = load.copy();
        double cpu = 0;
        for (int step = 0; step < copy.steps(); step++) {
            cpu += copy.cpu(step) * (copy.timeOf(step + 1) - copy.timeOf(step));
        }
        assertThat(cpu).isEqualTo(5.0 * SECOND, within(1.0));
    }

    @Test
    void measuresNothingWhereNothingIsKnown() {
        load.saw(new Op.Ended(0, 1, 0, NOON, SECOND, 0), 0);
        assertThat(load.isMeasured()).isFalse();
    }

    @Test
    void countsAnAttemptThatIsTriedAgainAsWorkAndNotAsAnEnd() {
        load.saw(new Op.Ended(0, 1, 0, NOON, SECOND, 1, Op.Verdict.AGAIN, "", Usage.UNKNOWN), 0);
        assertThat(tasks()).isZero();
        assertThat(seconds()).isEqualTo(1, within(1e-9));
    }
}
