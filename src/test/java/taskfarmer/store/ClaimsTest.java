package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {
    private final Claims claims = new Claims();
    private final Map<Integer, State.Claim> expected = new HashMap<>();

    private static State.Claim claim(int number) {
        return new State.Claim(number, 1, -1, 0);
    }

    /** A small range has tasks meet in the table, a large one has it grow. */
    @ParameterizedTest
    @ValueSource(ints = {20, 64, 1000, 2_000_000_000})
    void holdWhatAHashMapHolds(int range) {
        Random random = new Random(range);
        for (int i = 0; i < 20_000; i++) {
            int task = random.nextInt(range);
            if (random.nextInt(5) < 3) {
                claims.set(task, claim(i));
                expected.put(task, claim(i));
            } else {
                int other = expected.isEmpty() || random.nextBoolean()
                        ? task
                        : expected.keySet().iterator().next();
                claims.clear(other);
                expected.remove(other);
            }
            int asked = random.nextInt(range);
            assertThat(claims.of(asked)).isEqualTo(expected.get(asked));
        }
        assertThat(claims).hasSize(expected.size());
        assertThat(new HashMap<>(claims)).isEqualTo(expected);
        expected.forEach((task, claim) -> assertThat(claims.get(task)).isEqualTo(claim));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -2, Integer.MIN_VALUE})
    void knowNoTasksOfNegativeNumbers(int task) {
        claims.set(0, claim(0));
        assertThat(claims.get(task)).isNull();
        assertThat(claims.containsKey(task)).isFalse();
    }
}
