package taskfarmer.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import taskfarmer.store.State;

/**
 * Tasks that were cancelled because another one has not ended well.
 *
 * @param because the task that all began with: of a chain of tasks that wait for each other, the first
 * @param state where that one is
 * @param count how many were cancelled because of it
 */
public record Skips(int because, TaskState state, int count) {
    /** Returns all of a farm, in order of the tasks that they are due to. */
    public static List<Skips> of(State state) {
        Map<Integer, Integer> counts = new TreeMap<>();
        roots(state).values().forEach(root -> counts.merge(root, 1, Integer::sum));
        List<Skips> skips = new ArrayList<>();
        counts.forEach((root, count) -> skips.add(new Skips(root, TaskState.of(state, root), count)));
        return List.copyOf(skips);
    }

    /** Returns, of each task that was cancelled because of another one, the task that all began with. */
    public static Map<Integer, Integer> roots(State state) {
        Map<Integer, Integer> skipped = state.skipped();
        Map<Integer, Integer> roots = new HashMap<>();
        for (int task : skipped.keySet()) {
            // A chain may be as long as the list: what is found is kept for all that were passed.
            List<Integer> passed = new ArrayList<>();
            int at = task;
            while (!roots.containsKey(at) && skipped.containsKey(at)) {
                passed.add(at);
                at = skipped.getOrDefault(at, at);
            }
            int root = roots.getOrDefault(at, at);
            passed.forEach(each -> roots.put(each, root));
        }
        return roots;
    }
}
