package taskfarmer.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Op;
import taskfarmer.store.State;

/** {@code taskfarmer scale}: a farmer gets more slots, or fewer, while it runs. */
final class ScaleCommand implements Subcommand {
    private final Environment environment;
    private final Output output;

    ScaleCommand(Environment environment, Output output) {
        this.environment = environment;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        return FarmArgument.spec("scale").addOption(Specs.flag("--all"));
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException {
        FarmArgument farm = FarmArgument.of(given, new FileStorage(), environment);
        boolean all = given.hasMatchedOption("--all");
        List<String> rest = farm.rest();
        if (rest.isEmpty() || rest.size() > (all ? 1 : 2)) {
            throw FarmException.badInput(
                    "a farmer and its number of slots are to be named",
                    "For example: taskfarmer scale tasks.txt 2 16, for 16 slots of farmer 2.");
        }
        int slots = slots(rest.get(rest.size() - 1));
        FarmArgument which = farm.withRest(rest.subList(0, rest.size() - 1));
        try (Visit visit = new Visit(farm.directory(), environment, output)) {
            List<State.Farmer> scaled = visit.transact(transaction -> {
                List<State.Farmer> farmers = FarmerChoice.of(transaction.state(), which, all);
                for (State.Farmer farmer : farmers) {
                    if (farmer.wish() != Op.Wish.WORK) {
                        throw FarmException.badInput(
                                FarmerChoice.name(farmer) + " has been told to "
                                        + farmer.wish().word() + ": it takes nothing any more",
                                "Nothing was changed. Start another one.");
                    }
                    transaction.scale(farmer.number(), slots);
                }
                return farmers;
            });
            for (State.Farmer farmer : scaled) {
                output.line(FarmerChoice.name(farmer) + " uses " + Shown.count(slots, "slot") + " instead of "
                        + farmer.slots() + (slots < farmer.slots() ? "; what runs in the others may end" : ""));
            }
        }
        return ExitStatus.DONE;
    }

    private static int slots(String text) {
        int slots = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (slots < 1 || slots > SlotCount.MOST) {
            throw FarmException.badInput(
                    "'" + text + "' is not a number of slots",
                    "Give a whole number from 1 to " + SlotCount.MOST
                            + "; to have a farmer take nothing more: taskfarmer drain.");
        }
        return slots;
    }
}
