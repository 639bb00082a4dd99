package taskfarmer.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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
import taskfarmer.runners.Runners;
import taskfarmer.store.Failures;
import taskfarmer.store.Op;
import taskfarmer.tasks.TaskLists;

/** The program from its arguments to its exit status. */
public final class Program {
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
        if (first.equals("help")) {
            output.print(Help.of(arguments.size() > 1 ? arguments.get(1) : "run"));
            return ExitStatus.DONE;
        }
        Subcommand command = switch (first) {
            case "status" -> new StatusCommand(environment, stop, output);
            case "watch" -> new WatchCommand(environment, stop, output);
            case "tasks" -> new TasksCommand(environment, stop, output);
            case "logs" -> new LogsCommand(environment, stop, output);
            case "report" -> new ReportCommand(environment, stop, output);
            case "export" -> new ExportCommand(environment, stop, output);
            case "farms" -> new FarmsCommand(environment, stop, output);
            case "add" -> new AddCommand(environment, output);
            case "retry" -> new RetryCommand(environment, output);
            case "cancel" -> new CancelCommand(environment, output);
            case "drain" -> new TellCommand(Op.Wish.DRAIN, environment, output);
            case "stop" -> new TellCommand(Op.Wish.STOP, environment, output);
            case "kill" -> new TellCommand(Op.Wish.KILL, environment, output);
            case "scale" -> new ScaleCommand(environment, output);
            case "doctor" -> new DoctorCommand(environment, stop, output);
            case "runners" -> new DefinitionsCommand(Runners.kind(), environment, output);
            case "tasklists" -> new DefinitionsCommand(TaskLists.kind(), environment, output);
            default -> new RunCommand(environment, stop, output);
        };
        boolean named = first.equals("run") || !(command instanceof RunCommand);
        return execute(
                named ? first : "run", command, named ? arguments.subList(1, arguments.size()) : arguments, output);
    }

    private static ExitStatus execute(String name, Subcommand command, List<String> arguments, Output output)
            throws IOException, InterruptedException {
        CommandLine line = new CommandLine(command.spec());
        ParseResult given;
        try {
            given = command.parse(line, arguments);
        } catch (ParameterException e) {
            List<String> similar =
                    e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
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

    private static String version() {
        String version = Program.class.getPackage().getImplementationVersion();
        return version == null ? "(not run from its jar)" : version;
    }
}
