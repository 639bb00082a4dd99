package taskfarmer.config;

import java.util.Optional;
import java.util.function.Function;
import taskfarmer.model.FarmException;

/**
 * The references in INI values, as Python's {@code BasicInterpolation} knows them: {@code %(key)s} is the value of another
 * key of the section, {@code %%} a percent sign. Unlike there, any other percent sign is kept: {@code date +%F} is fine.
 */
final class Interpolation {
    private static final int DEEPEST = 10;

    private final Function<String, Optional<String>> lookup;
    private final String where;

    /**
     * Creates the interpolation for the values of a section.
     *
     * @param lookup gives the value of a key, as it stands in the file
     * @param where the place of the value, for messages
     */
    Interpolation(Function<String, Optional<String>> lookup, String where) {
        this.lookup = lookup;
        this.where = where;
    }

    /** Returns a value with its references replaced. */
    String resolve(String value) {
        return resolve(value, 1);
    }

    private String resolve(String value, int depth) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        if (depth > DEEPEST) {
            throw FarmException.badInput(where + ": the references %(…)s go round in a circle", "Break the circle.");
        }
        StringBuilder result = new StringBuilder();
        int i = 0;
        while (i < value.length()) {
            int end = value.startsWith("%(", i) ? value.indexOf(")s", i) : -1;
            if (end >= 0) {
                result.append(resolve(referenced(value.substring(i + 2, end)), depth + 1));
                i = end + 2;
            } else {
                result.append(value.charAt(i));
                i += value.startsWith("%%", i) ? 2 : 1;
            }
        }
        return result.toString();
    }

    private String referenced(String key) {
        Optional<String> value = lookup.apply(RawText.key(key));
        if (value.isEmpty()) {
            throw FarmException.badInput(
                    where + ": %(" + RawText.show(key) + ")s refers to a key that is not there",
                    "Add the key to the section or to [DEFAULT], or write %% for a percent sign.");
        }
        return value.get();
    }
}
