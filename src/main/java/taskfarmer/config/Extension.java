package taskfarmer.config;

import java.util.List;
import java.util.SortedMap;

/** Keys that definitions of a kind may have besides those of their class, whatever that is, and what becomes of them. */
public interface Extension<T> {
    /** Returns the keys, in lower case; one that ends in a point stands for all that begin with it. */
    List<String> keys();

    /**
     * Returns what a definition has made with what these keys ask for.
     *
     * @param made what its class alone makes
     * @param values the values by key, at least one; bytes as characters (ISO-8859-1)
     * @throws taskfarmer.model.FarmException if a value is wrong; the file and the section are added to its message
     */
    T extend(T made, SortedMap<String, String> values);
}
