package taskfarmer.runners;

import java.nio.file.Path;
import java.util.Optional;
import taskfarmer.model.Command;
import taskfarmer.model.Invocation;

/** The default runner: the command is run by the shell, in the environment of the farmer. */
public final class BasicRunner implements Runner {
    @Override
    public Invocation invocation(Command command, Optional<Path> tempDirectory) {
        return new Invocation.Shell(command);
    }
}
