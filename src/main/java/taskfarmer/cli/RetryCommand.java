package taskfarmer.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.history.Skips;
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
            Result result = visit.transact(transaction -> {
                State state = transaction.state();
                Ids chosen = choose(state, farm.rest(), failed, cancelled);
                int before = state.count(State.Phase.PENDING);
                transaction.retry(chosen);
                return new Result(chosen, state.count(State.Phase.PENDING) - before - chosen.count());
            });
            if (result.chosen().isEmpty()) {
                output.line("no task has " + (failed ? "failed" : "been cancelled") + ": nothing to try again");
            } else {
                tell(result, visit, farm);
            }
        }
        return ExitStatus.DONE;
    }

    private void tell(Result result, Visit visit, FarmArgument farm) {
        Map<Integer, Integer> skipped = visit.store().look(state -> skipped(state, result.chosen()));
        Selection again = new Selection();
        result.chosen().forEach(task -> {
            if (!skipped.containsKey(task)) {
                again.add(task);
            }
        });
        Ids tried = again.ids();
        if (!tried.isEmpty()) {
            String more = result.more() == 0
                    ? ""
                    : ", and " + result.more() + " more that had been cancelled because of "
                            + (tried.count() == 1 ? "it" : "them");
            output.line(Shown.count(tried.count(), "task") + " to be tried again: " + Shown.some(tried) + more
                    + Nobody.hint(visit, farm));
        }
        if (!skipped.isEmpty()) {
            Map.Entry<Integer, Integer> first = skipped.entrySet().iterator().next();
            output.line((skipped.size() == 1
                            ? "task " + first.getKey() + " stays"
                            : Wording.tasks(skipped.size()) + " stay")
                    + " cancelled: " + visit.store().look(state -> because(state, first.getValue()))
                    + "; try that one again, and what waits for it comes with it");
        }
    }

    /** Returns those of the tasks that were cancelled again at once, because what they wait for has not ended well; and because of whom. */
    private static Map<Integer, Integer> skipped(State state, Ids chosen) {
        Map<Integer, Integer> roots = Skips.roots(state);
        Map<Integer, Integer> skipped = new TreeMap<>();
        chosen.forEach(task -> {
            Integer root = roots.get(task);
            if (root != null) {
                skipped.put(task, root);
            }
        });
        return skipped;
    }

    private static String because(State state, int root) {
        return Demands.because(root, TaskState.of(state, root));
    }

    /** The tasks that somebody chose, and how many more were to be tried again with them. */
    private record Result(Ids chosen, int more) {}

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
