package taskfarmer.cli;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.history.History;
import taskfarmer.history.TaskState;
import taskfarmer.model.ExitStatus;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Storage;
import taskfarmer.view.AttemptRows;
import taskfarmer.view.JsonLines;

/** {@code taskfarmer tasks}: the tasks of a farm, all of them or some, in short or with every attempt. */
final class TasksCommand implements Subcommand {
    private final Environment environment;
    private final Stop stop;
    private final Output output;
    private final Storage storage = new FileStorage();
    private final InstantSource clock = InstantSource.system();

    TasksCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = FarmArgument.spec("tasks");
        spec.addOption(Specs.value("STATE[,STATE]", "--state"));
        spec.addOption(Specs.value("RE", "--grep"));
        spec.addOption(Specs.flag("--json"));
        return spec;
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        Heap.keepSmall();
        String states = given.matchedOptionValue("--state", "");
        Optional<Pattern> pattern = given.hasMatchedOption("--grep")
                ? Optional.of(TaskSelection.pattern(given.matchedOptionValue("--grep", "")))
                : Optional.empty();
        EnumSet<TaskState> all = EnumSet.allOf(TaskState.class);
        FarmArgument farm = FarmArgument.of(given, storage, environment);
        TaskSelection selection = new TaskSelection(
                farm.rest(), given.hasMatchedOption("--state") ? TaskSelection.states(states) : all, pattern);
        History history = History.inFull(storage, farm.directory());
        FarmArgument.ids(farm.rest(), history.state().size());
        int columns = output.isTerminal() ? ScreenLine.columns() : 0;
        output.bulk(stop::isAsked, stream -> {
            if (given.hasMatchedOption("--json")) {
                JsonLines lines = new JsonLines(stream);
                AttemptRows rows = new AttemptRows(history);
                selection.forEach(
                        history,
                        stop::isAsked,
                        (id, state, command) -> lines.write(id, state, because(history, id), command, rows.of(id)));
                lines.finish();
            } else if (farm.rest().isEmpty()) {
                TaskTable table = new TaskTable(stream, history, now(), columns);
                table.header();
                selection.forEach(history, stop::isAsked, table::row);
            } else {
                LogFiles logs = new LogFiles(storage, farm.directory(), history.state());
                Shown shown = new Shown(environment.workingDirectory());
                selection.forEach(history, stop::isAsked, new TaskDetails(stream, history, logs, shown, now())::write);
            }
        });
        return ExitStatus.DONE;
    }

    private static int because(History history, int id) {
        return history.state().skipped().getOrDefault(id, -1);
    }

    private long now() {
        Instant now = clock.instant();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
    }
}
