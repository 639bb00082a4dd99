package taskfarmer.report;

import java.util.regex.Pattern;

/** What makes lines of logs alike: all but the paths and numbers in them. */
final class Similar {
    private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]");
    private static final Pattern PATHS = Pattern.compile("(?<![\\w.<])\\.{0,2}(/[^\\s/:;,'\"()\\[\\]<>]+)+/?");
    private static final Pattern HEX =
            Pattern.compile("\\b(0[xX][0-9a-fA-F]+|(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{8,})\\b");
    private static final Pattern NUMBERS = Pattern.compile("\\d+([.,:]\\d+)*([eE][+-]?\\d+)?");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private Similar() {}

    /** Returns the line without what a terminal would not show. */
    static String plain(String line) {
        return ESCAPES.matcher(line).replaceAll("").strip();
    }

    /** Returns what the line has in common with others like it. */
    static String pattern(String line) {
        String text = PATHS.matcher(plain(line)).replaceAll("PATH");
        text = HEX.matcher(text).replaceAll("HEX");
        text = NUMBERS.matcher(text).replaceAll("N");
        return BLANKS.matcher(text).replaceAll(" ");
    }
}
