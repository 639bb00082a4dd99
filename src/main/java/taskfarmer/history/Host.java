package taskfarmer.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import taskfarmer.model.Resources;
import taskfarmer.store.Identity;
import taskfarmer.store.State;

/**
 * What a host has for the tasks of its farmers, and what of it is free: what it has without what the tasks need that were seen
 * running there.
 *
 * @param name the host's name
 * @param capacity what it has, by the largest word of its farmers
 * @param free what is left of it
 */
public record Host(String name, Resources capacity, Resources free) {
    /** Returns the hosts whose farmers have said what they have, in the order in which they came; none if nothing is counted. */
    static List<Host> all(State state) {
        if (!state.isSharing()) {
            return List.of();
        }
        Map<String, Resources> capacities = new LinkedHashMap<>(); // by boot: names are given twice
        Map<String, Resources> used = new LinkedHashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (State.Farmer farmer : state.farmers().values()) {
            if (farmer.present() && !farmer.resources().isEmpty()) {
                Identity identity = farmer.joined().identity();
                capacities.merge(identity.boot(), farmer.resources(), Host::larger);
                names.putIfAbsent(identity.boot(), identity.place());
            }
        }
        state.claims().forEach((task, claim) -> {
            State.Farmer farmer = state.farmers().get(claim.farmer());
            if (claim.isRunning() && farmer != null) {
                Resources needs = state.requirements(task).resources();
                used.merge(farmer.joined().identity().boot(), needs, Resources::plus);
            }
        });
        List<Host> hosts = new ArrayList<>();
        capacities.forEach((boot, capacity) -> hosts.add(new Host(
                names.getOrDefault(boot, boot), capacity, left(capacity, used.getOrDefault(boot, Resources.NONE)))));
        return List.copyOf(hosts);
    }

    private static Resources larger(Resources one, Resources other) {
        Resources larger = one;
        for (Map.Entry<String, Long> amount : other.amounts().entrySet()) {
            if (amount.getValue() > larger.amount(amount.getKey())) {
                larger = larger.with(amount.getKey(), amount.getValue());
            }
        }
        return larger;
    }

    /** The next task of a slot is often seen before the end of the last one is recorded: less than nothing is nothing. */
    private static Resources left(Resources capacity, Resources used) {
        Resources left = capacity.minus(used);
        for (Map.Entry<String, Long> amount : left.amounts().entrySet()) {
            if (amount.getValue() < 0) {
                left = left.with(amount.getKey(), 0);
            }
        }
        return left;
    }
}
