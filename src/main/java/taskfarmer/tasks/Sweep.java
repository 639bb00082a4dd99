package taskfarmer.tasks;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import taskfarmer.model.FarmException;

/** The variables that lines are expanded over, in the order in which they were named: the last one varies fastest. */
final class Sweep {
    static final Sweep NONE = new Sweep(Map.of());

    private final List<SweepVariable> variables;
    private final List<String> names;
    private final Map<String, SweepVariable> byName;

    private Sweep(Map<String, SweepVariable> byName) {
        this.byName = byName;
        this.variables = List.copyOf(byName.values());
        this.names = List.copyOf(byName.keySet());
    }

    /** Takes the values of all variables, one combination after the other. */
    interface Visitor {
        /** Takes a combination; values that are not asked for are empty, and the list is used again for the next one. */
        void visit(List<String> values);
    }

    /** Reads what follows {@code each}. */
    static Sweep parse(List<DirectiveWord> words) {
        Map<String, SweepVariable> variables = new LinkedHashMap<>();
        for (DirectiveWord word : words) {
            SweepVariable variable = SweepVariable.parse(word);
            if (variables.put(variable.name(), variable) != null) {
                throw FarmException.badInput(
                        "the variable " + variable.name() + " comes twice", "Give each variable a name of its own.");
            }
        }
        return new Sweep(variables);
    }

    /** Returns the variables; their numbers are their places. */
    List<SweepVariable> variables() {
        return variables;
    }

    List<String> names() {
        return names;
    }

    boolean isEmpty() {
        return variables.isEmpty();
    }

    /** Returns the variables of both; one that both have takes these values, in its place among the others. */
    Sweep over(Sweep others) {
        if (isEmpty() || others.isEmpty()) {
            return isEmpty() ? others : this;
        }
        Map<String, SweepVariable> all = new LinkedHashMap<>(others.byName);
        all.putAll(byName);
        return new Sweep(all);
    }

    /** Returns a text as a template with these variables. */
    CommandTemplate template(String text) {
        return CommandTemplate.ofVariables(text, names);
    }

    /**
     * Hands over all combinations of some variables.
     *
     * @param used the numbers of these variables
     */
    void forEach(BitSet used, Visitor visitor) {
        int[] turning = used.stream().toArray();
        long[] at = new long[turning.length];
        List<String> values = new ArrayList<>();
        for (int i = 0; i < variables.size(); i++) {
            values.add(used.get(i) ? variables.get(i).value(0) : "");
        }
        while (true) {
            visitor.visit(values);
            int last = turning.length - 1;
            while (last >= 0 && at[last] + 1 == variables.get(turning[last]).count()) {
                at[last] = 0;
                values.set(turning[last], variables.get(turning[last]).value(0));
                last--;
            }
            if (last < 0) {
                return;
            }
            values.set(turning[last], variables.get(turning[last]).value(++at[last]));
        }
    }

    /**
     * Makes sure that there are not more combinations of some variables than a farm can have tasks.
     *
     * @throws FarmException if there are
     */
    void requireFew(BitSet used) {
        double product =
                used.stream().mapToDouble(i -> variables.get(i).count()).reduce(1, (a, b) -> a * b);
        if (product > Integer.MAX_VALUE) {
            throw FarmException.badInput(
                    String.format(Locale.ROOT, "this line would be %,.0f tasks", product),
                    "A farm holds 2,147,483,647 at most. Take fewer values, or several lists.");
        }
    }
}
