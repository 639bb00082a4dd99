package taskfarmer.doctor;

/**
 * What a check has found: one line for people, and what to do about it.
 *
 * @param level how bad it is
 * @param text what was found and where
 * @param cure what to do; empty if nothing
 */
public record Finding(Level level, String text, String cure) {
    /** How bad a finding is. */
    public enum Level {
        /** As it should be. */
        OK("ok    "),
        /** A farm can run, but perhaps not as it is meant to. */
        WARNING("warn  "),
        /** A farm cannot be trusted to run. */
        FAILURE("FAIL  ");

        private final String word;

        Level(String word) {
            this.word = word;
        }
    }

    static Finding ok(String text) {
        return new Finding(Level.OK, text, "");
    }

    static Finding warning(String text, String cure) {
        return new Finding(Level.WARNING, text, cure);
    }

    static Finding failure(String text, String cure) {
        return new Finding(Level.FAILURE, text, cure);
    }

    /** Returns the line, and the cure on an indented one of its own. */
    @Override
    public String toString() {
        return level.word + text + (cure.isEmpty() ? "" : "\n      " + cure);
    }
}
