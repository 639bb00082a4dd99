package taskfarmer.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThroughputTest {
    private static final long BEGIN = 1_700_000_000_000_000L; // the beginning of a slice

    private final Throughput throughput = new Throughput();

    private static long second(int seconds) {
        return BEGIN + seconds * 1_000_000L;
    }

    @Test
    void countsEndsBySlices() {
        for (int second : new int[] {0, 1, 4, 5, 11, 12, 12}) {
            throughput.ended(second(second));
        }
        assertThat(throughput.until(second(15), 4)).containsExactly(0, 3, 1, 3);
    }

    @Test
    void leavesOutTheSliceThatIsNotOver() {
        throughput.ended(second(0));
        assertThat(throughput.until(second(4), 2)).containsExactly(0, 0);
        assertThat(throughput.until(second(5), 2)).containsExactly(0, 1);
    }

    @Test
    void takesEndsThatAreToldOfLate() {
        throughput.ended(second(12));
        throughput.ended(second(3));
        assertThat(throughput.until(second(15), 3)).containsExactly(1, 0, 1);
    }

    @Test
    void forgetsWhatIsLongPast() {
        throughput.ended(second(0));
        throughput.ended(second(Throughput.SLICES * Throughput.SLICE_SECONDS));
        int[] all = throughput.until(second(Throughput.SLICES * Throughput.SLICE_SECONDS + 5), Throughput.SLICES);
        assertThat(all).hasSize(Throughput.SLICES).endsWith(0, 1);
        assertThat(java.util.Arrays.stream(all).sum()).isEqualTo(1);
        throughput.ended(second(0));
        assertThat(throughput.until(second(5), 1)).containsExactly(0);
    }

    @Test
    void showsThatNothingHasEndedSince() {
        throughput.ended(second(0));
        assertThat(throughput.until(second(100_000), 3)).containsExactly(0, 0, 0);
    }
}
