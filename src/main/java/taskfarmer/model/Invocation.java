package taskfarmer.model;

import java.util.List;
import java.util.Map;

/** What a runner makes of a task: the thing that is really executed. */
public sealed interface Invocation {
    /**
     * A command for the shell, run as {@code bash -c COMMAND} would run it.
     *
     * @param command the command, byte for byte
     */
    record Shell(Command command) implements Invocation {}

    /**
     * A program with its arguments, started without a shell in between.
     *
     * @param argv the program and its arguments, in order, without NUL bytes; the program is looked up on {@code PATH}
     * @param environment variables set for this program in addition to those of every task
     */
    record Program(List<byte[]> argv, Map<String, String> environment) implements Invocation {}
}
