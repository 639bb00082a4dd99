package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/**
 * Which farm a command is about, and the arguments that are left.
 *
 * <p>It is named by its task list or its work directory, as the first argument or with {@code --workdir}; inside a task it is by
 * default the task's own farm, elsewhere the only one in the current directory.
 *
 * @param directory its work directory
 * @param shown its work directory as short as it can be typed here
 * @param named whether it was named, and is not only the one that is meant by default
 * @param command the command, for messages
 * @param rest the other arguments, in order
 */
record FarmArgument(WorkDirectory directory, String shown, boolean named, String command, List<String> rest) {
    /** Returns a command that takes what this class reads: arguments and {@code --workdir}. */
    static CommandSpec spec(String command) {
        return Specs.of(command, "FARM").addOption(Specs.value("DIR", "-w", "--workdir"));
    }

    /**
     * Finds the farm.
     *
     * @throws FarmException if none is named, or what is named is none
     */
    static FarmArgument of(ParseResult given, Storage storage, Environment environment) throws IOException {
        List<String> arguments = Subcommand.positionals(given);
        String option = given.matchedOptionValue("--workdir", "");
        Path here = environment.workingDirectory();
        Path root;
        List<String> rest = arguments;
        if (given.hasMatchedOption("--workdir")) {
            root = named(here, option);
        } else if (!arguments.isEmpty() && isFarm(here, arguments.get(0))) {
            root = named(here, arguments.get(0));
            rest = arguments.subList(1, arguments.size());
        } else {
            root = unnamed(arguments, environment);
        }
        String shown = new Shown(here).path(root);
        WorkDirectory directory = WorkDirectory.existing(storage, root, shown);
        checkReadable(directory, shown);
        boolean named = given.hasMatchedOption("--workdir") || rest.size() < arguments.size();
        return new FarmArgument(
                directory, shown, named, given.commandSpec().name().replace("taskfarmer ", ""), List.copyOf(rest));
    }

    /** Returns the same with other arguments left. */
    FarmArgument withRest(List<String> others) {
        return new FarmArgument(directory, shown, named, command, others);
    }

    private static void checkReadable(WorkDirectory directory, String shown) throws IOException {
        if (Files.exists(directory.journal()) && !Files.isReadable(directory.journal())) {
            throw FarmException.badInput(
                    "the farm in " + shown + " belongs to " + Files.getOwner(directory.root())
                            + ", and nobody else can read its journal",
                    "Look at it as that user.");
        }
    }

    /**
     * Returns the work directory of a farm that an option names, by its list or its work directory.
     *
     * @throws FarmException if there is none
     */
    static WorkDirectory directory(Storage storage, Path name, Shown shown) throws IOException {
        Path root = rootOf(name);
        WorkDirectory directory = WorkDirectory.existing(storage, root, shown.path(root));
        checkReadable(directory, shown.path(root));
        return directory;
    }

    /** Returns whether an argument names a farm, and not an ID, a pattern or a new list. */
    private static boolean isFarm(Path here, String argument) {
        if (argument.isEmpty()) {
            return false;
        }
        Path path = NativeText.path(here, argument).normalize();
        return Files.isDirectory(path) || Files.isDirectory(NativeText.withSuffix(path, WorkDirectory.SUFFIX));
    }

    private static Path named(Path here, String name) {
        if (name.isEmpty()) {
            throw FarmException.badInput(
                    "the name of the work directory is empty", "Is a variable unset that should hold it?");
        }
        return rootOf(NativeText.path(here, name).normalize());
    }

    private static Path rootOf(Path path) {
        boolean list = !Files.isDirectory(path) && Files.isDirectory(NativeText.withSuffix(path, WorkDirectory.SUFFIX));
        return list || Files.isRegularFile(path) ? NativeText.withSuffix(path, WorkDirectory.SUFFIX) : path;
    }

    private static Path unnamed(List<String> arguments, Environment environment) throws IOException {
        Path here = environment.workingDirectory();
        Optional<String> outer = environment.variable("TASKFARMER_WORKDIR");
        if (outer.isPresent()) {
            return named(here, outer.get());
        }
        List<Path> farms = new ArrayList<>();
        if (Files.exists(here.resolve("farm").resolve("id"))) {
            farms.add(here);
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(here, "*" + WorkDirectory.SUFFIX)) {
            for (Path entry : entries) {
                if (Files.exists(entry.resolve("farm").resolve("id"))) {
                    farms.add(entry);
                }
            }
        }
        String first = arguments.isEmpty() ? "" : arguments.get(0);
        if (farms.size() == 1 && (first.indexOf('/') < 0 || Files.exists(NativeText.path(here, first)))) {
            return farms.get(0);
        }
        if (!first.isEmpty() && Files.isRegularFile(NativeText.path(here, first))) {
            throw FarmException.badInput(
                    "no farm was begun with the list " + first + ": there is no " + first + WorkDirectory.SUFFIX,
                    "Name the work directory (--workdir DIR) if it is another one; \"taskfarmer farms\" finds those that there"
                            + " are.");
        }
        throw FarmException.badInput(
                first.isEmpty() || first.matches("[0-9,-]+")
                        ? "no farm was named, and there " + (farms.isEmpty() ? "is none" : "are several")
                                + " in this directory"
                        : "there is no task list and no work directory " + first,
                "Name the task list or the work directory; \"taskfarmer farms\" finds those that there are.");
    }

    /**
     * Returns the task IDs that arguments name: {@code 3}, {@code 5-9}, {@code 1,4,7}.
     *
     * @param size how many tasks there are
     * @throws FarmException if one is no ID, or there is no such task
     */
    static List<Integer> ids(List<String> arguments, int size) {
        List<Integer> ids = new ArrayList<>();
        for (String argument : arguments) {
            for (String range : argument.split(",", -1)) {
                if (!range.matches("[0-9]{1,10}(-[0-9]{1,10})?")) {
                    throw FarmException.badInput(
                            "'" + argument + "' is no task ID",
                            "IDs are numbers from 0 on, ranges (5-9), or several of them (1,4,7).");
                }
                int dash = range.indexOf('-');
                long from = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
                long to = dash < 0 ? from : Long.parseLong(range.substring(dash + 1));
                if (to >= size || from > to) {
                    throw FarmException.badInput(
                            from > to ? "the range " + range + " runs backwards" : "there is no task " + to,
                            size == 0 ? "The farm has no tasks." : "The IDs of this farm are 0 to " + (size - 1) + ".");
                }
                for (long id = from; id <= to; id++) {
                    ids.add((int) id);
                }
            }
        }
        return ids;
    }

    /** Makes sure that no arguments are left over. */
    void expectNothingMore(Environment environment) {
        if (rest.isEmpty()) {
            return;
        }
        String first = rest.get(0);
        boolean exists = !first.isEmpty() && Files.exists(NativeText.path(environment.workingDirectory(), first));
        throw FarmException.badInput(
                named
                        ? "what is '" + first + "'? Nothing more is expected here"
                        : exists
                                ? "no farm was begun with " + first + ": there is no " + first + WorkDirectory.SUFFIX
                                : "there is no task list and no work directory " + first,
                Help.hint(command));
    }
}
