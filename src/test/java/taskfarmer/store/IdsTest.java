package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    private static Ids ids(int... ids) {
        Ids.Builder builder = new Ids.Builder();
        for (int id : ids) {
            builder.add(id);
        }
        return builder.build();
    }

    private static Words words(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        return new Words(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(
            value = {"0;0", "0 1 2;0-2", "5 4 3;5,4,3", "1 2 4 5 9;1-2,4-5,9", "2 3 0 1;2-3,0-1", "7 7;7,7"},
            delimiter = ';')
    void areWrittenAsRangesInTheirOrder(String list, String text) {
        int[] numbers = java.util.Arrays.stream(list.split(" "))
                .mapToInt(Integer::parseInt)
                .toArray();
        assertThat(ids(numbers)).hasToString(text);
        assertThat(words(text).ids()).isEqualTo(ids(numbers)).hasSameHashCodeAs(ids(numbers));
        assertThat(words(text).ids().toArray()).isEqualTo(numbers);
    }

    @Test
    void mayBeNone() {
        assertThat(Ids.NONE).hasToString("-").isEqualTo(ids()).isEqualTo(Ids.range(3, 0));
        assertThat(Ids.NONE.isEmpty()).isTrue();
        assertThat(Ids.NONE.count()).isZero();
        assertThat(words("-").ids()).isEqualTo(Ids.NONE);
    }

    @Test
    void survivePrintingWhateverTheyAre() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            int[] numbers = random.ints(random.nextInt(50), 0, 60).toArray();
            Ids ids = ids(numbers);
            assertThat(ids.toArray()).isEqualTo(numbers);
            assertThat(ids.count()).isEqualTo(numbers.length);
            assertThat(words(ids.toString()).ids()).isEqualTo(ids);
        }
    }

    @Test
    void endBeforeTheLargestNumber() {
        Ids last = words("2147483645-2147483646").ids();
        assertThat(last.toArray()).containsExactly(Integer.MAX_VALUE - 2, Integer.MAX_VALUE - 1);
        // Counting up to it would never end.
        assertThatThrownBy(() -> words("2147483645-2147483647").ids()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void doNotChangeWhenTheirBuilderGoesOn() {
        Ids.Builder builder = new Ids.Builder();
        builder.add(1);
        Ids one = builder.build();
        builder.add(2);
        builder.add(9);
        assertThat(one).isEqualTo(Ids.of(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1a", "1-2-3", "3-1", "1,", ",", "1,,2", "--", "-1", "1- 2", "2147483648"})
    void areNotReadFromWhatIsNone(String text) {
        assertThatThrownBy(() -> {
                    Words words = words(text);
                    words.ids();
                    words.end();
                })
                .isInstanceOf(IllegalArgumentException.class);
    }
}
