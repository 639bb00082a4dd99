package taskfarmer.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import taskfarmer.config.Environment;
import taskfarmer.farm.SignalHandlers;
import taskfarmer.farm.Stop;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.Failures;

/** The program from its arguments to its exit status. */
public final class Program {
    private Program() {}

    /** Runs the command that the arguments ask for, and returns the exit status. */
    public static int run(String[] args) {
        Stop stop = new Stop();
        SignalHandlers.install(stop);
        Output output = Output.standard();
        try {
            return run(arguments(args), Surroundings.ofThisProcess(), stop, output)
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
        } finally {
            output.flush();
        }
    }

    private static ExitStatus run(String[] args, Environment environment, Stop stop, Output output)
            throws IOException, InterruptedException {
        String first = args.length == 0 ? "" : args[0];
        String[] rest = first.isEmpty() ? args : Arrays.copyOfRange(args, 1, args.length);
        return switch (first) {
            case "run" -> execute(new RunCommand(environment, stop, output), rest, output);
            case "runners" -> execute(new RunnersCommand(environment, output), rest, output);
            case "tasklists" -> execute(new TaskListsCommand(environment, output), rest, output);
            default -> execute(new RunCommand(environment, stop, output), args, output);
        };
    }

    private static <C extends Callable<ExitStatus>> ExitStatus execute(C command, String[] args, Output output)
            throws IOException, InterruptedException {
        CommandLine line = new CommandLine(command);
        try {
            CommandLine.ParseResult result = line.parseArgs(args);
            if (result.isUsageHelpRequested()) {
                output.print(line.getUsageMessage());
                return ExitStatus.DONE;
            }
            if (result.isVersionHelpRequested()) {
                output.line("taskfarmer " + version());
                return ExitStatus.DONE;
            }
        } catch (CommandLine.ParameterException e) {
            List<String> similar = CommandLine.UnmatchedArgumentException.class.isInstance(e)
                    ? ((CommandLine.UnmatchedArgumentException) e).getSuggestions()
                    : List.of();
            String hint = similar.isEmpty() ? "" : "Did you mean " + String.join(" or ", similar) + "? ";
            output.problem(String.valueOf(e.getMessage()), hint + "See taskfarmer --help.");
            return ExitStatus.USAGE;
        }
        try {
            return command.call();
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the arguments as they were given; in a locale that cannot name files in UTF-8, only ASCII ones. */
    private static String[] arguments(String[] decoded) throws IOException {
        String[] arguments = NativeText.arguments(decoded);
        for (String argument : arguments) {
            if (!NativeText.isUtf8() && argument.chars().anyMatch(c -> c > 127)) {
                throw FarmException.badInput(
                        "the argument '" + argument + "' is not ASCII, and in this locale Java cannot open such a path",
                        "Set LC_ALL=C.UTF-8 (or another UTF-8 locale), or start it with the script ./taskfarmer, which does"
                                + " so and gives tasks back the locale that you had.");
            }
        }
        return arguments;
    }

    private static String version() {
        String version = Program.class.getPackage().getImplementationVersion();
        return version == null ? "(not run from its jar)" : version;
    }
}
