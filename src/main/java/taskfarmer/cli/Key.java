package taskfarmer.cli;

import java.util.function.Consumer;

/** What a key means. */
enum Key {
    NONE,
    UP,
    DOWN,
    PAGE_UP,
    PAGE_DOWN,
    TOP,
    BOTTOM,
    HELP,
    REDRAW,
    SUSPEND,
    QUIT;

    private static final char ESCAPE = '\033';

    /** Reads what a terminal sends for keys that were pressed, and hands over what they mean; others are ignored. */
    static void read(String sent, Consumer<Key> keys) {
        int at = 0;
        while (at < sent.length()) {
            int end = at + 1;
            if (sent.charAt(at) == ESCAPE && end < sent.length() && "[O".indexOf(sent.charAt(end)) >= 0) {
                end++; // ESC [ digits and semicolons, and a final character; ESC O and a character
                while (end < sent.length() && sent.charAt(end) < '@') {
                    end++;
                }
                end = Math.min(end + 1, sent.length());
            }
            Key key = of(sent.substring(at, end));
            if (key != NONE) {
                keys.accept(key);
            }
            at = end;
        }
    }

    private static Key of(String sent) {
        return switch (sent) {
            case "k", "\033[A", "\033OA" -> UP;
            case "j", "\033[B", "\033OB" -> DOWN;
            case "b", "\033[5~" -> PAGE_UP;
            case " ", "f", "\033[6~" -> PAGE_DOWN;
            case "g", "\033[H", "\033OH", "\033[1~" -> TOP;
            case "G", "\033[F", "\033OF", "\033[4~" -> BOTTOM;
            case "?", "h" -> HELP;
            case "\f" -> REDRAW;
            case "\032" -> SUSPEND;
            case "q", "Q" -> QUIT;
            default -> NONE;
        };
    }
}
