package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskfarmer.cli.Style.Tone;
import taskfarmer.model.NativeText;

class TextLineTest {
    private static final Style COLOURED = new Style(true, true);
    private static final Style ASCII = new Style(false, false);

    private static TextLine within(int width) {
        return TextLine.within(width, Style.PLAIN);
    }

    @ParameterizedTest
    @CsvSource({
        "abcdef, 4, abcd, 4",
        "日本語, 5, 日本, 4",
        "日本語, 6, 日本語, 6",
        "한국, 4, 한국, 4",
        "e\u0301e\u0301e\u0301, 2, e\u0301e\u0301, 2",
        "🚀🚀, 3, 🚀, 2",
        "ｗｉｄｅ, 8, ｗｉｄｅ, 8",
        "ñandú, 5, ñandú, 5",
        "¿, 1, ¿, 1",
        "─█░, 3, ─█░, 3",
    })
    void isNoWiderThanItMayBe(String text, int width, String shown, int columns) {
        TextLine line = within(width).add(text).add("").add(text.substring(0, 0));
        assertThat(line).hasToString(shown);
        assertThat(line.columns()).isEqualTo(columns);
    }

    @Test
    void letsNothingSteerTheTerminal() {
        TextLine line = within(80).add("\033[31m\007\r\n\t\177\u009bx\u202e\u200by\u2028");
        assertThat(line).hasToString("?[31m??? ??xy?");
        assertThat(line.columns()).isEqualTo(14);
    }

    @Test
    void showsBytesThatAreNoCharactersAsQuestionMarks() {
        String text = NativeText.text(new byte[] {'a', (byte) 0xff, 'b'});
        assertThat(within(80).add(text)).hasToString("a?b");
    }

    @Test
    void keepsSuchBytesWhereThereIsNoScreen() {
        byte[] bytes = "a\u00ff\u0085b".getBytes(StandardCharsets.ISO_8859_1);
        String line = TextLine.open(Style.PLAIN).add(NativeText.text(bytes)).toString();
        assertThat(NativeText.bytes(line)).isEqualTo("a\u00ff?b".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void isAsciiWhereTheTerminalTakesNothingElse() {
        assertThat(TextLine.within(80, ASCII).add("héllo 日本 🚀")).hasToString("h?llo ?? ?");
    }

    @Test
    void countsColoursAsNothing() {
        TextLine line = TextLine.within(5, COLOURED).add(Tone.BAD, "bad").add("xyz");
        assertThat(line).hasToString("\033[31mbad\033[mxy");
        assertThat(line.columns()).isEqualTo(5);
    }

    @Test
    void hasFieldsToTheLeftAndToTheRight() {
        TextLine line =
                within(20).left(Tone.PLAIN, "ab", 4).right(Tone.PLAIN, "12", 4).add("x");
        assertThat(line).hasToString("ab     12 x");
        assertThat(within(20).left(Tone.PLAIN, "abcdef", 4).add("x")).hasToString("abcd x");
        assertThat(within(6).right(Tone.PLAIN, "12345678", 10).add("x")).hasToString("  1234");
    }

    @Test
    void shortensWhatIsTooLong() {
        assertThat(within(80).addShortened("abcdefgh", 8)).hasToString("abcdefgh");
        assertThat(within(80).addShortened("abcdefghi", 8)).hasToString("abcde...");
        assertThat(within(80).addShortened("日本語日本語", 8)).hasToString("日本...");
    }
}
