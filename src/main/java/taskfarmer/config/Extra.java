package taskfarmer.config;

/**
 * A key of a section that is not for its class, but for all things of its kind.
 *
 * @param key the key, in lower case but for a name behind {@code env.} or {@code res.}; bytes as characters (ISO-8859-1)
 * @param value its value, bytes as characters too
 * @param where file, line and section, for messages
 */
public record Extra(String key, String value, String where) {}
