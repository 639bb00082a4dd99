package taskfarmer.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import taskfarmer.model.FarmException;

/**
 * A section of an INI file; names, keys and values are raw texts, keys in lower case but for names of variables ({@code env.NAME}).
 *
 * <p>Keys of the section {@code [DEFAULT]} count for each section that does not have them itself.
 */
final class IniSection {
    private final Path file;
    private final String name;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Entry> defaults;

    IniSection(Path file, String name, Map<String, Entry> defaults) {
        this.file = file;
        this.name = name;
        this.defaults = defaults;
    }

    /**
     * A key's value.
     *
     * @param value the value as it stands in the file, with references
     * @param line the number of its (first) line
     */
    record Entry(String value, int line) {}

    Path file() {
        return file;
    }

    String name() {
        return name;
    }

    /** Adds a key; returns false if the section has it already. */
    boolean add(String key, Entry entry) {
        return entries.putIfAbsent(key, entry) == null;
    }

    /** Returns the keys of the section itself, without those from {@code [DEFAULT]}. */
    List<String> ownKeys() {
        return new ArrayList<>(entries.keySet());
    }

    /** Returns the keys that count for the section, those from {@code [DEFAULT]} included. */
    Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>(defaults.keySet());
        keys.addAll(entries.keySet());
        return keys;
    }

    /** Returns the value of a key, with its references replaced. */
    Optional<String> value(String key) {
        Optional<Entry> entry = entry(key);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        Interpolation interpolation =
                new Interpolation(referenced -> entry(referenced).map(Entry::value), where(key));
        return Optional.of(interpolation.resolve(entry.get().value()));
    }

    boolean has(String key) {
        return entry(key).isPresent();
    }

    /** Returns the place of the section, or of a key in it, for messages. */
    String where(String key) {
        Optional<Entry> entry = entry(key);
        String line = entry.isPresent() ? ", line " + entry.get().line() : "";
        return file + line + ", section [" + RawText.show(name) + "]";
    }

    /**
     * Returns a value of a key as text.
     *
     * @throws FarmException if it is not UTF-8
     */
    String decode(String key, String value) {
        return RawText.decode(value)
                .orElseThrow(() -> FarmException.badInput(
                        where(key) + ": the value of key '" + key + "' is not UTF-8", "Save the file as UTF-8."));
    }

    /** Returns a word that tells this section's keys and values from others. */
    String fingerprint() {
        TreeMap<String, String> values = new TreeMap<>();
        defaults.forEach((key, entry) -> values.put(key, entry.value()));
        entries.forEach((key, entry) -> values.put(key, entry.value()));
        CRC32C crc = new CRC32C();
        crc.update(RawText.bytes(values.toString()));
        return Long.toHexString(crc.getValue());
    }

    private Optional<Entry> entry(String key) {
        Entry own = entries.get(key);
        return Optional.ofNullable(own != null ? own : defaults.get(key));
    }
}
