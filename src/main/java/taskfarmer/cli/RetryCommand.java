package taskfarmer.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.history.TaskState;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Ids;
import taskfarmer.store.State;

/** {@code taskfarmer retry}: tasks that failed or were cancelled are to run again. */
final class RetryCommand implements Subcommand {
    private final Environment environment;
    private final Output output;

    RetryCommand(Environment environment, Output output) {
        this.environment = environment;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        return FarmArgument.spec("retry").addOption(Specs.flag("--failed")).addOption(Specs.flag("--cancelled"));
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException {
        FarmArgument farm = FarmArgument.of(given, new FileStorage(), environment);
        boolean failed = given.hasMatchedOption("--failed");
        boolean cancelled = given.hasMatchedOption("--cancelled");
        if (farm.rest().isEmpty() && !failed && !cancelled) {
            throw FarmException.badInput(
                    "which tasks? None was named",
                    "Give IDs, or --failed for all that failed: see taskfarmer retry --help.");
        }
        try (Visit visit = new Visit(farm.directory(), environment, output)) {
            Ids again = visit.transact(transaction -> {
                Ids chosen = choose(transaction.state(), farm.rest(), failed, cancelled);
                transaction.retry(chosen);
                return chosen;
            });
            if (again.isEmpty()) {
                output.line("no task has " + (failed ? "failed" : "been cancelled") + ": nothing to try again");
            } else {
                output.line(Shown.count(again.count(), "task") + " to be tried again: " + Shown.some(again)
                        + Nobody.hint(visit, farm));
            }
        }
        return ExitStatus.DONE;
    }

    private static Ids choose(State state, List<String> arguments, boolean failed, boolean cancelled) {
        Selection chosen = new Selection();
        for (int id : FarmArgument.ids(arguments, state.size())) {
            if (!state.isRetriable(id)) {
                throw FarmException.badInput(
                        "task " + id + " is " + TaskState.of(state, id).word()
                                + ": only tasks that failed or were cancelled can be tried again",
                        "Nothing was changed.");
            }
            chosen.add(id);
        }
        if (failed) {
            state.all(State.Phase.FAILED).forEach(chosen::add);
        }
        if (cancelled) {
            state.all(State.Phase.CANCELLED).forEach(chosen::add);
        }
        return chosen.ids();
    }
}
