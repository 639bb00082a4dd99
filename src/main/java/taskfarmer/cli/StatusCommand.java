package taskfarmer.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
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
    private final Stop stop;
    private final Output output;
    private final Storage storage = new FileStorage();

    StatusCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        return FarmArgument.spec("status").addOption(Specs.flag("--json")).addOption(Specs.flag("--all"));
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        FarmArgument farm = FarmArgument.of(given, storage, environment);
        farm.expectNothingMore(environment);
        History history = History.inShort(storage, farm.directory());
        Excerpts excerpts = new Excerpts(storage, history);
        Standing standing = Standing.now(history);
        try {
            String text = given.hasMatchedOption("--json")
                    ? SummaryJson.text(standing, excerpts)
                    : text(standing, excerpts, farm.shown(), given.hasMatchedOption("--all"));
            output.deliver(text, stop::isAsked);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return ExitStatus.DONE;
    }

    private String text(Standing standing, Excerpts excerpts, String name, boolean all) throws IOException {
        if (all) {
            excerpts.expect(standing.running());
        }
        Shown shown = new Shown(environment.workingDirectory());
        Style style = Style.of(environment, output.isTerminal());
        List<String> lines = new StatusText(standing, excerpts, shown, name, all, style).lines();
        return String.join("\n", lines) + "\n";
    }
}
