package taskfarmer.runners;

import java.nio.file.Path;
import java.util.Optional;
import taskfarmer.model.Command;
import taskfarmer.model.Invocation;
import taskfarmer.model.Task;

/**
 * A runner that has a shell run the task somewhere else: in a container, on another node. What every runner may be told to
 * do before and after a task is done there, and not around what this runner starts here.
 */
public interface ScriptRunner extends Runner {
    /**
     * Returns what to execute to have a shell there run a script.
     *
     * @param script the task's command, or text with more than that; bytes of any encoding, of any number of lines
     */
    Invocation invocation(byte[] script, Context context);

    @Override
    default Invocation invocation(Context context) {
        return invocation(context.task().command().bytes(), context);
    }

    @Override
    default Invocation invocation(Command command, Optional<Path> tempDirectory) {
        return invocation(new Context(Task.of(command), 0, 1, tempDirectory));
    }
}
