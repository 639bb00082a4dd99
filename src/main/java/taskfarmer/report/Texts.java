package taskfarmer.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import taskfarmer.model.Sizes;

/** How things are written on the page: numbers, times, and text that others have written. */
final class Texts {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Texts() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Returns a number and what it counts: {@code 1 task}, {@code 2,000 tasks}. */
    static String count(long number, String thing) {
        return count(number) + " " + thing + (number == 1 ? "" : "s");
    }

    /** Returns a duration in µs: {@code 340 ms}, {@code 12.3 s}, {@code 1:02:03}, {@code 2-01:02:03}. */
    static String duration(long micros) {
        if (micros < 10_000) {
            return String.format(Locale.ROOT, "%.1f ms", micros / 1e3);
        } else if (micros < 999_500) {
            return Math.round(micros / 1e3) + " ms";
        } else if (micros < 59_950_000) {
            return String.format(Locale.ROOT, "%.1f s", micros / 1e6);
        }
        long seconds = Math.round(micros / 1e6);
        long days = seconds / 86400;
        String clock =
                String.format(Locale.ROOT, "%d:%02d:%02d", seconds % 86400 / 3600, seconds % 3600 / 60, seconds % 60);
        return days == 0 ? clock : days + "-" + (clock.length() < 8 ? "0" : "") + clock;
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    /** Returns how many a second, or a minute or an hour if it is less than one. */
    static String rate(double perSecond) {
        if (perSecond >= 1) {
            return String.format(Locale.ROOT, perSecond < 100 ? "%.1f/s" : "%,.0f/s", perSecond);
        }
        return perSecond * 60 >= 1
                ? String.format(Locale.ROOT, "%.1f/min", perSecond * 60)
                : String.format(Locale.ROOT, "%.1f/h", perSecond * 3600);
    }

    /** Returns a number of bytes as tasks ask for them, by powers of 1024: {@code 3.1 GB}. */
    static String size(long bytes) {
        String shown = Sizes.show(bytes);
        int unit = shown.length() - 1;
        return Character.isDigit(shown.charAt(unit))
                ? shown + " bytes"
                : shown.substring(0, unit) + " " + shown.charAt(unit) + "B";
    }

    static String bytes(long bytes) {
        return bytes < 1_000_000
                ? Math.max(1, Math.round(bytes / 1e3)) + " kB"
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /** Returns a time as an element that the page's script turns into the reader's own time zone. */
    static String time(long micros) {
        Instant instant = Instant.ofEpochMilli(micros / 1000);
        return "<time datetime=\"" + instant + "\">" + UTC.format(instant) + " UTC</time>";
    }

    /**
     * Returns a text so that it is seen as it is, up to a length: what would not be seen, or change how the rest is seen
     * (control characters, marks that turn the direction of writing), is replaced by something that is.
     */
    static String visible(String text, int most) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), most) + 1);
        int length = 0;
        for (int at = 0; at < text.length(); length++) {
            if (length == most) {
                return shown.append('\u2026').toString();
            }
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            if (c < 0x20 && c != '\t') {
                shown.append((char) (0x2400 + c)); // control pictures
            } else if (c == 0x7f) {
                shown.append('\u2421');
            } else if (hides(c)) {
                shown.append('\ufffd');
            } else {
                shown.appendCodePoint(c);
            }
        }
        return shown.toString();
    }

    private static boolean hides(int c) {
        return c != '\t'
                && switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR -> true;
                    default -> c >= 0xfffe && (c & 0xfffe) == 0xfffe;
                };
    }

    /** Returns a text as HTML, safe between tags and in quoted attributes. */
    static String html(String text) {
        StringBuilder html = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '&' -> html.append("&amp;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.append(c);
            }
        }
        return html.toString();
    }

    /** Returns a text that somebody else wrote, visible and safe. */
    static String foreign(String text, int most) {
        return html(visible(text, most));
    }
}
