package taskfarmer.cli;

import taskfarmer.cli.Style.Tone;

/**
 * A line for a terminal that grows from left to right and is never wider than it may be. Nothing that is put into it can do
 * more than stand there: characters that steer a terminal become question marks.
 */
final class TextLine {
    /** The width of a line that may have any. */
    static final int ANY = Integer.MAX_VALUE;

    private static final int ESCAPED_BYTE = 0xDC80;

    private final int width;
    private final Style style;
    private final boolean bytes;
    private final StringBuilder text = new StringBuilder();
    private int columns;

    private TextLine(int width, Style style, boolean bytes) {
        this.width = width;
        this.style = style;
        this.bytes = bytes;
    }

    /** Returns an empty line of at most so many columns. */
    static TextLine within(int width, Style style) {
        return new TextLine(width, style, false);
    }

    /** Returns an empty line of any length, in which bytes that are no characters stay what they are. */
    static TextLine open(Style style) {
        return new TextLine(ANY, style, true);
    }

    TextLine add(String words) {
        return add(Tone.PLAIN, words);
    }

    /** Adds what has room of a text. */
    TextLine add(Tone tone, String words) {
        return add(tone, words, width - columns);
    }

    /** Adds a text, or its beginning and three dots if it takes more columns. */
    TextLine addShortened(String words, int most) {
        String shown = fitting(words, ANY);
        return width(shown) <= most
                ? add(Tone.PLAIN, words, most)
                : add(fitting(words, most - 3)).add("...");
    }

    /** Adds a text to the left of a field of so many columns, and a blank. */
    TextLine left(Tone tone, String words, int field) {
        int end = columns + field;
        return add(tone, words, Math.min(field, width - columns)).to(end).add(" ");
    }

    /** Adds a text to the right of a field of so many columns, and a blank. */
    TextLine right(Tone tone, String words, int field) {
        return to(columns + Math.max(0, field - width(fitting(words, ANY))))
                .add(tone, words, Math.min(field, width - columns))
                .add(" ");
    }

    /** Fills up with blanks to a column. */
    TextLine to(int column) {
        while (columns < Math.min(column, width)) {
            text.append(' ');
            columns++;
        }
        return this;
    }

    private TextLine add(Tone tone, String words, int most) {
        String shown = fitting(words, most);
        text.append(style.set(tone, shown));
        columns += width(shown);
        return this;
    }

    /** Returns the beginning of a text that fits into so many columns, as it can be shown. */
    private String fitting(String words, int most) {
        StringBuilder shown = new StringBuilder();
        int used = 0;
        int next;
        for (int at = 0; at < words.length(); at = next) {
            int c = words.codePointAt(at);
            next = at + Character.charCount(c);
            int printable = printable(c);
            int wide = printable < 0 ? 0 : Columns.of(printable);
            if (used + wide > most) {
                break;
            }
            if (printable >= 0) {
                shown.appendCodePoint(printable);
                used += wide;
            }
        }
        return shown.toString();
    }

    /** Returns what stands for a character; -1 if it vanishes. */
    private int printable(int c) {
        if (c == '\t') {
            return ' ';
        } else if (c < ' ' || c >= 0x7f && c < 0xa0) {
            return '?';
        } else if (c < 0x7f) {
            return c;
        } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            return bytes && c >= ESCAPED_BYTE + 0x20 && c < ESCAPED_BYTE + 0x80 ? c : '?';
        }
        int type = Character.getType(c);
        if (type == Character.FORMAT) { // those that turn the direction of writing among them
            return -1;
        } else if (type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR) {
            return '?';
        }
        return bytes || style.unicode() ? c : '?';
    }

    private static int width(String shown) {
        return shown.codePoints().map(Columns::of).sum();
    }

    /** Returns how many columns are taken. */
    int columns() {
        return columns;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
