package taskfarmer.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import taskfarmer.config.Environment;
import taskfarmer.model.ExitStatus;
import taskfarmer.tasks.TaskLists;

/** {@code taskfarmer tasklists}: the task list handlers that can be chosen. */
@Command(
        name = "taskfarmer tasklists",
        description = "Lists the task list handlers that --tasklist can choose, and the files that define them.")
final class TaskListsCommand implements Callable<ExitStatus> {
    private final Environment environment;
    private final Output output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this.")
    private boolean help;

    TaskListsCommand(Environment environment, Output output) {
        this.environment = environment;
        this.output = output;
    }

    @Override
    public ExitStatus call() {
        return DefinitionsListing.print(TaskLists.kind(), environment, output);
    }
}
