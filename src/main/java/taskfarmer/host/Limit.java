package taskfarmer.host;

import java.util.List;
import java.util.Optional;

/**
 * How much of something there is, according to somebody.
 *
 * @param amount as {@link taskfarmer.model.Resources} counts it
 * @param origin who says so, for people
 */
record Limit(long amount, String origin) {
    /** Returns the smallest of some, the first one of equals. */
    static Optional<Limit> smallest(List<Optional<Limit>> limits) {
        Limit smallest = null;
        for (Optional<Limit> limit : limits) {
            if (limit.isPresent() && (smallest == null || limit.get().amount < smallest.amount)) {
                smallest = limit.get();
            }
        }
        return Optional.ofNullable(smallest);
    }
}
