package taskfarmer.tasks;

import java.util.Map;
import java.util.TreeMap;
import taskfarmer.model.Attributes;

/**
 * What directives say that tasks ask for.
 *
 * @param checked the values that were checked
 * @param open the values with braces, by key; only a task line tells what they become. They count before the others
 */
record Asked(Attributes checked, Map<String, Open> open) {
    static final Asked NONE = new Asked(Attributes.NONE, Map.of());

    /**
     * A value with braces.
     *
     * @param line the number of the line that it stands in
     */
    record Open(String value, long line) {}

    boolean isEmpty() {
        return checked.isEmpty() && open.isEmpty();
    }

    /** Returns what both say; where they differ, this. */
    Asked over(Asked before) {
        if (isEmpty() || before.isEmpty()) {
            return isEmpty() ? before : this;
        }
        Map<String, Open> all = open;
        if (!before.open.isEmpty()) {
            all = new TreeMap<>(before.open);
            all.keySet().removeAll(checked.values().keySet());
            all.putAll(open);
        }
        return new Asked(checked.or(before.checked), all);
    }
}
