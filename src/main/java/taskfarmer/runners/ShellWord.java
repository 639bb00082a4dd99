package taskfarmer.runners;

/** A word that a shell takes literally. */
final class ShellWord {
    private ShellWord() {}

    /** Returns the word for a text. */
    static String of(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
