package taskfarmer.model;

/** The line in a log that says that, and how much, was cut there. */
public final class LogMark {
    /** How it begins. */
    public static final String START = "[taskfarmer: ";

    private static final String END = " bytes cut here]\n";

    private LogMark() {}

    /** Returns the line, with its line feed. */
    public static String of(long bytes) {
        return START + bytes + END;
    }
}
