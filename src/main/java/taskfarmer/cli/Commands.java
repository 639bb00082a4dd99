package taskfarmer.cli;

import java.util.List;
import java.util.Optional;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.runners.Runners;
import taskfarmer.store.Op;
import taskfarmer.tasks.TaskLists;

/** The commands that there are. */
final class Commands {
    /** Their names, in the order in which they are shown. */
    static final List<String> NAMES = List.of(
            "run",
            "status",
            "watch",
            "tasks",
            "logs",
            "report",
            "export",
            "farms",
            "add",
            "retry",
            "cancel",
            "drain",
            "stop",
            "kill",
            "scale",
            "doctor",
            "resources",
            "runners",
            "tasklists",
            "help",
            "completion");

    private Commands() {}

    /** Returns the command of this name; empty if there is none. */
    static Optional<Subcommand> find(String name, Environment environment, Stop stop, Output output) {
        if (!NAMES.contains(name)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (name) {
                    case "run" -> new RunCommand(environment, stop, output);
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
                    case "resources" -> new ResourcesCommand(environment, stop, output);
                    case "runners" -> new DefinitionsCommand(Runners.kind(), environment, output);
                    case "tasklists" -> new DefinitionsCommand(TaskLists.kind(), environment, output);
                    case "help" -> new HelpCommand(environment, stop, output);
                    case "completion" -> new CompletionCommand(environment, stop, output);
                    default -> throw new AssertionError(name);
                });
    }
}
