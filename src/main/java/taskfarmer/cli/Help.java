package taskfarmer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import taskfarmer.model.FarmException;
import taskfarmer.model.Spelling;

/** What the program says of itself: a text for each command, {@code help/COMMAND.txt}; that of run is the overview, too. */
final class Help {
    private Help() {}

    /**
     * Returns the text for a command.
     *
     * @throws FarmException if there is no such command
     */
    static String of(String command) throws IOException {
        if (!Commands.NAMES.contains(command)) {
            throw FarmException.badInput(
                    "there is no command '" + command + "'",
                    Spelling.nearest(command, Commands.NAMES)
                                    .map(name -> "Did you mean " + name + "? ")
                                    .orElse("") + "taskfarmer --help lists what there is.");
        }
        try (InputStream in = Help.class.getResourceAsStream("help/" + command + ".txt")) {
            if (in == null) {
                throw new AssertionError("no help text for " + command);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Returns what a command does, in some words, as the overview has it. */
    static String summary(String command) throws IOException {
        String start = "  " + command + " ";
        for (String line : of("run").split("\n", -1)) {
            if (line.startsWith(start) && line.startsWith("  ", start.length())) {
                return line.substring(start.length()).strip();
            }
        }
        throw new AssertionError("the overview does not tell of " + command);
    }

    /** Returns where to read more. */
    static String hint(String command) {
        return "See taskfarmer " + (command.equals("run") ? "" : command + " ") + "--help.";
    }
}
