package taskfarmer.runners;

import java.nio.file.Path;
import java.util.Optional;
import taskfarmer.config.Environment;
import taskfarmer.model.Command;
import taskfarmer.model.Invocation;
import taskfarmer.model.Task;

/**
 * An execution environment for tasks: says what is executed for a command.
 *
 * <p>Runners are named in INI files as {@code Runner = CLASS}. Such a class has one public constructor, whose parameters
 * carry {@link taskfarmer.config.Key} and are filled from the other keys of the section; keys that every runner may have
 * ({@link Wrapping}) it need not know. A runner is used by many slots at once and keeps no state between calls.
 */
public interface Runner {
    /**
     * An attempt that is about to start.
     *
     * @param task the task, with what it asks for
     * @param id its ID
     * @param attempt the number of the attempt, from 1
     * @param tempDirectory the attempt's own directory, present exactly if {@link #usesTempDirectory} says so
     */
    record Context(Task task, int id, int attempt, Optional<Path> tempDirectory) {}

    /**
     * Checks, once and before anything starts, that this machine can run tasks in this way.
     *
     * @param name the name by which the user chose the runner, for messages
     * @throws taskfarmer.model.FarmException if it cannot, saying what is missing
     */
    default void check(String name, Environment environment) {}

    /** Returns whether each attempt gets a temporary directory of its own, removed when it has ended. */
    default boolean usesTempDirectory() {
        return false;
    }

    /**
     * Returns what to execute for a command.
     *
     * @param command the task's command
     * @param tempDirectory the attempt's own directory, present exactly if {@link #usesTempDirectory} says so
     */
    Invocation invocation(Command command, Optional<Path> tempDirectory);

    /** Returns what to execute for an attempt; this is what is asked. Most runners need no more than the command. */
    default Invocation invocation(Context context) {
        return invocation(context.task().command(), context.tempDirectory());
    }
}
