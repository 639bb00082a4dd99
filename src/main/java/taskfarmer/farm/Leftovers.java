package taskfarmer.farm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import taskfarmer.model.Durations;
import taskfarmer.model.Resources;
import taskfarmer.store.Requirements;
import taskfarmer.store.State;

/**
 * Pending tasks that a farmer leaves behind, by why it cannot run them.
 *
 * @param tagged how many are not for it, by their tags
 * @param large how many need more than its node has
 * @param largest the needs of one of these
 * @param late how many may take longer than is left
 * @param longest the longest of these, in ms
 * @param waiting how many others there are: they wait for such tasks
 */
record Leftovers(int tagged, int large, Resources largest, int late, long longest, int waiting) {
    static Leftovers of(State state, Suitability suitability) {
        int tagged = 0;
        int large = 0;
        int late = 0;
        int waiting = 0;
        long longest = 0;
        Resources largest = Resources.NONE;
        for (Map.Entry<Requirements, Integer> pending :
                state.pendingRequirements().entrySet()) {
            Requirements needs = pending.getKey();
            if (!suitability.hasTagsOf(needs)) {
                tagged += pending.getValue();
            } else if (!suitability.hasEnoughFor(needs)) {
                large += pending.getValue();
                largest = largest.covers(needs.resources()) ? largest : needs.resources();
            } else if (!suitability.hasTimeFor(needs)) {
                late += pending.getValue();
                longest = Math.max(longest, needs.span());
            } else {
                waiting += pending.getValue();
            }
        }
        return new Leftovers(tagged, large, largest, late, longest, waiting);
    }

    /** Returns whether the same farmer could run some of them if it were started again. */
    boolean areForAnotherRun() {
        return late > 0 || waiting > 0 && large == 0;
    }

    /** Returns whether there are some that it can never run: to start it again and again would not help. */
    boolean areTooLarge() {
        return large > 0;
    }

    /** Returns what there is to say, empty if nothing is left behind. */
    String text() {
        List<String> parts = new ArrayList<>();
        if (large > 0) {
            parts.add(count(large) + (large == 1 ? " needs" : " need") + " more than this node has (" + largest.shown()
                    + ")");
        }
        if (late > 0) {
            parts.add(count(late) + " may take longer than is left (" + Durations.show(longest) + ")");
        }
        if (tagged > 0) {
            parts.add(count(tagged) + (tagged == 1 ? " has" : " have") + " other tags");
        }
        if (waiting > 0) {
            parts.add(count(waiting) + (waiting == 1 ? " waits" : " wait") + " for tasks that are not done");
        }
        return parts.isEmpty() ? "" : "left for others: " + String.join(", ", parts);
    }

    private static String count(int number) {
        return number == 1 ? "1 task" : number + " tasks";
    }
}
