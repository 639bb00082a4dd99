package taskfarmer.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.model.ExitStatus;

/** One command of the program. */
interface Subcommand {
    /** Returns which options and arguments it takes. */
    CommandSpec spec();

    /** Runs it. */
    ExitStatus run(ParseResult given) throws IOException, InterruptedException;

    /** Returns the arguments that are no options, in order. (Options between them have picocli match the same arguments once more.) */
    static List<String> positionals(ParseResult given) {
        return given.matchedPositionals().isEmpty()
                ? List.of()
                : List.copyOf(given.matchedPositionals().get(0).stringValues());
    }

    /** Returns what the command line gives for an option, by its long name without dashes. */
    static Optional<String> given(ParseResult given, String name) {
        return given.hasMatchedOption("--" + name)
                ? Optional.of(String.valueOf(given.matchedOption("--" + name).<Object>getValue()))
                : Optional.empty();
    }

    /** Returns what its arguments say; {@code line} was made from {@link #spec}. */
    default ParseResult parse(CommandLine line, List<String> arguments) {
        return line.parseArgs(arguments.toArray(new String[0]));
    }
}
