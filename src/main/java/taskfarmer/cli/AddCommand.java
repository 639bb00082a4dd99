package taskfarmer.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.DefinitionFiles;
import taskfarmer.config.Definitions;
import taskfarmer.config.Environment;
import taskfarmer.config.Settings;
import taskfarmer.config.WriteAccess;
import taskfarmer.model.Command;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.model.Task;
import taskfarmer.runners.Runner;
import taskfarmer.runners.Runners;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Ids;
import taskfarmer.store.State;
import taskfarmer.store.Transaction;
import taskfarmer.tasks.ShellWords;
import taskfarmer.tasks.TaskLists;

/** {@code taskfarmer add}: new tasks for a farm, from lists, from standard input, or one that is typed. */
final class AddCommand implements Subcommand {
    private static final int CHUNK = 4096;

    private final Environment environment;
    private final Output output;
    private final WriteAccess access;
    private List<String> words = List.of(); // after --
    private boolean typed;

    AddCommand(Environment environment, Output output) {
        this.environment = environment;
        this.output = output;
        this.access = new WriteAccess(false, environment.uid(), output::warning);
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = FarmArgument.spec("add")
                .addOption(Specs.flag("--unless-queued"))
                .addOption(Specs.flag("--json"))
                .addOption(Specs.value("NAME", "-t", "--tasklist"));
        TaskOptions.addHidden(spec);
        return spec;
    }

    @Override
    public ParseResult parse(CommandLine line, List<String> arguments) {
        int end = arguments.indexOf("--");
        typed = end >= 0;
        words = typed ? List.copyOf(arguments.subList(end + 1, arguments.size())) : List.of();
        List<String> before = typed ? arguments.subList(0, end) : arguments;
        return line.parseArgs(before.toArray(new String[0]));
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException {
        FarmArgument farm = FarmArgument.of(given, new FileStorage(), environment);
        List<Task> tasks = tasks(given, farm);
        boolean unlessQueued = given.hasMatchedOption("--unless-queued");
        try (Visit visit = new Visit(farm.directory(), environment, output)) {
            Map<Command, Task> fresh = new LinkedHashMap<>();
            if (unlessQueued) {
                tasks.forEach(task -> fresh.putIfAbsent(task.command(), task));
            }
            int known = visit.store().look(State::size);
            if (unlessQueued) {
                removeKnown(fresh, visit, known);
            }
            Ids added = visit.transact(transaction -> {
                if (unlessQueued) {
                    removeKnown(fresh, transaction, known);
                }
                return transaction.add(unlessQueued ? List.copyOf(fresh.values()) : tasks);
            });
            tell(given, farm, visit, added, tasks.size() - added.count());
        }
        return ExitStatus.DONE;
    }

    private List<Task> tasks(ParseResult given, FarmArgument farm) throws IOException {
        if (typed) {
            farm.expectNothingMore(environment);
            if (words.isEmpty() || words.get(0).isBlank() || words.stream().anyMatch(word -> word.indexOf('\n') >= 0)) {
                throw FarmException.badInput(
                        words.isEmpty() || words.get(0).isBlank()
                                ? "there is no command after --"
                                : "a command has to be one line",
                        "For example: taskfarmer add tasks.txt -- ./sim --seed 5");
            }
            return List.of(reading(given).complete(Task.of(ShellWords.command(words))));
        }
        if (farm.rest().isEmpty()) {
            throw FarmException.badInput(
                    "nothing to add was named",
                    "Name a list, - for standard input, or put a command after --: taskfarmer add tasks.txt -- ./sim 5");
        }
        NewTasks tasks = new NewTasks(reading(given));
        for (String name : farm.rest()) {
            if (name.equals("-")) {
                tasks.read(new BufferedInputStream(System.in), "on standard input");
                continue;
            }
            Path path = NativeText.path(environment.workingDirectory(), name);
            access.check(path, "task list");
            try (InputStream in = new BufferedInputStream(ListFile.open(path, name))) {
                tasks.read(in, name);
            }
        }
        return tasks.all();
    }

    private ListReading reading(ParseResult given) throws IOException {
        DefinitionFiles files = DefinitionFiles.find(environment, output::warning);
        Definitions<Runner> runners = new Definitions<>(Runners.kind(), files, environment, access);
        Settings settings = Settings.load(environment, RunCommand.names(), access);
        return ListReading.of(
                TaskOptions.of(name -> Subcommand.given(given, name), settings::find, environment.workingDirectory()),
                new Definitions<>(TaskLists.kind(), files, environment, access),
                given.matchedOptionValue("--tasklist", Definitions.DEFAULT),
                name -> runners.create(name),
                new Shown(environment.workingDirectory()));
    }

    /** Takes away what the farm has, outside of the lock: there may be millions. */
    private static void removeKnown(Map<Command, Task> fresh, Visit visit, int known) throws IOException {
        for (int first = 0; first < known && !fresh.isEmpty(); first += CHUNK) {
            Ids ids = Ids.range(first, Math.min(CHUNK, known - first));
            remove(fresh, ids, visit.store().commands(ids), visit.store().look(state -> gone(state, ids)));
        }
    }

    /** Takes away what others have added meanwhile. */
    private static void removeKnown(Map<Command, Task> fresh, Transaction transaction, int known) throws IOException {
        Ids ids = Ids.range(known, transaction.state().size() - known);
        remove(fresh, ids, transaction.commands(ids), gone(transaction.state(), ids));
    }

    private static void remove(Map<Command, Task> fresh, Ids ids, Command[] commands, Set<Integer> gone) {
        int[] tasks = ids.toArray();
        for (int i = 0; i < tasks.length; i++) {
            if (!gone.contains(tasks[i])) {
                fresh.remove(commands[i]);
            }
        }
    }

    /** Returns those of the tasks that will not run any more and have not: they do not count as being there. */
    private static Set<Integer> gone(State state, Ids ids) {
        Set<Integer> gone = new HashSet<>();
        ids.forEach(id -> {
            if (state.phase(id) == State.Phase.CANCELLED || state.phase(id) == State.Phase.DROPPED) {
                gone.add(id);
            }
        });
        return gone;
    }

    private void tell(ParseResult given, FarmArgument farm, Visit visit, Ids added, int skipped) {
        int size = visit.store().look(State::size);
        if (given.hasMatchedOption("--json")) {
            String ids = added.isEmpty() ? "" : ",\"first\":" + (size - added.count()) + ",\"last\":" + (size - 1);
            output.line("{\"added\":" + added.count() + ids + ",\"skipped\":" + skipped + "}");
            return;
        }
        String where = farm.named() ? "" : " to " + Shown.farm(farm.shown());
        String counted = Shown.count(added.count(), "task") + " added" + where + (added.isEmpty() ? "" : ": " + added);
        String same = skipped == 0 ? "" : ", " + skipped + " skipped, which were there already";
        output.line(counted + same + (added.isEmpty() ? "" : Nobody.hint(visit, farm)));
    }
}
