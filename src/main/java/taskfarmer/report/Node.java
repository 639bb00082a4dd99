package taskfarmer.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import taskfarmer.history.History;
import taskfarmer.model.Resources;
import taskfarmer.store.State;

/**
 * Nodes that have the same for tasks, as their farmers have said.
 *
 * @param resources what each has
 * @param count how many nodes they are
 */
record Node(Resources resources, int count) {
    /** Returns all nodes that there ever were farmers on, those with the same together, in the order in which they came. */
    static List<Node> all(History history) {
        Map<String, Resources> byBoot = new LinkedHashMap<>();
        for (State.Farmer farmer : history.state().farmers().values()) {
            if (!farmer.resources().isEmpty()) { // farmers of one node say the same, or the later one knows better
                byBoot.put(farmer.joined().identity().boot(), farmer.resources());
            }
        }
        Map<Resources, Integer> counts = new LinkedHashMap<>();
        byBoot.values().forEach(resources -> counts.merge(resources, 1, Integer::sum));
        List<Node> nodes = new ArrayList<>();
        counts.forEach((resources, count) -> nodes.add(new Node(resources, count)));
        return nodes;
    }

    /** Returns it in words: {@code 32 cores and 64 GB}. */
    String words() {
        long cores = resources.amount(Resources.CORES);
        long memory = resources.amount(Resources.MEMORY);
        String both = cores > 0 && memory > 0 ? " and " : "";
        return (cores > 0
                        ? Resources.show(Resources.CORES, cores) + (cores == Resources.UNIT ? " core" : " cores")
                        : "")
                + both
                + (memory > 0 ? Texts.size(memory) : "");
    }
}
