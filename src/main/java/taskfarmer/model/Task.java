package taskfarmer.model;

/**
 * One task of a list: what is to run, and what it asks for besides.
 *
 * @param command the command
 * @param attributes what it asks for; {@link Attributes#NONE} for most
 */
public record Task(Command command, Attributes attributes) {
    /** Returns a task that asks for nothing but its command. */
    public static Task of(Command command) {
        return new Task(command, Attributes.NONE);
    }
}
