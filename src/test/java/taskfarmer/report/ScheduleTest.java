package taskfarmer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final long[] DURATIONS = {5, 3, 8, 1, 1, 4};

    @Test
    void takesTheSumOnOneSlotAndTheLongestTaskOnEnoughOfThem() {
        assertThat(Schedule.of(DURATIONS, 1)).isEqualTo(new Schedule(1, 22, 1.0));
        assertThat(Schedule.of(DURATIONS, 6)).isEqualTo(new Schedule(6, 8, 22 / 48.0));
        assertThat(Schedule.of(DURATIONS, 12).time()).isEqualTo(8);
    }

    @Test
    void startsTasksInOrderOnTheSlotThatIsFreeFirst() {
        // Slot A: 5, 1 (5-6), 1 (6-7), 4 (7-11); slot B: 3, 8 (3-11).
        assertThat(Schedule.of(DURATIONS, 2)).isEqualTo(new Schedule(2, 11, 1.0));
    }

    @Test
    void agreesWithTheObviousWay() {
        Random random = new Random(7);
        long[] durations = random.longs(500, 0, 1000).toArray();
        for (int slots : new int[] {1, 2, 3, 7, 64, 499, 500}) {
            long[] free = new long[slots];
            for (long duration : durations) {
                Arrays.sort(free);
                free[0] += duration;
            }
            assertThat(Schedule.of(durations, slots).time())
                    .isEqualTo(Arrays.stream(free).max().orElseThrow());
        }
    }

    @Test
    void triesFewerAndMoreSlotsUpToTheNumberOfTasks() {
        long[] equal = new long[20];
        Arrays.fill(equal, 10);
        assertThat(Schedule.around(4, equal)).extracting(Schedule::slots).containsExactly(1, 2, 4, 8, 16, 20);
        assertThat(Schedule.around(1, new long[] {7})).containsExactly(new Schedule(1, 7, 1.0));
        assertThat(Schedule.around(4, new long[0])).isEqualTo(List.of());
    }

    @Test
    void stopsWhereTheLongestTaskDecides() {
        long[] durations = new long[1000];
        Arrays.fill(durations, 1);
        durations[0] = 500;
        assertThat(Schedule.around(2, durations)).extracting(Schedule::slots).containsExactly(1, 2, 4);
        assertThat(Schedule.around(2, durations).get(2).time()).isEqualTo(500);
    }
}
