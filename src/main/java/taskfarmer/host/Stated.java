package taskfarmer.host;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import taskfarmer.model.FarmException;
import taskfarmer.model.Resources;

/**
 * What a user says that a node has; it comes before all that can be found out.
 *
 * @param amounts as {@link Resources} counts them, by name; zero for what there is none of
 */
public record Stated(SortedMap<String, Long> amounts) {
    /** Nothing is said: whatever is found out holds. */
    public static final Stated NOTHING = new Stated(Collections.emptySortedMap());

    /** How many cores or GPUs there may be. */
    static final int MOST_BY_INDEX = 8192;

    /**
     * Reads amounts such as {@code cores=32,mem=64G,gpus=0,licences=2}.
     *
     * @throws FarmException if they are none; the message says which
     */
    public static Stated parse(String text) {
        SortedMap<String, Long> amounts = new TreeMap<>();
        for (String part : text.strip().split("[,\\s]+", -1)) {
            Resources one = Resources.parse(part);
            String name = part.substring(0, part.indexOf('='));
            long amount = one.amount(name);
            boolean byIndex = name.equals(Resources.CORES) || name.equals(Resources.GPUS);
            if (byIndex && (amount % Resources.UNIT != 0 || amount / Resources.UNIT > MOST_BY_INDEX)) {
                throw FarmException.badInput(
                        "'" + part + "' is no number of " + name + " that a node has",
                        "Give a whole number from 0 to " + MOST_BY_INDEX + ".");
            }
            if (amounts.put(name, amount) != null) {
                throw FarmException.badInput("'" + part + "' is the second word on " + name, "Give each amount once.");
            }
        }
        return new Stated(Collections.unmodifiableSortedMap(amounts));
    }

    /** Returns what is said of something. */
    Optional<Limit> limit(String name) {
        return Optional.ofNullable(amounts.get(name)).map(amount -> new Limit(amount, "as stated"));
    }
}
