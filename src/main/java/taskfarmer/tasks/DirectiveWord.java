package taskfarmer.tasks;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import taskfarmer.model.FarmException;

/**
 * A word of a directive.
 *
 * @param text what it says, without its quotation marks
 * @param quoted which of its characters stood between quotation marks
 */
record DirectiveWord(String text, BitSet quoted) {
    /**
     * Divides a text at blanks that are not quoted. Between {@code '} or {@code "} everything stands for itself; there is
     * no other way to quote.
     *
     * @throws FarmException if a quotation mark has no counterpart
     */
    static List<DirectiveWord> split(String text) {
        List<DirectiveWord> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        BitSet quoted = new BitSet();
        boolean open = false; // a word has begun, which may be empty
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote != 0) {
                quoted.set(word.length());
                word.append(c);
            } else if (ListLines.isSpace(c)) {
                if (open) {
                    words.add(new DirectiveWord(word.toString(), quoted));
                    word.setLength(0);
                    quoted = new BitSet();
                }
                open = false;
                continue;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else {
                word.append(c);
            }
            open = true;
        }
        if (quote != 0) {
            throw FarmException.badInput(
                    "the quotation mark " + quote + " is not closed",
                    "Close it, or put a value that has one between the other ones: env.TITLE=\"it's\".");
        }
        if (open) {
            words.add(new DirectiveWord(word.toString(), quoted));
        }
        return words;
    }

    /** Returns whether it is this word, and not quoted. */
    boolean is(String word) {
        return quoted.isEmpty() && text.equals(word);
    }

    /** Returns where a character stands that is not quoted, from some place on; -1 if nowhere. */
    int find(char c, int from) {
        int at = text.indexOf(c, from);
        while (at >= 0 && quoted.get(at)) {
            at = text.indexOf(c, at + 1);
        }
        return at;
    }

    /** Returns whether some of the characters in a part of it are quoted. */
    boolean isQuoted(int from, int to) {
        int next = quoted.nextSetBit(from);
        return next >= 0 && next < to;
    }
}
