package taskfarmer.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An INI file that may hold definitions, read but not yet parsed.
 *
 * <p>Many programs leave INI files about. A look at the lines tells whether a file can have a definition at all, without
 * loading a parser, and without stumbling over files that are nothing to us.
 */
final class DefinitionFile {
    private final Path path;
    private final byte[] bytes;

    DefinitionFile(Path path, byte[] bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    Path path() {
        return path;
    }

    /** Returns the parsed file. */
    IniFile parse() {
        return IniFile.parse(path, bytes);
    }

    /**
     * Returns whether the file may have a definition: whether it has both a line {@code [section]} and a line
     * {@code key =}. It may be wrong in saying yes, never in saying no.
     *
     * @param section the name of the section, a raw text; empty for any
     * @param key the key that names the class
     */
    boolean mayDefine(Optional<String> section, String key) {
        String text = RawText.of(bytes);
        boolean hasSection = section.isEmpty();
        boolean hasKey = false;
        int start = text.startsWith(IniFile.BYTE_ORDER_MARK) ? IniFile.BYTE_ORDER_MARK.length() : 0;
        while (start < text.length() && !(hasSection && hasKey)) {
            int end = start;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            String line = text.substring(start, end).strip();
            if (line.startsWith("[")) {
                hasSection |= section.isPresent() && isHeader(line, section.get());
            } else {
                hasKey |= isAssignment(line, key);
            }
            start = end + 1;
        }
        return hasSection && hasKey;
    }

    private static boolean isHeader(String line, String name) {
        int close = line.lastIndexOf(']');
        return close > 0 && line.substring(1, close).strip().equals(name);
    }

    private static boolean isAssignment(String line, String key) {
        if (!line.regionMatches(true, 0, key, 0, key.length())) {
            return false;
        }
        String rest = line.substring(key.length()).strip();
        return rest.startsWith("=") || rest.startsWith(":");
    }
}
