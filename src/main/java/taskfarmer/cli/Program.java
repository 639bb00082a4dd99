package taskfarmer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import taskfarmer.config.Environment;
import taskfarmer.farm.SignalHandlers;
import taskfarmer.farm.Stop;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.model.Spelling;
import taskfarmer.store.Failures;

/** The program from its arguments to its exit status. */
public final class Program {
    private static final int FEW = 3;

    private Program() {}

    /** Runs the command that the arguments ask for, and returns the exit status. */
    public static int run(String[] args) {
        Stop stop = new Stop();
        SignalHandlers.install(stop);
        Output output = Output.standard();
        try {
            return run(NativeText.arguments(args), Surroundings.ofThisProcess(), stop, output)
                    .code();
        } catch (FarmException e) {
            output.problem(e.getMessage(), e.remedy());
            return e.status().code();
        } catch (IOException e) {
            FarmException problem = Failures.untrusted(e);
            output.problem(problem.getMessage(), problem.remedy());
            return problem.status().code();
        } catch (InterruptedException e) {
            return ExitStatus.STOPPED.code();
        } catch (RuntimeException | Error e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            output.problem("internal error: " + trace, "Please report it. Nothing is lost: start again to go on.");
            return ExitStatus.UNTRUSTED.code();
        } finally {
            output.flush();
        }
    }

    private static ExitStatus run(String[] args, Environment environment, Stop stop, Output output)
            throws IOException, InterruptedException {
        List<String> arguments = List.of(args);
        String first = arguments.isEmpty() ? "" : arguments.get(0);
        Optional<Subcommand> named = Commands.find(first, environment, stop, output);
        if (named.isPresent()) {
            return execute(first, named.get(), arguments.subList(1, arguments.size()), output);
        }
        checkSpelling(first, environment);
        return execute("run", new RunCommand(environment, stop, output), arguments, output);
    }

    /** Sees to it that a mistyped command is not taken for a task list that is missing. */
    private static void checkSpelling(String first, Environment environment) {
        if (first.isEmpty() || first.startsWith("-") || first.indexOf('/') >= 0) {
            return;
        }
        Optional<String> meant = Spelling.nearest(first, Commands.NAMES);
        if (meant.isPresent() && !Files.exists(NativeText.path(environment.workingDirectory(), first))) {
            throw FarmException.badInput(
                    "there is no command '" + first + "', and no task list of that name",
                    "Did you mean " + meant.get() + "? taskfarmer --help lists what there is.");
        }
    }

    private static ExitStatus execute(String name, Subcommand command, List<String> arguments, Output output)
            throws IOException, InterruptedException {
        CommandLine line = new CommandLine(command.spec());
        ParseResult given;
        try {
            given = command.parse(line, arguments);
        } catch (ParameterException e) {
            List<String> similar = e instanceof UnmatchedArgumentException unmatched
                    ? similar(unmatched, line.getCommandSpec().optionsMap().keySet())
                    : List.of();
            String hint = similar.isEmpty() ? "" : "Did you mean " + String.join(" or ", similar) + "? ";
            output.problem(String.valueOf(e.getMessage()), hint + Help.hint(name));
            return ExitStatus.USAGE;
        }
        if (given.isUsageHelpRequested()) {
            output.print(Help.of(name));
            return ExitStatus.DONE;
        }
        if (given.isVersionHelpRequested()) {
            output.line("taskfarmer " + version());
            return ExitStatus.DONE;
        }
        return command.run(given);
    }

    /** Returns what may have been meant by an option that there is not: the nearest one, or the few that are alike. */
    private static List<String> similar(UnmatchedArgumentException unmatched, Set<String> options) {
        String name = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
        Optional<String> nearest = Spelling.nearest(name, new TreeSet<>(options));
        List<String> alike =
                unmatched.getSuggestions().stream().distinct().limit(FEW + 1).toList();
        return nearest.isPresent() ? List.of(nearest.get()) : alike.size() > FEW ? List.of() : alike;
    }

    /** Returns the version of the jar. */
    static String version() {
        String version = Program.class.getPackage().getImplementationVersion();
        return version == null ? "(not run from its jar)" : version;
    }
}
