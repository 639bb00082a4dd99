package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * The text {@code SETUP && TASK}, with braces around either side where the shell would otherwise read it differently.
 *
 * <p>{@code setup && a; b} runs {@code b} although {@code setup} failed, therefore it becomes {@code setup && { a; b}} (with
 * a line feed before the brace, so that a comment at the end does not swallow it). Signs inside quotes are not told
 * apart: the braces change nothing then. Texts are bytes as characters (ISO-8859-1).
 */
final class SetupScript {
    private final String prefix;
    private final boolean empty;

    SetupScript(byte[] setup) {
        String text = new String(setup, ISO_8859_1).strip();
        empty = text.isEmpty();
        prefix = (setupNeedsGroup(text) ? group(text) : text) + " && ";
    }

    /** Returns what the shell is to run for a task; it is no option, whatever the task begins with. */
    byte[] with(byte[] script) {
        if (empty) {
            boolean likeOption = script.length > 0 && (script[0] == '-' || script[0] == '+');
            return likeOption ? (" " + new String(script, ISO_8859_1)).getBytes(ISO_8859_1) : script;
        }
        String task = new String(script, ISO_8859_1);
        return (prefix + (taskNeedsGroup(task) ? group(task) : task)).getBytes(ISO_8859_1);
    }

    private static boolean setupNeedsGroup(String setup) {
        return setup.indexOf('#') >= 0
                || setup.indexOf('\n') >= 0
                || setup.endsWith("&")
                || setup.endsWith(";")
                || setup.endsWith("\\");
    }

    /** Returns whether a task has an operator that binds less tightly than {@code &&}, or as tightly. */
    private static boolean taskNeedsGroup(String task) {
        return task.indexOf(';') >= 0 || task.indexOf('\n') >= 0 || task.contains("||") || hasLoneAmpersand(task);
    }

    private static boolean hasLoneAmpersand(String task) {
        int i = task.indexOf('&');
        while (i >= 0) {
            boolean and = task.startsWith("&&", i);
            boolean redirection = task.startsWith("&>", i) || (i > 0 && "<>".indexOf(task.charAt(i - 1)) >= 0);
            if (!and && !redirection) {
                return true;
            }
            i = task.indexOf('&', and ? i + 2 : i + 1);
        }
        return false;
    }

    private static String group(String text) {
        int backslashes = 0;
        while (backslashes < text.length() && text.charAt(text.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        // At the end of a script a lone backslash is itself; before our line feed it would join the lines.
        return "{ " + text + (backslashes % 2 == 1 ? "\\" : "") + "\n}";
    }
}
