package taskfarmer.cli;

import taskfarmer.config.Environment;

/**
 * What a terminal can show.
 *
 * @param colour whether it is to have colours
 * @param unicode whether it takes more than ASCII
 */
record Style(boolean colour, boolean unicode) {
    /** No terminal: no colours, and all text as it is. */
    static final Style PLAIN = new Style(false, true);

    /** How words stand out. */
    enum Tone {
        PLAIN(""),
        STRONG("1"),
        FAINT("2"),
        GOOD("32"),
        DOUBTFUL("33"),
        BAD("31");

        private final String code;

        Tone(String code) {
            this.code = code;
        }
    }

    /** Returns what standard output can show. */
    static Style of(Environment environment, boolean terminal) {
        return terminal ? new Style(environment.variable("NO_COLOR").isEmpty(), isUtf8(environment)) : PLAIN;
    }

    /** The locale is the one that the user has; the launcher may have set another one for Java's sake. */
    private static boolean isUtf8(Environment environment) {
        String before = environment.variable("TASKFARMER_USER_LC_ALL").orElse("");
        String all = before.startsWith("=") ? before.substring(1) : "";
        if (before.isEmpty()) {
            all = environment.variable("LC_ALL").orElse("");
        }
        String locale = all;
        for (String name : new String[] {"LC_CTYPE", "LANG"}) {
            locale = locale.isEmpty() ? environment.variable(name).orElse("") : locale;
        }
        String plain = locale.toUpperCase(java.util.Locale.ROOT);
        return plain.contains("UTF-8") || plain.contains("UTF8");
    }

    /** Returns a text that stands out. */
    String set(Tone tone, String text) {
        return colour && tone != Tone.PLAIN && !text.isEmpty() ? "\033[" + tone.code + "m" + text + "\033[m" : text;
    }
}
