package taskfarmer.model;

import java.util.BitSet;
import java.util.stream.Collectors;

/** A set of exit statuses, written {@code 1,3,75-80}. */
public final class Statuses {
    private static final int LARGEST = 255;

    private final BitSet statuses;

    private Statuses(BitSet statuses) {
        this.statuses = statuses;
    }

    /**
     * Reads exit statuses from 0 to 255, and ranges of them.
     *
     * @throws FarmException if the text is something else
     */
    public static Statuses parse(String text) {
        BitSet statuses = new BitSet();
        for (String part : text.split(",", -1)) {
            String range = part.strip();
            if (!range.matches("[0-9]{1,3}(-[0-9]{1,3})?")) {
                throw bad(text);
            }
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            if (last > LARGEST || last < first) {
                throw bad(text);
            }
            statuses.set(first, last + 1);
        }
        return new Statuses(statuses);
    }

    private static FarmException bad(String text) {
        return FarmException.badInput(
                "'" + text + "' is not a list of exit statuses", "Write numbers from 0 to 255: 1,3,75-80.");
    }

    /** Returns whether an exit status is in it. */
    public boolean contains(int status) {
        return statuses.get(status);
    }

    /** Returns the text form. */
    @Override
    public String toString() {
        return statuses.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
    }
}
