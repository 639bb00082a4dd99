package taskfarmer.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.history.Excerpts;
import taskfarmer.history.History;
import taskfarmer.history.Standing;
import taskfarmer.model.ExitStatus;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Storage;
import taskfarmer.view.SummaryJson;

/** {@code taskfarmer status}: tells how a farm stands, once. */
final class StatusCommand implements Subcommand {
    private final Environment environment;
    private final Output output;
    private final Storage storage = new FileStorage();

    StatusCommand(Environment environment, Output output) {
        this.environment = environment;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        return FarmArgument.spec("status")
                .addOption(FarmArgument.flag("--json"))
                .addOption(FarmArgument.flag("--all"));
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException {
        FarmArgument farm = FarmArgument.of(given, storage, environment);
        farm.expectNothingMore();
        History history = History.inShort(storage, farm.directory());
        Excerpts excerpts = new Excerpts(storage, history);
        Standing standing = Standing.now(history);
        try {
            if (given.hasMatchedOption("--json")) {
                output.print(SummaryJson.text(standing, excerpts));
            } else {
                Shown shown = new Shown(environment.workingDirectory());
                Style style = Style.of(environment, output.isTerminal());
                boolean all = given.hasMatchedOption("--all");
                new StatusText(standing, excerpts, shown, farm.shown(), all, style)
                        .lines()
                        .forEach(output::line);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return ExitStatus.DONE;
    }
}
