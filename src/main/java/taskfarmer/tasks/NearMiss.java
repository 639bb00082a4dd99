package taskfarmer.tasks;

import taskfarmer.model.Attribute;
import taskfarmer.model.FarmException;

/** A comment that was meant as a directive beyond doubt: {@code #TFcores=4}, {@code # TF mem=8G}, {@code #tf: each x=1..3}. */
final class NearMiss {
    private static final String EACH = "each";
    private static final int LONGEST = 80;

    private NearMiss() {}

    /** Returns whether a comment begins like a directive, in whatever case and with blanks before. */
    static boolean isPossible(byte[] bytes, int start, int end) {
        int at = start + 1;
        while (at < end && ListLines.isSpace(bytes[at])) {
            at++;
        }
        return at + 1 < end && (bytes[at] | 0x20) == 't' && (bytes[at + 1] | 0x20) == 'f';
    }

    /**
     * Makes sure that a comment that begins so says nothing that a directive says.
     *
     * @throws FarmException if a key and its value come next
     */
    static void refuse(String comment) {
        int at = skip(comment, 1, "") + 2;
        int mark = at;
        at = skip(comment, at, "+-:");
        boolean next = comment.substring(mark, at).indexOf('+') >= 0;
        String rest = comment.substring(at);
        int equals = rest.indexOf('=');
        if (equals > 0 && isKey(rest.substring(0, equals))) {
            boolean whole = comment.length() <= LONGEST;
            throw FarmException.badInput(
                    "'" + (whole ? comment : comment.substring(0, LONGEST) + " ...")
                            + "' looks like a directive, and is none",
                    "Write " + (next ? "#TF+ " : "#TF ") + (whole ? rest : rest.substring(0, equals) + "=...")
                            + ", or put something before TF if it is a comment.");
        }
    }

    private static int skip(String text, int from, String marks) {
        int at = from;
        while (at < text.length() && (ListLines.isSpace(text.charAt(at)) || marks.indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return at;
    }

    private static boolean isKey(String text) {
        if (text.startsWith(EACH) && text.length() > EACH.length() && ListLines.isSpace(text.charAt(EACH.length()))) {
            return SweepVariable.isIdentifier(text.substring(EACH.length()).strip());
        }
        String prefix = text.startsWith(Attribute.ENVIRONMENT) ? Attribute.ENVIRONMENT : Attribute.RESOURCE;
        return Attribute.of(text).isPresent()
                || text.startsWith(prefix) && SweepVariable.isIdentifier(text.substring(prefix.length()));
    }
}
