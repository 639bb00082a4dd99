package taskfarmer.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import taskfarmer.model.Attribute;
import taskfarmer.model.FarmException;

/** A variable of a sweep: its name, and the values that it takes in their order. */
final class SweepVariable {
    private final String name;
    private final List<SweepValues> parts;
    private final long[] ends; // the number of values up to and with each part

    private SweepVariable(String name, List<SweepValues> parts) {
        this.name = name;
        this.parts = parts;
        this.ends = new long[parts.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += parts.get(i).count();
            ends[i] = end;
        }
    }

    /**
     * Reads {@code x=1..100}, {@code y=a,b,'c d'} or both mixed.
     *
     * @throws FarmException if it is something else
     */
    static SweepVariable parse(DirectiveWord word) {
        String text = word.text();
        int equals = word.find('=', 0);
        if (equals < 0) {
            throw FarmException.badInput(
                    "'" + text + "' after each has no values",
                    "Write NAME=VALUES: #TF each x=1..100 y=a,b,c. To end a sweep: #TF each alone, or #TF reset.");
        }
        String name = text.substring(0, equals);
        if (!isIdentifier(name)) {
            throw FarmException.badInput(
                    "'" + name + "' is no name for a variable",
                    "Use letters, digits and _, and no digit at the beginning: #TF each x=1..100.");
        }
        if (Attribute.of(name).isPresent()) {
            throw FarmException.badInput(
                    "'" + name + "' after each: " + name + " is what a task asks for, and no name for a variable",
                    "Write " + text + " in a line of its own (#TF " + text + "), or give the variable another name.");
        }
        if (equals + 1 == text.length()) {
            throw FarmException.badInput(
                    "the variable " + name + " has no values", "Write them after it: " + name + "=1..100, or a,b,c.");
        }
        List<SweepValues> parts = new ArrayList<>();
        int start = equals + 1;
        while (start <= text.length()) {
            int comma = word.find(',', start);
            int end = comma < 0 ? text.length() : comma;
            String part = text.substring(start, end);
            parts.add(
                    word.isQuoted(start, end)
                            ? SweepValues.of(part)
                            : Range.parse(part).orElseGet(() -> SweepValues.of(part)));
            start = end + 1;
        }
        return new SweepVariable(name, parts);
    }

    static boolean isIdentifier(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isOfIdentifier(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty() && (text.charAt(0) < '0' || text.charAt(0) > '9');
    }

    static boolean isOfIdentifier(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= '0' && c <= '9';
    }

    String name() {
        return name;
    }

    long count() {
        return ends[ends.length - 1];
    }

    /** Returns the value of a number from 0. */
    String value(long index) {
        int found = Arrays.binarySearch(ends, index + 1);
        int part = found >= 0 ? found : -found - 1;
        return parts.get(part).value(part == 0 ? index : index - ends[part - 1]);
    }
}
