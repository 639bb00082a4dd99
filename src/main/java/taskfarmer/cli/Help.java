package taskfarmer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import taskfarmer.model.FarmException;

/** What the program says of itself: a text for each command, {@code help/COMMAND.txt}. */
final class Help {
    private Help() {}

    /**
     * Returns the text for a command.
     *
     * @throws FarmException if there is no such command
     */
    static String of(String command) throws IOException {
        try (InputStream in = Help.class.getResourceAsStream("help/" + command + ".txt")) {
            if (in == null || !command.matches("[a-z]+")) {
                throw FarmException.badInput(
                        "there is no command '" + command + "'", "taskfarmer --help lists what there is.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Returns where to read more. */
    static String hint(String command) {
        return "See taskfarmer " + (command.equals("run") ? "" : command + " ") + "--help.";
    }
}
