package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedLineTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "witness 0123456789abcdef 1 2 3", "with \u00e4"})
    void isReadAsItWasWritten(String text) {
        byte[] block = SealedLine.encode(text).array();
        assertThat(block).hasSize(SealedLine.SIZE);
        assertThat(SealedLine.decode(block)).isEqualTo(text);
    }

    @Test
    void fillsItsBlockAtMost() {
        String longest = "x".repeat(SealedLine.SIZE - 10);
        assertThat(SealedLine.decode(SealedLine.encode(longest).array())).isEqualTo(longest);
        assertThatThrownBy(() -> SealedLine.encode(longest + "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isNothingWhenItWasTornAnywhere() {
        byte[] before = SealedLine.encode("witness abc 17 1000 0badcafe").array();
        byte[] after = SealedLine.encode("witness abc 18 1200 deadbeef").array();
        for (int cut = 1; cut < SealedLine.SIZE; cut++) {
            byte[] torn = before.clone();
            System.arraycopy(after, 0, torn, 0, cut);
            String line = SealedLine.decode(torn);
            boolean whole = Arrays.equals(torn, before) || Arrays.equals(torn, after);
            assertThat(line != null).as("torn at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void isNothingWhenItWasNeverWritten() {
        assertThat(SealedLine.decode(new byte[SealedLine.SIZE])).isNull();
        byte[] feeds = new byte[SealedLine.SIZE];
        Arrays.fill(feeds, (byte) '\n');
        assertThat(SealedLine.decode(feeds)).isNull();
        byte[] blanks = new byte[SealedLine.SIZE];
        Arrays.fill(blanks, (byte) ' ');
        assertThat(SealedLine.decode(blanks)).isNull();
    }

    @Test
    void mayHoldAWitnessAsLargeAsItGets() {
        Witness largest = new Witness("f".repeat(16), Long.MAX_VALUE / 10, Long.MAX_VALUE / 10, -1);
        String line = SealedLine.decode(SealedLine.encode(largest.line()).array());
        assertThat(Witness.parse(line)).isEqualTo(largest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "witness", "witness ", "witness id", "witness id 1 2", "witness id x 2 3", "views id 1 2 3"})
    void isNoWitnessWhenItSaysSomethingElse(String line) {
        assertThat(Witness.parse(line)).isNull();
        assertThat(Witness.parse(null)).isNull();
    }
}
