package taskfarmer.tasks;

import java.nio.charset.StandardCharsets;
import java.util.List;
import taskfarmer.model.Command;
import taskfarmer.model.NativeText;

/** Makes a command of words that are given one by one, as on a command line. */
public final class ShellWords {
    private static final ShellContext.Place PLAIN = new ShellContext.Place("", "", false);

    private ShellWords() {}

    /**
     * Returns the command that the shell takes for these words. A single word is a command already, as it would be typed; of several,
     * each stays one argument, as it is.
     */
    public static Command command(List<String> words) {
        if (words.size() == 1) {
            return Command.of(NativeText.bytes(words.get(0)));
        }
        return Command.of(ofArguments(words));
    }

    /** Returns the bytes of the command in which each of these words, also a single one, stays one argument. */
    static byte[] ofArguments(List<String> words) {
        StringBuilder text = new StringBuilder(); // of bytes as characters
        for (String word : words) {
            text.append(text.length() == 0 ? "" : " ");
            ShellValue.append(text, new String(NativeText.bytes(word), StandardCharsets.ISO_8859_1), PLAIN, false);
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
