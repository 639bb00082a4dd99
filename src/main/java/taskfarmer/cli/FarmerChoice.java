package taskfarmer.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import taskfarmer.model.FarmException;
import taskfarmer.store.State;

/** Finds the farmers that are meant: by number, by node or host, or, if there is only one, without a name. */
final class FarmerChoice {
    private FarmerChoice() {}

    /**
     * Returns the farmers that are meant, of those that are there.
     *
     * @param farm whose further arguments name them
     * @throws FarmException if there is no such farmer, or it is not clear which one
     */
    static List<State.Farmer> of(State state, FarmArgument farm, boolean all) {
        List<State.Farmer> present =
                state.farmers().values().stream().filter(State.Farmer::present).toList();
        if (present.isEmpty()) {
            throw FarmException.badInput(
                    "nobody is at work in " + farm.shown(), "To start, " + Nobody.start(farm) + ".");
        }
        if (all) {
            return present;
        }
        if (farm.rest().isEmpty()) {
            if (present.size() > 1) {
                throw FarmException.badInput(
                        "which farmer? There are " + present.size(), "Name one, or --all: " + names(present) + ".");
            }
            return present;
        }
        List<State.Farmer> chosen = new ArrayList<>();
        for (String name : farm.rest()) {
            chosen.add(one(state, present, name));
        }
        return chosen;
    }

    private static State.Farmer one(State state, List<State.Farmer> present, String name) {
        List<State.Farmer> found = present.stream()
                .filter(farmer -> Integer.toString(farmer.number()).equals(name)
                        || farmer.joined().identity().place().equals(name)
                        || farmer.joined().identity().host().equals(name))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        boolean left = name.matches("[0-9]{1,9}") && state.farmers().containsKey(Integer.parseInt(name));
        throw FarmException.badInput(
                found.isEmpty()
                        ? left ? "farmer " + name + " has left" : "there is no farmer " + name
                        : "there are several farmers on " + name,
                "At work are: " + names(found.isEmpty() ? present : found) + ".");
    }

    private static String names(List<State.Farmer> farmers) {
        return farmers.stream().map(FarmerChoice::name).collect(Collectors.joining("; "));
    }

    /** Returns number and name of a farmer, for people. */
    static String name(State.Farmer farmer) {
        return "farmer " + farmer.number() + " on " + farmer.joined().identity().name();
    }
}
