package taskfarmer.config;

/**
 * The value of an option that was not given on the command line.
 *
 * @param value the value, as it would have been written there
 * @param origin where it comes from, for messages: {@code TASKFARMER_PROC}, or {@code FILE, key proc}
 */
public record Setting(String value, String origin) {}
