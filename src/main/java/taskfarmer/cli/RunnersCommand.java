package taskfarmer.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import taskfarmer.config.Environment;
import taskfarmer.model.ExitStatus;
import taskfarmer.runners.Runners;

/** {@code taskfarmer runners}: the runners that can be chosen. */
@Command(
        name = "taskfarmer runners",
        description = "Lists the runners that --runner can choose, and the files that define them.")
final class RunnersCommand implements Callable<ExitStatus> {
    private final Environment environment;
    private final Output output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this.")
    private boolean help;

    RunnersCommand(Environment environment, Output output) {
        this.environment = environment;
        this.output = output;
    }

    @Override
    public ExitStatus call() {
        return DefinitionsListing.print(Runners.kind(), environment, output);
    }
}
