package taskfarmer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** One line of a terminal, which text may be longer than. */
final class ScreenLine {
    private static final int USUAL = 80;
    private static final int NARROWEST = 40;
    private static final int PATIENCE_SECONDS = 2;

    private ScreenLine() {}

    /** Returns how many columns the terminal has that this process was started from. */
    static int columns() throws InterruptedException {
        ProcessBuilder stty = new ProcessBuilder("stty", "size");
        stty.redirectInput(Path.of("/dev/tty").toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = stty.start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return USUAL;
            }
            String[] size = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
            return columns <= 0 ? USUAL : Math.max(columns, NARROWEST);
        } catch (IOException | NumberFormatException e) {
            return USUAL; // no stty, or no terminal that belongs to this process
        }
    }

    /**
     * Returns as much of a text as fits, with an ellipsis if that is not all of it. What would move the cursor or change colours
     * is shown as a question mark, a TAB as a blank.
     */
    static String cut(String text, int columns) {
        StringBuilder line = new StringBuilder();
        int width = 0;
        int kept = 0; // the length of what still fits with the ellipsis
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            width += width(c);
            if (width > columns) {
                line.setLength(kept);
                return line.append('\u2026').toString();
            }
            if (c == '\t') {
                line.append(' ');
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                line.append('?');
            } else {
                line.appendCodePoint(c);
            }
            if (width <= columns - 1) {
                kept = line.length();
            }
        }
        return line.toString();
    }

    /** Returns how many columns a character takes: letters of East Asia and emojis two, accents that combine none. */
    private static int width(int c) {
        if (c < 0x300) {
            return 1;
        }
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = c >= 0x1100 && c <= 0x115f
                || c >= 0x2e80 && c <= 0xa4cf
                || c >= 0xac00 && c <= 0xd7a3
                || c >= 0xf900 && c <= 0xfaff
                || c >= 0xfe30 && c <= 0xfe6f
                || c >= 0xff00 && c <= 0xff60
                || c >= 0xffe0 && c <= 0xffe6
                || c >= 0x1f300 && c <= 0x1faff
                || c >= 0x20000 && c <= 0x3fffd;
        return wide ? 2 : 1;
    }
}
