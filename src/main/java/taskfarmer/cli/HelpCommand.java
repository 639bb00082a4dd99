package taskfarmer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.Failures;

/** {@code taskfarmer help}: what the program says of itself, as text and as manual pages. */
final class HelpCommand implements Subcommand {
    private final Environment environment;
    private final Stop stop;
    private final Output output;

    HelpCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Specs.of("help", "COMMAND");
        spec.addOption(Specs.flag("--man"));
        spec.addOption(Specs.flag("--install-man"));
        return spec;
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        List<String> arguments = Subcommand.positionals(given);
        if (arguments.size() > 1) {
            throw FarmException.badInput(
                    "one at a time, but there is also '" + arguments.get(1) + "'", Help.hint("help"));
        }
        if (given.hasMatchedOption("--install-man")) {
            install(
                    arguments.isEmpty()
                            ? environment.home().resolve(".local/share/man")
                            : NativeText.path(environment.workingDirectory(), arguments.get(0)));
        } else if (given.hasMatchedOption("--man")) {
            output.deliver(arguments.isEmpty() ? ManPage.ofProgram() : ManPage.of(arguments.get(0)), stop::isAsked);
        } else {
            output.deliver(Help.of(arguments.isEmpty() ? "run" : arguments.get(0)), stop::isAsked);
        }
        return ExitStatus.DONE;
    }

    private void install(Path root) throws IOException {
        Path pages = root.resolve("man1");
        String shown = new Shown(environment.workingDirectory()).path(pages);
        try {
            Files.createDirectories(pages);
            write(pages.resolve("taskfarmer.1"), ManPage.ofProgram());
            for (String command : Commands.NAMES) {
                write(pages.resolve("taskfarmer-" + command + ".1"), ManPage.of(command));
            }
        } catch (IOException e) {
            throw FarmException.badInput(
                    "the manual pages cannot be written to " + shown + ": " + Failures.describe(e),
                    "Name another directory: taskfarmer help --install-man DIR",
                    e);
        }
        output.line(Commands.NAMES.size() + 1 + " manual pages written to " + shown
                + "; where man does not find them: export MANPATH="
                + Shown.typed(NativeText.text(root)) + ":");
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
