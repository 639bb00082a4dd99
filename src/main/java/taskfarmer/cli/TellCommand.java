package taskfarmer.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Op;
import taskfarmer.store.State;

/** {@code taskfarmer drain}, {@code stop} and {@code kill}: how farmers are to leave before the end. */
final class TellCommand implements Subcommand {
    private final Op.Wish wish;
    private final Environment environment;
    private final Output output;

    TellCommand(Op.Wish wish, Environment environment, Output output) {
        this.wish = wish;
        this.environment = environment;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        return FarmArgument.spec(wish.word()).addOption(Specs.flag("--all"));
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException {
        FarmArgument farm = FarmArgument.of(given, new FileStorage(), environment);
        boolean all = given.hasMatchedOption("--all");
        if (all && !farm.rest().isEmpty()) {
            throw FarmException.badInput("--all and single farmers do not go together", Help.hint(wish.word()));
        }
        try (Visit visit = new Visit(farm.directory(), environment, output)) {
            List<String> lines = visit.transact(transaction -> {
                Map<Integer, Integer> held = new HashMap<>();
                transaction.state().claims().values().forEach(claim -> held.merge(claim.farmer(), 1, Integer::sum));
                List<String> told = new ArrayList<>();
                for (State.Farmer farmer : FarmerChoice.of(transaction.state(), farm, all)) {
                    transaction.tell(farmer.number(), wish);
                    told.add(line(farmer, held.getOrDefault(farmer.number(), 0)));
                }
                return told;
            });
            lines.forEach(output::line);
        }
        return ExitStatus.DONE;
    }

    private String line(State.Farmer farmer, int tasks) {
        String held = tasks == 0 ? "" : ", which holds " + Shown.count(tasks, "task") + ",";
        return FarmerChoice.name(farmer)
                + held
                + switch (wish) {
                    case WORK -> throw new AssertionError(wish);
                    case DRAIN -> " takes nothing new and leaves when what it runs has ended";
                    case STOP -> " ends what it runs, puts it back and leaves";
                    case KILL -> " ends what it runs at once, puts it back and leaves";
                };
    }
}
