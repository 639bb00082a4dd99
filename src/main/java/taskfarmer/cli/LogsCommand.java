package taskfarmer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.history.History;
import taskfarmer.history.TaskState;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.FileStorage;
import taskfarmer.store.State;
import taskfarmer.store.Storage;

/** {@code taskfarmer logs}: what tasks have printed; of one also while it prints it; of all that failed the last lines. */
final class LogsCommand implements Subcommand {
    private static final int LINES = 10;

    private final Environment environment;
    private final Stop stop;
    private final Output output;
    private final Shown shown;
    private final Storage storage = new FileStorage();

    LogsCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
        this.shown = new Shown(environment.workingDirectory());
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = FarmArgument.spec("logs");
        spec.addOption(Specs.flag("-f", "--follow"));
        spec.addOption(Specs.flag("--failed"));
        spec.addOption(number("LINES", "-n", "--lines"));
        spec.addOption(number("N", "--attempt", "--attempt"));
        return spec;
    }

    private static OptionSpec number(String label, String name, String longName) {
        OptionSpec.Builder option =
                name.equals(longName) ? OptionSpec.builder(name) : OptionSpec.builder(name, longName);
        return option.type(int.class).paramLabel(label).build();
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        Heap.keepSmall();
        OptionalInt lines = number(given, "--lines", 0);
        OptionalInt attempt = number(given, "--attempt", 1);
        boolean follow = given.hasMatchedOption("--follow");
        FarmArgument farm = FarmArgument.of(given, storage, environment);
        if (given.hasMatchedOption("--failed")) {
            if (follow || attempt.isPresent() || !farm.rest().isEmpty()) {
                String other = follow
                        ? "--follow"
                        : attempt.isPresent() ? "--attempt" : "'" + farm.rest().get(0) + "'";
                throw FarmException.badInput(
                        "--failed means all tasks that failed, and does not go with " + other, Help.hint("logs"));
            }
            return failed(History.inFull(storage, farm.directory()), lines.orElse(LINES));
        }
        History history = History.inShort(storage, farm.directory());
        List<Integer> ids = FarmArgument.ids(farm.rest(), history.state().size());
        if (ids.isEmpty()) {
            throw FarmException.badInput(
                    "the log of which task? No ID was given",
                    "Name tasks by their IDs, or say --failed for all that failed.");
        } else if (ids.size() > 1 && (follow || attempt.isPresent())) {
            throw FarmException.badInput(
                    (follow ? "--follow" : "--attempt") + " is for one task, not for " + ids.size(), Help.hint("logs"));
        } else if (follow && attempt.isPresent()) {
            throw FarmException.badInput(
                    "--follow shows the latest attempt, and does not go with --attempt", Help.hint("logs"));
        }
        LogFiles logs = new LogFiles(storage, farm.directory(), history.state());
        if (follow) {
            LogFollower follower = new LogFollower(history, logs, stop, output, ids.get(0));
            output.bulk(stop::isAsked, stream -> follower.follow(stream, lines));
            return ExitStatus.DONE;
        } else if (ids.size() == 1) {
            int id = ids.get(0);
            Path log = log(logs, history.state(), id, attempt);
            output.bulk(stop::isAsked, stream -> print(logs, id, log, lines, stream));
            return ExitStatus.DONE;
        }
        return several(logs, history.state(), ids, lines);
    }

    private static OptionalInt number(ParseResult given, String option, int least) {
        if (!given.hasMatchedOption(option)) {
            return OptionalInt.empty();
        }
        int number = given.matchedOptionValue(option, 0);
        if (number < least) {
            throw FarmException.badInput(option + ": " + number + " is less than " + least, Help.hint("logs"));
        }
        return OptionalInt.of(number);
    }

    private ExitStatus failed(History history, int lines) throws IOException, InterruptedException {
        LogFiles logs = new LogFiles(storage, history.directory(), history.state());
        output.bulk(
                stop::isAsked,
                stream -> new FailedLogs(stream, history, logs, shown, lines).write(history, stop::isAsked));
        return ExitStatus.DONE;
    }

    /** Prints several logs with a line before each; what cannot be shown of one is told, and the others come all the same. */
    private ExitStatus several(LogFiles logs, State state, List<Integer> ids, OptionalInt lines)
            throws IOException, InterruptedException {
        boolean[] problem = {false};
        output.bulk(stop::isAsked, stream -> {
            boolean first = true;
            for (int id : ids) {
                try {
                    Path log = log(logs, state, id, OptionalInt.empty());
                    String title = "==> task " + id + ", log " + shown.path(log) + " <==\n";
                    stream.write(NativeText.bytes((first ? "" : "\n") + title));
                    print(logs, id, log, lines, stream);
                    first = false;
                } catch (FarmException e) {
                    stream.flush();
                    output.problem(e.getMessage(), e.remedy());
                    problem[0] = true;
                }
            }
        });
        return problem[0] ? ExitStatus.USAGE : ExitStatus.DONE;
    }

    private void print(LogFiles logs, int id, Path log, OptionalInt lines, OutputStream out) throws IOException {
        Optional<Storage.OpenFile> found = logs.open(log);
        if (found.isEmpty()) {
            throw logs.missing(id, shown.path(log));
        }
        try (Storage.OpenFile file = found.get()) {
            if (file.size() == 0) {
                warnIfThrownAway(logs, id);
            }
            LogText.copy(file, lines.isPresent() ? LogText.lastLines(file, lines.getAsInt()) : 0, out);
        }
    }

    /** While a task runs whose output is thrown away, it has an empty log. */
    private void warnIfThrownAway(LogFiles logs, int id) {
        String reason = logs.reason(id);
        if (!reason.isEmpty()) {
            output.warning("the log of task " + id + " is empty: " + reason);
        }
    }

    /** Returns the log of an attempt, the latest one if none is named. */
    private Path log(LogFiles logs, State state, int id, OptionalInt attempt) throws IOException {
        int begun = logs.begun(id);
        boolean exists = logs.exists(logs.latest(id)); // also if the journal does not tell of it yet
        if (begun == 0 && !exists) {
            throw notStarted(id, TaskState.of(state, id));
        } else if (attempt.isEmpty()) {
            if (!exists) {
                throw logs.missing(id, shown.path(logs.latest(id)));
            }
            return logs.latest(id);
        }
        int wanted = attempt.getAsInt();
        State.Claim claim = state.claims().get(id);
        int most = Math.max(begun, claim != null && exists ? claim.attempt() : 1);
        if (wanted > most) {
            throw FarmException.badInput(
                    "task " + id + " has no attempt " + wanted,
                    most == 1 ? "It has had one attempt." : "It has had the attempts 1 to " + most + ".");
        }
        Path log = logs.of(id, wanted);
        if (!logs.exists(log)) {
            throw logs.missing(id, shown.path(log));
        }
        return log;
    }

    /** Returns the problem that a task has no log yet, or never got one. */
    static FarmException notStarted(int id, TaskState state) {
        return state.isOver()
                ? FarmException.badInput(
                        "task " + id + " is " + state.word() + ", and was never started", "It has no log.")
                : FarmException.badInput(
                        "task " + id + " has not been started yet: it is " + state.word(),
                        "To wait for it, say --follow.");
    }
}
