package taskfarmer.tasks;

/** A command asks for a column that is not there; caught where list and line are known. */
final class UnknownColumn extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the problem for a replacement string.
     *
     * @param replacement the replacement string without its braces
     */
    UnknownColumn(String replacement) {
        super("{" + replacement + "}", null, false, false);
    }
}
