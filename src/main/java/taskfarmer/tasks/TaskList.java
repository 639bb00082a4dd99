package taskfarmer.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import taskfarmer.model.Task;

/**
 * A handler for one kind of task list: turns the bytes of a list into tasks.
 *
 * <p>The order of the tasks decides their IDs. Reading the same bytes again must give the same tasks in the same
 * order, and bytes appended to a list should append tasks, because that is how a restart recognises what it has.
 *
 * <p>Handlers are named in INI files as {@code TaskList = CLASS}. Such a class has one public constructor, whose
 * parameters carry {@link taskfarmer.config.Key} and are filled from the other keys of the section.
 */
public interface TaskList {
    /**
     * Returns this handler for a run in which words refer to these things; itself, if it has no such words.
     *
     * @param terms what keys and values may refer to
     */
    default TaskList under(Terms terms) {
        return this;
    }

    /** Returns what stands before the word {@code barrier} wherever a list has a barrier; empty if nothing need to. */
    default String barrierMark() {
        return "#TF";
    }

    /**
     * Reads a list to its end and hands over its tasks in order.
     *
     * @param list the bytes of the list; not closed by this method
     * @param name the name of the list, for messages
     * @param tasks takes each task as soon as it is known, so that a long list is never held as a whole
     * @throws IOException if the list cannot be read
     * @throws taskfarmer.model.FarmException if the list is not one of this kind; the message names list and line
     */
    void read(InputStream list, String name, Consumer<Task> tasks) throws IOException;
}
