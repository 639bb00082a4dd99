package taskfarmer.tasks;

import java.util.List;
import java.util.Optional;

/**
 * A replacement string: which value of a record it stands for, and what is taken of it.
 *
 * @param text the replacement string without its braces
 * @param source where the value comes from
 * @param column the column, from 1, or from -1 counted from the end; 0 unless the source is {@code COLUMN}
 * @param modifier what is taken of the value
 */
record Replacement(String text, Source source, int column, Modifier modifier) {
    enum Source {
        RECORD,
        SEQUENCE,
        SLOT,
        COLUMN
    }

    /**
     * Returns what the text between two braces stands for; empty if it is none of our business.
     *
     * @throws UnknownColumn if it can only be meant as the name of a column, and there is none of that name
     */
    static Optional<Replacement> of(String text, Columns columns) throws UnknownColumn {
        if (text.equals("#")) {
            return Optional.of(new Replacement(text, Source.SEQUENCE, 0, Modifier.NONE));
        }
        if (text.equals("%")) {
            return Optional.of(new Replacement(text, Source.SLOT, 0, Modifier.NONE));
        }
        // A column may be called "a." too: its full name comes first.
        int exact = text.isEmpty() ? -1 : columns.names().indexOf(text);
        if (exact >= 0 && number(text) == 0) {
            return Optional.of(new Replacement(text, Source.COLUMN, exact + 1, Modifier.NONE));
        }
        for (Modifier modifier : Modifier.values()) {
            if (text.endsWith(modifier.suffix())) {
                String base =
                        text.substring(0, text.length() - modifier.suffix().length());
                if (base.isEmpty()) {
                    return Optional.of(new Replacement(text, Source.RECORD, 0, modifier));
                }
                int column = number(base) != 0 ? number(base) : columns.names().indexOf(base) + 1;
                if (column != 0) {
                    return Optional.of(new Replacement(text, Source.COLUMN, column, modifier));
                }
                if (columns.named() && looksLikeName(base)) {
                    throw new UnknownColumn(text);
                }
            }
        }
        return Optional.empty();
    }

    /** Returns which variable the text between two braces stands for, as a column; empty if for none. */
    static Optional<Replacement> ofVariable(String text, List<String> names) {
        for (Modifier modifier : Modifier.values()) {
            if (text.endsWith(modifier.suffix())) {
                String base =
                        text.substring(0, text.length() - modifier.suffix().length());
                int variable = names.indexOf(base);
                if (variable >= 0) {
                    return Optional.of(new Replacement(text, Source.COLUMN, variable + 1, modifier));
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the value of a variable as it is. */
    String of(List<String> values) {
        return modifier.apply(values.get(column - 1));
    }

    /** Appends the value to a command. */
    void append(
            StringBuilder command,
            String record,
            List<String> values,
            int sequence,
            ShellContext.Place place,
            boolean quoteAlways)
            throws UnknownColumn {
        switch (source) {
            case RECORD -> ShellValue.append(command, modifier.apply(record), place, quoteAlways);
            case SEQUENCE -> ShellValue.append(command, Integer.toString(sequence), place, quoteAlways);
            case SLOT -> ShellValue.appendSlot(command, place);
            case COLUMN -> {
                int index = column > 0 ? column - 1 : values.size() + column;
                if (index < 0 || index >= values.size()) {
                    throw new UnknownColumn(text);
                }
                ShellValue.append(command, modifier.apply(values.get(index)), place, quoteAlways);
            }
        }
    }

    /** Returns the number that a text is, without plus sign and leading zeros; 0 if it is none. */
    private static int number(String text) {
        int start = text.startsWith("-") ? 1 : 0;
        if (text.length() == start || text.length() > start + 9 || text.charAt(start) == '0') {
            return 0;
        }
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return 0;
            }
        }
        return Integer.parseInt(text);
    }

    private static boolean looksLikeName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '-'))) {
                return false;
            }
        }
        return true;
    }
}
