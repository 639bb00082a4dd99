package taskfarmer.tasks;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import taskfarmer.model.FarmException;
import taskfarmer.model.Spelling;

/** What task lines make of the variables of sweeps: a sweep that none of them uses is a slip, and so is a name that is nearly one. */
final class SweepUse {
    private static final int SHORT = 3; // between shorter names, one slip is no likeness

    private final String list;
    private final List<Each> idle = new ArrayList<>();

    /** A directive none of whose variables has been used. */
    private record Each(long line, List<SweepVariable> variables) {
        boolean hasAny(Set<SweepVariable> some) {
            return variables.stream().anyMatch(some::contains);
        }
    }

    SweepUse(String list) {
        this.list = list;
    }

    /** Takes note of a directive. */
    void begin(long line, Sweep sweep) {
        if (!sweep.isEmpty()) {
            idle.add(new Each(line, sweep.variables()));
        }
    }

    /**
     * Takes note of variables that a line uses.
     *
     * @param used their numbers
     */
    void use(Sweep sweep, BitSet used) {
        if (!idle.isEmpty()) {
            Set<SweepVariable> some =
                    used.stream().mapToObj(sweep.variables()::get).collect(Collectors.toSet());
            idle.removeIf(each -> each.hasAny(some));
        }
    }

    /**
     * Makes sure that no sweep has ended unused.
     *
     * @param until where sweeps have ended, for the message: {@code before line 7}
     * @param left those that have not
     * @throws FarmException if one has
     */
    void requireUsed(String until, Sweep... left) {
        Set<SweepVariable> variables = new HashSet<>();
        for (Sweep sweep : left) {
            variables.addAll(sweep.variables());
        }
        for (Each each : idle) {
            if (!each.hasAny(variables)) {
                throw FarmException.badInput(
                        list + ", line " + each.line + ": no line uses "
                                + each.variables.stream()
                                        .map(variable -> "{" + variable.name() + "}")
                                        .collect(Collectors.joining(" or "))
                                + " " + until,
                        "Write it into the lines that it is for, which come after it; or take the line away.");
            }
        }
    }

    /**
     * Makes sure that no word in braces was meant as one of the variables.
     *
     * @param own whether any word will do: for a line that uses none of them
     * @throws FarmException if one was
     */
    static void requireMeant(String text, Sweep sweep, boolean own) {
        List<String> names = sweep.names();
        for (int at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) {
            String word = word(text, at);
            if (word.isEmpty() || names.contains(word)) {
                continue;
            }
            Optional<String> meant = meant(word, names);
            if (own || meant.isPresent()) {
                throw FarmException.badInput(
                        "there is no variable {" + word + "}",
                        meant.map(name -> "Did you mean {" + name + "}? ").orElse("")
                                + "The variables of each are: " + String.join(", ", names)
                                + "; #TF reset ends them. Braces that are meant for the shell or a program need something else"
                                + " inside: { " + word + " }.");
            }
        }
    }

    private static Optional<String> meant(String word, List<String> names) {
        for (String name : names) {
            if (name.equalsIgnoreCase(word)) {
                return Optional.of(name);
            }
        }
        return Spelling.nearest(word, names).filter(name -> Math.max(word.length(), name.length()) >= SHORT);
    }

    /** Returns the name between the brace and its counterpart; empty if it is none, or the shell's. */
    private static String word(String text, int brace) {
        int end = brace + 1;
        while (end < text.length() && SweepVariable.isOfIdentifier(text.charAt(end))) {
            end++;
        }
        String word = text.substring(brace + 1, end);
        while (end < text.length() && (text.charAt(end) == '.' || text.charAt(end) == '/')) {
            end++; // a modifier
        }
        boolean closed = end < text.length() && text.charAt(end) == '}';
        return closed && SweepVariable.isIdentifier(word) && !CommandTemplate.isEscaped(text, brace) ? word : "";
    }
}
