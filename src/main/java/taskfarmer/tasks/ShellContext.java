package taskfarmer.tasks;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Knows, while a shell command is read from left to right, inside which quotes the reader is.
 *
 * <p>So a value can be put there as one argument (or as part of one), whether the user has written {@code {}},
 * {@code "{}"} or {@code '{}'}: where quotes are open they are closed before a value that needs quoting, and opened again
 * after it. It follows quotes, {@code $'…'}, {@code $(…)} inside double quotes, and backticks; not here-documents, which a
 * one-line command cannot have.
 */
final class ShellContext {
    private enum Mode {
        PLAIN,
        PARENTHESES,
        BACKTICKS,
        SINGLE_QUOTES,
        DOUBLE_QUOTES,
        DOLLAR_QUOTES
    }

    private final Deque<Mode> outer = new ArrayDeque<>();
    private Mode mode = Mode.PLAIN;
    private boolean escaped;
    private boolean afterDollar;

    /** Takes the next character of the command. */
    void accept(char c) {
        boolean dollar = afterDollar;
        afterDollar = false;
        if (escaped) {
            escaped = false;
            return;
        }
        if (c == '\\' && mode != Mode.SINGLE_QUOTES) {
            escaped = true;
            return;
        }
        switch (mode) {
            case SINGLE_QUOTES, DOLLAR_QUOTES -> {
                if (c == '\'') {
                    leave();
                }
            }
            case DOUBLE_QUOTES -> {
                if (c == '"') {
                    leave();
                } else if (c == '`') {
                    enter(Mode.BACKTICKS);
                } else if (c == '(' && dollar) {
                    enter(Mode.PARENTHESES);
                }
                afterDollar = c == '$';
            }
            case PLAIN, PARENTHESES, BACKTICKS -> {
                acceptUnquoted(c, dollar);
                afterDollar = c == '$';
            }
        }
    }

    private void acceptUnquoted(char c, boolean dollar) {
        switch (c) {
            case '\'' -> enter(dollar ? Mode.DOLLAR_QUOTES : Mode.SINGLE_QUOTES);
            case '"' -> enter(Mode.DOUBLE_QUOTES);
            case '(' -> enter(Mode.PARENTHESES);
            case ')' -> {
                if (mode == Mode.PARENTHESES) {
                    leave();
                }
            }
            case '`' -> {
                if (mode == Mode.BACKTICKS) {
                    leave();
                } else {
                    enter(Mode.BACKTICKS);
                }
            }
            default -> {}
        }
    }

    /** Returns how to write a value at this place. */
    Place place() {
        boolean backticks = mode == Mode.BACKTICKS || outer.contains(Mode.BACKTICKS);
        return switch (mode) {
            case SINGLE_QUOTES -> new Place("'", "'", backticks);
            case DOLLAR_QUOTES -> new Place("'", "$'", backticks);
            case DOUBLE_QUOTES -> new Place("\"", "\"", backticks);
            case PLAIN, PARENTHESES, BACKTICKS -> new Place("", "", backticks);
        };
    }

    private void enter(Mode inner) {
        outer.push(mode);
        mode = inner;
    }

    private void leave() {
        mode = outer.pop();
    }

    /**
     * A place in a command where a value can be put.
     *
     * @param close what ends the quotes around the place; empty if there are none
     * @param reopen what starts them again
     * @param backticks whether the place is inside backticks, which take one level of backslashes away
     */
    record Place(String close, String reopen, boolean backticks) {
        boolean quoted() {
            return !close.isEmpty();
        }
    }
}
