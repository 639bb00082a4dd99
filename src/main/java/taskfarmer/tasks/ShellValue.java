package taskfarmer.tasks;

/** Writes values into shell commands so that the shell sees them as they are: no splitting, no expansion. */
final class ShellValue {
    /** The slot from 1, which only the environment of the running task knows: it counts from 0. */
    private static final String SLOT = "$((TASKFARMER_SLOT+1))";

    private ShellValue() {}

    /**
     * Appends a value; one of safe characters stays bare.
     *
     * @param command what is appended to; its characters are bytes (ISO-8859-1), as those of the value
     * @param quoteAlways whether a value of safe characters is quoted too
     */
    static void append(StringBuilder command, String value, ShellContext.Place place, boolean quoteAlways) {
        if (value.isEmpty()) {
            command.append(place.quoted() ? "" : "''");
        } else if (isSafe(value) && !(quoteAlways && !place.quoted())) {
            command.append(value);
        } else {
            command.append(place.close());
            appendQuoted(command, value, place.backticks());
            command.append(place.reopen());
        }
    }

    /** Appends what the shell turns into the number of the slot. */
    static void appendSlot(StringBuilder command, ShellContext.Place place) {
        if (place.close().equals("'")) {
            command.append("'\"").append(SLOT).append('"').append(place.reopen());
        } else {
            command.append(SLOT);
        }
    }

    private static void appendQuoted(StringBuilder command, String value, boolean backticks) {
        command.append('\'');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\'') {
                command.append(backticks ? "'\\\\''" : "'\\''");
            } else {
                if (backticks && (c == '\\' || c == '`')) {
                    command.append('\\');
                }
                command.append(c);
            }
        }
        command.append('\'');
    }

    /**
     * Returns whether the shell takes every character literally, wherever it stands in a word. Bytes that are not ASCII
     * do not count as safe: some locales have white space among them. Neither does {@code =}, as {@code A=b} would set
     * a variable, nor the comma, which means something between braces.
     */
    private static boolean isSafe(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && "_-./:@%+".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
