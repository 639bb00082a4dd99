package taskfarmer.model;

/** The line in a log that says that, and how much, was cut there. */
public final class LogMark {
    private static final String BEFORE = "[taskfarmer: ";
    private static final String AFTER = " bytes cut here]\n";

    /** The most bytes that it has. */
    public static final int LONGEST = BEFORE.length() + 19 + AFTER.length();

    private LogMark() {}

    /** Returns the line, with its line feed. */
    public static String of(long bytes) {
        return BEFORE + bytes + AFTER;
    }

    /** Returns how many bytes a line says were cut; -1 if it is no such line. */
    public static long bytes(String line) {
        int end = line.length() - AFTER.length();
        if (!line.startsWith(BEFORE) || !line.endsWith(AFTER) || end <= BEFORE.length()) {
            return -1;
        }
        try {
            return Long.parseLong(line, BEFORE.length(), end, 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
