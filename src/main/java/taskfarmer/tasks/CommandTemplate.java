package taskfarmer.tasks;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A command with places for the values of a record, or of variables; its text is bytes as characters (ISO-8859-1).
 *
 * <p>Which braces are replacement strings is described at {@link CommandTaskList}. With variables, only their names are.
 */
final class CommandTemplate {
    private final List<Part> parts;

    private CommandTemplate(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * Reads a command; one without replacement strings gets {@code  {}} at its end, as GNU parallel does it.
     *
     * @throws UnknownColumn if the command names a column that is not there
     */
    static CommandTemplate parse(String command, Columns columns) throws UnknownColumn {
        Meaning meaning = text -> Replacement.of(text, columns);
        List<Part> parts = parseParts(command, Integer.MAX_VALUE, meaning);
        boolean literal = parts.size() == 1 && parts.get(0) instanceof Literal;
        return new CommandTemplate(literal ? parseParts(command + " {}", Integer.MAX_VALUE, meaning) : parts);
    }

    /** Reads a text in which only the names of variables are replaced; their values come in the order of the names. */
    static CommandTemplate ofVariables(String text, List<String> names) {
        int longest = 0;
        for (String name : names) {
            longest = Math.max(longest, name.length() + Modifier.LONGEST_SUFFIX);
        }
        try {
            return new CommandTemplate(parseParts(text, longest, inner -> Replacement.ofVariable(inner, names)));
        } catch (UnknownColumn e) {
            throw new AssertionError("what is no variable is left alone", e);
        }
    }

    /** Says what the text between two braces stands for, if for anything. */
    private interface Meaning {
        Optional<Replacement> of(String text) throws UnknownColumn;
    }

    /**
     * Returns the command for a record.
     *
     * @param sequence the number of the record, from 1
     * @throws UnknownColumn if the record does not have a column that the command asks for
     */
    String expand(String record, List<String> values, int sequence) throws UnknownColumn {
        StringBuilder command = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Literal literal) {
                command.append(literal.text);
            } else if (part instanceof Value value) {
                value.replacement.append(command, record, values, sequence, value.place, value.beforeRedirection);
            }
        }
        return command.toString();
    }

    /** Returns the numbers of the variables that are named, from 0. */
    BitSet columns() {
        BitSet columns = new BitSet();
        for (Part part : parts) {
            if (part instanceof Value value) {
                columns.set(value.replacement.column() - 1);
            }
        }
        return columns;
    }

    /** Returns the command with the values of variables, quoted for the shell where they need it. */
    String expandShell(List<String> values) {
        try {
            return expand("", values, 0);
        } catch (UnknownColumn e) {
            throw new AssertionError("there is a value for each variable", e);
        }
    }

    /** Returns the text with the values of variables as they are. */
    String expandData(List<String> values) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Literal literal) {
                text.append(literal.text);
            } else if (part instanceof Value value) {
                text.append(value.replacement.of(values));
            }
        }
        return text.toString();
    }

    private static List<Part> parseParts(String command, int longest, Meaning meaning) throws UnknownColumn {
        List<Part> parts = new ArrayList<>();
        ShellContext context = new ShellContext();
        StringBuilder literal = new StringBuilder();
        int i = 0;
        while (i < command.length()) {
            int close = command.charAt(i) == '{' && !isEscaped(command, i) ? close(command, i, longest) : -1;
            Optional<Replacement> replacement =
                    close < 0 ? Optional.empty() : meaning.of(command.substring(i + 1, close));
            if (replacement.isPresent()) {
                addLiteral(parts, literal);
                char next = close + 1 < command.length() ? command.charAt(close + 1) : ' ';
                parts.add(new Value(replacement.get(), context.place(), next == '<' || next == '>'));
                i = close + 1;
            } else {
                context.accept(command.charAt(i));
                literal.append(command.charAt(i));
                i++;
            }
        }
        addLiteral(parts, literal);
        return parts;
    }

    /** Returns where the brace is closed; -1 if there is more between than can have a meaning. */
    private static int close(String command, int brace, int longest) {
        if (longest == Integer.MAX_VALUE) {
            return command.indexOf('}', brace);
        }
        int last = Math.min(command.length() - 1, brace + 1 + longest);
        for (int i = brace + 1; i <= last; i++) {
            if (command.charAt(i) == '}') {
                return i;
            }
        }
        return -1;
    }

    private static void addLiteral(List<Part> parts, StringBuilder literal) {
        if (literal.length() > 0) {
            parts.add(new Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    /** Returns whether a brace belongs to the shell: after {@code $} as in {@code ${X}}, or after a backslash. */
    static boolean isEscaped(String command, int brace) {
        if (brace == 0 || "$\\".indexOf(command.charAt(brace - 1)) < 0) {
            return false;
        }
        char escape = command.charAt(brace - 1);
        int count = 0;
        while (count < brace && command.charAt(brace - 1 - count) == escape) {
            count++;
        }
        return count % 2 == 1;
    }

    private sealed interface Part {}

    private record Literal(String text) implements Part {}

    /**
     * A place for a value.
     *
     * @param beforeRedirection whether {@code <} or {@code >} follows: a bare number would become a file descriptor
     */
    private record Value(Replacement replacement, ShellContext.Place place, boolean beforeRedirection)
            implements Part {}
}
