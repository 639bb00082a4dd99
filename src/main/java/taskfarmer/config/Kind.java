package taskfarmer.config;

import java.util.Optional;

/**
 * A kind of thing that INI files define: runners, or task list handlers.
 *
 * @param key the key that names the class, and by which a section is one of this kind
 * @param noun what messages call it
 * @param type what the class has to implement
 * @param builtIn the one that is called {@code default} unless an INI file says otherwise
 * @param extension keys that each definition of this kind may have
 */
public record Kind<T>(String key, String noun, Class<T> type, T builtIn, Optional<Extension<T>> extension) {
    /** Returns a kind whose definitions have the keys of their class and no others. */
    public Kind(String key, String noun, Class<T> type, T builtIn) {
        this(key, noun, type, builtIn, Optional.empty());
    }
}
