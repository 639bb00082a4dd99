package taskfarmer.config;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A kind of thing that INI files define: runners, or task list handlers.
 *
 * @param key the key that names the class, and by which a section is one of this kind
 * @param noun what messages call it
 * @param type what the class has to implement
 * @param builtIns those that are there by these names unless an INI file says otherwise; one is called {@code default}
 * @param extras keys that a section may have besides those of its class, such as {@code cores}; {@code env.NAME} stands for
 *     all that begin with {@code env.}
 */
public record Kind<T>(String key, String noun, Class<T> type, SortedMap<String, T> builtIns, List<String> extras) {
    private static final String ANY_NAME = "NAME";

    /** Returns a kind of which one is built in, and whose sections have no other keys than those of their classes. */
    public Kind(String key, String noun, Class<T> type, T builtIn) {
        this(key, noun, type, new TreeMap<>(Map.of(Definitions.DEFAULT, builtIn)), List.of());
    }

    /** Returns whether a section may have a key, in lower case, whatever its class is. */
    boolean isExtra(String name) {
        for (String extra : extras) {
            int prefix = extra.endsWith('.' + ANY_NAME) ? extra.length() - ANY_NAME.length() : 0;
            if (prefix > 0 ? name.startsWith(extra.substring(0, prefix)) : name.equals(extra)) {
                return true;
            }
        }
        return false;
    }
}
