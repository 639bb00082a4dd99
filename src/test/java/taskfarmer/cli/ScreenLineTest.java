package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScreenLineTest {
    @Test
    void cutsWhatDoesNotFit() {
        assertThat(ScreenLine.cut("0123456789", 10)).isEqualTo("0123456789");
        assertThat(ScreenLine.cut("0123456789a", 10)).isEqualTo("012345678\u2026");
        assertThat(ScreenLine.cut("", 10)).isEmpty();
    }

    @Test
    void countsColumnsNotCharacters() {
        assertThat(ScreenLine.cut("\u65e5\u672c\u8a9e\u65e5\u672c", 10)).isEqualTo("\u65e5\u672c\u8a9e\u65e5\u672c");
        assertThat(ScreenLine.cut("\u65e5\u672c\u8a9e\u65e5\u672cx", 10)).isEqualTo("\u65e5\u672c\u8a9e\u65e5\u2026");
        assertThat(ScreenLine.cut("e\u0301".repeat(10), 10)).isEqualTo("e\u0301".repeat(10));
        assertThat(ScreenLine.cut("\ud83d\ude00".repeat(6), 10)).isEqualTo("\ud83d\ude00".repeat(4) + "\u2026");
    }

    @Test
    void showsNothingThatATerminalWouldObey() {
        assertThat(ScreenLine.cut("a\tb\u001b[31m\r\u0007\u009b\udcff", 80)).isEqualTo("a b?[31m????");
    }
}
