package taskfarmer.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ini4j.Config;
import org.ini4j.spi.IniHandler;
import org.ini4j.spi.IniParser;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;

/**
 * An INI file as Python's {@code configparser} reads it, because that is what PyTaskFarmer's users have.
 *
 * <p>That means: {@code key = value} or {@code key: value}, keys without regard to case; lines starting with {@code #} or
 * {@code ;} are comments, but nothing after a value is; a line that is indented more than its key goes on with the value;
 * {@code [DEFAULT]} counts for all sections; {@code %(key)s} refers to another key; a section or key that comes twice is
 * an error. Lines are read by ini4j, one logical line at a time, so that every problem has a line number; no other class
 * knows ini4j. All texts are raw (see {@link RawText}); a backslash is just a backslash.
 */
final class IniFile {
    private static final String DEFAULTS = "DEFAULT";
    static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";
    /** Stands for a line break inside a value while ini4j sees it; cannot be in a raw text. */
    private static final char LINE_BREAK = '\uE000';
    /** What ini4j calls the section of a line that it has not seen a section for: every one of ours. */
    private static final String NO_SECTION = "\uE001";

    private final Path file;
    private final Map<String, IniSection.Entry> defaults = new HashMap<>();
    private final List<IniSection> sections = new ArrayList<>();

    private IniFile(Path file) {
        this.file = file;
    }

    /**
     * Reads an INI file.
     *
     * @param file its path, for messages
     * @param bytes what is in it
     * @throws FarmException if it is not an INI file; the message names file and line
     */
    static IniFile parse(Path file, byte[] bytes) {
        IniFile result = new IniFile(file);
        result.new Reader().read(RawText.of(bytes));
        return result;
    }

    /** Returns the sections in the order of the file, without {@code [DEFAULT]}. */
    List<IniSection> sections() {
        return sections;
    }

    /** Returns the section of a name, a raw text. */
    Optional<IniSection> section(String name) {
        for (IniSection section : sections) {
            if (section.name().equals(name)) {
                return Optional.of(section);
            }
        }
        return Optional.empty();
    }

    /** Puts lines together, and takes what ini4j makes of them. */
    private final class Reader implements IniHandler {
        private final LineParser parser = new LineParser();
        private final StringBuilder logical = new StringBuilder();
        private int logicalLine;
        /** Whether the logical line has a value, which an indented line can go on with. */
        private boolean valueOpen;

        private int indent;
        private int blankLines;
        private @Nullable IniSection current;
        private boolean inDefaults;

        void read(String text) {
            String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
            int number = 0;
            int start = 0;
            while (start < content.length()) {
                int end = start;
                while (end < content.length() && content.charAt(end) != '\n' && content.charAt(end) != '\r') {
                    end++;
                }
                number++;
                readLine(content.substring(start, end), number);
                start = content.startsWith("\r\n", end) ? end + 2 : end + 1;
            }
            finishLogicalLine();
        }

        private void readLine(String line, int number) {
            String stripped = line.strip();
            if (stripped.isEmpty()) {
                blankLines++;
            } else if (stripped.charAt(0) == '#' || stripped.charAt(0) == ';') {
                return;
            } else if (valueOpen && indentOf(line) > indent) {
                logical.append(String.valueOf(LINE_BREAK).repeat(blankLines + 1))
                        .append(stripped);
                blankLines = 0;
            } else {
                finishLogicalLine();
                // What follows the name of a section counts for nothing, as in Python.
                int close = stripped.charAt(0) == '[' ? stripped.lastIndexOf(']') : -1;
                logical.append(close < 0 ? stripped : stripped.substring(0, close + 1));
                logicalLine = number;
                valueOpen = stripped.charAt(0) != '[' && (stripped.indexOf('=') >= 0 || stripped.indexOf(':') >= 0);
                indent = indentOf(line);
                blankLines = 0;
            }
        }

        private int indentOf(String line) {
            int i = 0;
            while (Character.isWhitespace(line.charAt(i))) {
                i++;
            }
            return i;
        }

        private void finishLogicalLine() {
            if (logical.length() == 0) {
                return;
            }
            try {
                parser.parse(new StringReader(logical.toString()), this);
            } catch (IOException e) {
                throw problem("neither [section] nor 'key = value': "
                        + RawText.show(logical.toString().replace(LINE_BREAK, ' ')));
            }
            logical.setLength(0);
        }

        @Override
        public void startSection(String name) {
            if (name.equals(NO_SECTION)) {
                return;
            }
            inDefaults = name.equals(DEFAULTS);
            if (!inDefaults) {
                if (section(name).isPresent()) {
                    throw problem("section [" + RawText.show(name) + "] for the second time");
                }
                current = new IniSection(file, name, defaults);
                sections.add(current);
            }
        }

        @Override
        public void handleOption(String name, String value) {
            String key = RawText.key(name);
            String folded = value.replace(LINE_BREAK, '\n').strip();
            IniSection.Entry entry = new IniSection.Entry(folded, logicalLine);
            boolean added;
            if (inDefaults) {
                added = defaults.putIfAbsent(key, entry) == null;
            } else if (current != null) {
                added = current.add(key, entry);
            } else {
                throw problem("key '" + RawText.show(name) + "' before the first [section]");
            }
            if (!added) {
                throw problem("key '" + RawText.show(name) + "' for the second time in its section");
            }
        }

        private FarmException problem(String what) {
            return FarmException.badInput(
                    file + ", line " + logicalLine + ": " + what, "Correct the INI file, or move it away.");
        }

        @Override
        public void startIni() {}

        @Override
        public void endIni() {}

        @Override
        public void endSection() {}

        @Override
        public void handleComment(String comment) {}
    }

    /** ini4j's parser without its own ideas: no escapes, no includes; made directly, not by its service lookup. */
    private static final class LineParser extends IniParser {
        LineParser() {
            Config config = new Config();
            config.setEscape(false);
            config.setEscapeNewline(false);
            config.setInclude(false);
            config.setEmptyOption(false);
            config.setLowerCaseOption(false);
            config.setLowerCaseSection(false);
            config.setGlobalSection(true);
            config.setGlobalSectionName(NO_SECTION);
            setConfig(config);
        }
    }
}
