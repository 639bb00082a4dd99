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
import taskfarmer.store.Transaction;

/** {@code taskfarmer cancel}: tasks that wait are not to run; those that run are ended. */
final class CancelCommand implements Subcommand {
    private final Environment environment;
    private final Output output;

    CancelCommand(Environment environment, Output output) {
        this.environment = environment;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        return FarmArgument.spec("cancel").addOption(Specs.flag("--all"));
    }

    /** What became of it: tasks that are cancelled now, that farmers are to end, and that had ended before. */
    private record Result(Ids cancelled, Ids held, Ids ended) {}

    @Override
    public ExitStatus run(ParseResult given) throws IOException {
        FarmArgument farm = FarmArgument.of(given, new FileStorage(), environment);
        boolean all = given.hasMatchedOption("--all");
        if (all != farm.rest().isEmpty()) {
            throw FarmException.badInput(
                    all ? "--all and single tasks do not go together" : "which tasks? None was named",
                    "Give IDs, or --all for all that wait or run: see taskfarmer cancel --help.");
        }
        try (Visit visit = new Visit(farm.directory(), environment, output)) {
            int[] before = {0};
            Result result = visit.transact(transaction -> {
                before[0] = transaction.state().skipped().size();
                return cancel(transaction, farm.rest(), all);
            });
            tell(result, visit.store().look(state -> state.skipped().size()) - before[0]);
        }
        return ExitStatus.DONE;
    }

    private static Result cancel(Transaction transaction, List<String> arguments, boolean all) throws IOException {
        State state = transaction.state();
        Selection pending = new Selection();
        Selection held = new Selection();
        Selection ended = new Selection();
        if (all) {
            state.pending().stream().forEach(pending::add);
            state.claims().keySet().forEach(held::add);
        }
        int last = -1;
        for (int id : FarmArgument.ids(arguments, state.size())) {
            (state.phase(id) == State.Phase.PENDING ? pending : state.phase(id) == State.Phase.CLAIMED ? held : ended)
                    .add(id);
            last = id;
        }
        Result result = new Result(pending.ids(), held.ids(), ended.ids());
        if (result.cancelled().isEmpty() && result.held().isEmpty() && last >= 0) {
            throw FarmException.badInput(
                    result.ended().count() == 1
                            ? "task " + last + " is "
                                    + TaskState.of(state, last).word() + " already"
                            : "these tasks have ended already",
                    "Nothing was changed.");
        }
        transaction.cancel(result.cancelled());
        transaction.cancel(result.held());
        return result;
    }

    private void tell(Result result, int skipped) {
        if (result.cancelled().isEmpty() && result.held().isEmpty()) {
            output.line("no task waits or runs: nothing to cancel");
            return;
        }
        StringBuilder text = new StringBuilder();
        if (!result.cancelled().isEmpty()) {
            text.append(Shown.count(result.cancelled().count(), "task"));
            text.append(" cancelled: ").append(Shown.some(result.cancelled()));
        }
        if (skipped > 0) {
            text.append(", and ")
                    .append(skipped)
                    .append(skipped == 1 ? " that waits" : " that wait")
                    .append(" for ");
            text.append(result.cancelled().count() == 1 ? "it" : "them");
        }
        if (!result.held().isEmpty()) {
            text.append(text.length() == 0 ? "" : "; ")
                    .append(Shown.count(result.held().count(), "task"));
            text.append(" being ended by ").append(result.held().count() == 1 ? "its farmer" : "their farmers");
            text.append(": ").append(Shown.some(result.held()));
        }
        if (!result.ended().isEmpty()) {
            text.append("; ").append(result.ended().count()).append(" had ended already");
        }
        output.line(text.toString());
    }
}
