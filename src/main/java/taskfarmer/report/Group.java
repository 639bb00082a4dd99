package taskfarmer.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tasks that failed in the same way. */
final class Group {
    private static final int FIRST = 8;

    private final String what;
    private final String example;
    private final List<Integer> first = new ArrayList<>();
    private int count;

    private Group(String what, String example) {
        this.what = what;
        this.example = example;
    }

    /** Returns what they have in common. */
    String what() {
        return what;
    }

    /** Returns what was found at the first one. */
    String example() {
        return example;
    }

    /** Returns the IDs of the first ones. */
    List<Integer> first() {
        return first;
    }

    int count() {
        return count;
    }

    /** Sorts tasks into groups. */
    static final class Sorter {
        private final Map<String, Group> groups = new LinkedHashMap<>();

        void add(int task, String what, String example) {
            Group group = groups.computeIfAbsent(what, w -> new Group(w, example));
            group.count++;
            if (group.first.size() < FIRST) {
                group.first.add(task);
            }
        }

        /** Returns the groups, the largest first. */
        List<Group> largestFirst() {
            List<Group> sorted = new ArrayList<>(groups.values());
            sorted.sort((a, b) -> Integer.compare(b.count, a.count));
            return sorted;
        }
    }
}
