package taskfarmer.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.model.ExitStatus;

/** {@code taskfarmer [run]}: works through a task list. Only what the options are; {@link RunSettings} reads them. */
@Command(
        name = "taskfarmer",
        sortOptions = false,
        usageHelpWidth = 100,
        customSynopsis = {"", "Usage: taskfarmer [run] [OPTIONS] TASKLIST", "       taskfarmer runners | tasklists", ""
        },
        synopsisHeading = "",
        description = {
            "Runs the commands of TASKLIST, one a line, --proc of them at a time. Kill it, start it again, start it twice:"
                    + " it goes on where it was, and no task is lost or recorded twice.",
            ""
        },
        optionListHeading = "",
        footer = {
            "",
            "Every option can also be set by an environment variable (TASKFARMER_PROC, TASKFARMER_KILL_GRACE, ...) or in"
                    + " ~/.taskfarmer/taskfarmer.ini (section [taskfarmer], proc = 16). The command line comes first, then"
                    + " the environment, then the file.",
            "DURATION is 90 or 90s, 30m, 2h, 1d, HH:MM:SS or D-HH:MM:SS.",
            "",
            "Examples:",
            "  taskfarmer --proc 16 tasks.txt             run tasks.txt, 16 tasks at a time",
            "  taskfarmer --proc 16 tasks.txt             the same again: go on after a kill, a timeout, a crash",
            "  taskfarmer --timeout 1:50:00 tasks.txt     stop in good order before a batch job of two hours ends",
            "  taskfarmer -r mcc tasks.txt                run each task by the runner mcc (see: taskfarmer runners)",
            "  seq 100 | sed 's/^/.\\/sim /' | taskfarmer -w sims -",
            "",
            "In the work directory: toprocess, finished, failed (ID and command a line), logs/log_ID, timeline.json"
                    + " (for ui.perfetto.dev).",
            "",
            "Exit status:",
            "   0  nothing is left to do, and no task failed",
            "   1  nothing is left to do, and some task failed",
            "   2  bad usage or bad input; nothing was started",
            "   3  the work directory or the machine cannot be trusted; nothing was lost",
            "  75  stopped before the end (signal, timeout): run the same command again to go on"
        })
final class RunCommand implements Callable<ExitStatus> {
    private final Environment environment;
    private final Stop stop;
    private final Output output;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "TASKLIST",
            description = "The list of tasks; - is standard input.",
            hideParamSyntax = true)
    private @Nullable String list;

    @Parameters(index = "1..*", hidden = true)
    private List<String> surplus = List.of();

    @Option(
            names = {"-n", "--proc"},
            paramLabel = "N",
            description = "Tasks that run at the same time (default: 8).",
            order = 1)
    private @Nullable String proc;

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "Where state, logs and results are kept (default: TASKLIST_workdir).",
            order = 2)
    private @Nullable String workdir;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "End all tasks after this time; they go back and run at the next start (default: never).",
            order = 3)
    private @Nullable String timeout;

    @Option(
            names = "--kill-grace",
            paramLabel = "DURATION",
            description = "Time that tasks get between TERM and KILL (default: 5s).",
            order = 4)
    private @Nullable String killGrace;

    @Option(
            names = {"-r", "--runner"},
            paramLabel = "NAME",
            description = "How a task is run (default: default, as bash runs it).",
            order = 5)
    private @Nullable String runner;

    @Option(
            names = {"-t", "--tasklist"},
            paramLabel = "NAME",
            description = "How TASKLIST is read (default: default, one command a line).",
            order = 6)
    private @Nullable String tasklist;

    @Option(
            names = "--shell",
            paramLabel = "SHELL",
            description = "The shell that commands are written for (default: bash).",
            order = 7)
    private @Nullable String shell;

    @Option(
            names = "--update-list",
            arity = "0..1",
            fallbackValue = "true",
            hideParamSyntax = true,
            description = "Accept that TASKLIST was edited: tasks keep their IDs by their text, new text is new tasks,"
                    + " vanished tasks are dropped unless they run or have ended.",
            order = 8)
    private @Nullable String updateList;

    @Option(
            names = "--lock-timeout",
            paramLabel = "DURATION",
            description = "How long to wait for the lock that farmers share (default: 10m).",
            order = 9)
    private @Nullable String lockTimeout;

    @Option(
            names = "--allow-writable-by-others",
            arity = "0..1",
            fallbackValue = "true",
            hideParamSyntax = true,
            description = "Only warn if others can write to the list, the work directory or an INI file.",
            order = 10)
    private @Nullable String allowWritableByOthers;

    @Option(
            names = {"-v", "--verbose"},
            arity = "0..1",
            fallbackValue = "true",
            hideParamSyntax = true,
            description = "Tell when each task starts and ends.",
            order = 11)
    private @Nullable String verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this.",
            order = 12)
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Print the version.", order = 13)
    private boolean version;

    RunCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public ExitStatus call() throws IOException, InterruptedException {
        RunSettings settings = RunSettings.of(this::given, list, surplus, environment, output);
        return new Run(settings, environment, stop, output).run();
    }

    /** Returns what the command line gives for an option, or null. */
    private @Nullable String given(String name) {
        return switch (name) {
            case "proc" -> proc;
            case "workdir" -> workdir;
            case "timeout" -> timeout;
            case "kill-grace" -> killGrace;
            case "runner" -> runner;
            case "tasklist" -> tasklist;
            case "shell" -> shell;
            case "update-list" -> updateList;
            case "lock-timeout" -> lockTimeout;
            case "allow-writable-by-others" -> allowWritableByOthers;
            case "verbose" -> verbose;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
