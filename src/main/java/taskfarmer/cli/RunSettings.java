package taskfarmer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.config.Setting;
import taskfarmer.config.WriteAccess;
import taskfarmer.host.Capacity;
import taskfarmer.host.Stated;
import taskfarmer.model.Attribute;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.model.Resources;
import taskfarmer.store.WorkDirectory;

/**
 * What a run is told, after command line, environment, configuration file and defaults have been asked in this order.
 *
 * @param list the task list, absolute; empty: standard input
 * @param listName the list as the user named it
 * @param slots how many tasks run at the same time
 * @param workdir the work directory, absolute
 * @param timeout when to stop
 * @param grace the time between TERM and KILL
 * @param runner the runner's name
 * @param tasklist the handler's name
 * @param tasks what tasks ask for that say nothing else
 * @param shell the shell that commands are written for
 * @param updateList whether an edited list is accepted
 * @param retryFailed whether tasks that failed are to run again
 * @param onlyTags the tags that it takes tasks by; none: all tasks
 * @param lockTimeout how long to wait for the lock
 * @param vigil how farmers look after each other
 * @param logs what is kept of tasks
 * @param reports whom to tell besides
 * @param node what the node has, and whether tasks are bound to parts of it
 * @param conduct how its farmer is to behave
 * @param access guards against files that others can write to
 * @param verbose whether starts and ends are told
 */
record RunSettings(
        Optional<Path> list,
        String listName,
        int slots,
        Path workdir,
        Optional<Duration> timeout,
        Duration grace,
        String runner,
        String tasklist,
        TaskOptions tasks,
        String shell,
        boolean updateList,
        boolean retryFailed,
        Set<String> onlyTags,
        Duration lockTimeout,
        Vigil vigil,
        LogSettings logs,
        Reports reports,
        NodeSettings node,
        ConductSettings conduct,
        WriteAccess access,
        boolean verbose) {
    static RunSettings of(
            Function<String, Optional<String>> commandLine,
            List<String> lists,
            Environment environment,
            Output output) {
        Values values = new Values(commandLine, environment, output);
        Stated stated = NodeSettings.stated(values.find("resources"));
        int slots = new SlotCount(values, environment, () ->
                        (int) (Capacity.of(environment, stated).amounts().amount(Resources.CORES) / Resources.UNIT))
                .count(); // first: --proc may have taken the list
        if (lists.isEmpty()) {
            throw FarmException.badInput(
                    "no task list was named", "Usage: taskfarmer [OPTIONS] TASKLIST; see taskfarmer --help.");
        }
        String list = lists.get(0);
        Path here = environment.workingDirectory();
        if (lists.size() > 1 && list.matches("[a-z]+") && !Files.exists(NativeText.path(here, list))) {
            throw FarmException.badInput(
                    "there is no command '" + list + "', and no task list of that name",
                    "The command comes first, options after it; taskfarmer --help lists what there is.");
        }
        if (lists.size() > 1) {
            throw FarmException.badInput(
                    "one task list at a time, but there is also '" + lists.get(1) + "'",
                    "Put all tasks into one list, or start one farm for each list. See taskfarmer --help.");
        }
        if (list.isEmpty()) {
            throw FarmException.badInput(
                    "the name of the task list is empty", "Is a variable unset that should hold it?");
        }
        Optional<Path> file = list.equals("-") ? Optional.empty() : Optional.of(NativeText.path(here, list));
        boolean passing = file.isEmpty() || Files.exists(file.get()) && isStream(file.get());
        Optional<Setting> workdir = values.find("workdir");
        if (workdir.isPresent() && workdir.get().value().isEmpty()) {
            throw FarmException.badInput(
                    workdir.get().origin() + ": the name of the work directory is empty",
                    "Is a variable unset that should hold it?");
        }
        if (workdir.isEmpty() && passing) {
            throw FarmException.badInput(
                    "a list on standard input or in a pipe needs a work directory", "Name one with --workdir DIR.");
        }
        Path root = workdir.map(setting -> NativeText.path(here, setting.value()))
                .orElseGet(() -> NativeText.withSuffix(file.orElseThrow(), WorkDirectory.SUFFIX))
                .normalize();
        return new RunSettings(
                file,
                list,
                slots,
                root,
                values.duration("timeout"),
                values.duration("kill-grace").orElse(Duration.ofSeconds(5)),
                values.text("runner", "default"),
                values.text("tasklist", "default"),
                TaskOptions.of(commandLine, values::settled, here),
                values.text("shell", "bash"),
                values.flag("update-list", false),
                values.flag("retry-failed", false),
                values.find("only-tags").map(RunSettings::tags).orElse(Set.of()),
                values.duration("lock-timeout").orElse(Duration.ofMinutes(10)),
                Vigil.of(values, environment),
                LogSettings.of(values),
                Reports.of(values, here),
                new NodeSettings(stated, values.flag("bind", false)),
                ConductSettings.of(values, environment, root),
                values.access(),
                values.flag("verbose", false));
    }

    /**
     * Who is told besides the one who reads what the program prints.
     *
     * @param onFinish a command to run when the farm ends
     * @param onFailure a command to run for each task that fails
     * @param summary a file for how the farm stands at the end, absolute
     * @param metrics a file for how it stands now and then, absolute
     */
    record Reports(
            Optional<String> onFinish, Optional<String> onFailure, Optional<Path> summary, Optional<Path> metrics) {
        private static Reports of(Values values, Path here) {
            return new Reports(
                    values.find("on-finish").map(Setting::value),
                    values.find("on-failure").map(Setting::value),
                    file(values, "summary", here),
                    file(values, "metrics", here));
        }

        private static Optional<Path> file(Values values, String name, Path here) {
            Optional<Setting> setting = values.find(name);
            if (setting.isEmpty()) {
                return Optional.empty();
            }
            String text = setting.get().value();
            Path path = NativeText.path(here, text).normalize();
            Path parent = path.getParent();
            if (text.isEmpty() || Files.isDirectory(path) || parent == null || !Files.isDirectory(parent)) {
                throw Values.bad(
                        setting.get(), "not a file that can be written", "Name a file in a directory that exists.");
            }
            return Optional.of(path);
        }
    }

    /**
     * How farmers look after each other.
     *
     * @param heartbeat the time between two heartbeats
     * @param deadAfter after how long without one a farmer is taken for dead
     * @param maxLosses how often a task may be lost with its farmer
     * @param linger whether to stay until all farmers' tasks are recorded
     */
    record Vigil(Duration heartbeat, Duration deadAfter, int maxLosses, boolean linger) {
        private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(100);
        private static final Duration SHORTEST_LIFE = Duration.ofSeconds(2);
        private static final Duration USUAL_HEARTBEAT = Duration.ofSeconds(10);
        private static final int BEATS_PER_LIFE = 3;

        private static Vigil of(Values values, Environment environment) {
            Optional<Duration> heartbeat = values.duration("heartbeat");
            Optional<Duration> deadAfter = values.duration("dead-after");
            Duration life = deadAfter.orElse(Duration.ofSeconds(60));
            Duration sixth = life.dividedBy(2L * BEATS_PER_LIFE);
            Duration beat = heartbeat.orElse(sixth.compareTo(USUAL_HEARTBEAT) < 0 ? sixth : USUAL_HEARTBEAT);
            if (life.compareTo(SHORTEST_LIFE) < 0) {
                throw values.tooShort("dead-after", SHORTEST_LIFE);
            }
            if (beat.compareTo(SHORTEST_HEARTBEAT) < 0) {
                throw values.tooShort("heartbeat", SHORTEST_HEARTBEAT);
            }
            if (beat.multipliedBy(BEATS_PER_LIFE).compareTo(life) > 0) {
                throw FarmException.badInput(
                        "a heartbeat every " + Shown.span(beat.toMillis() / 1000.0) + " and taken for dead after "
                                + Shown.span(life.toMillis() / 1000.0)
                                + " do not go together: a single late heartbeat would look like death",
                        "Make --dead-after at least three times --heartbeat.");
            }
            return new Vigil(
                    beat,
                    life,
                    values.count("max-losses", 3, 1000, "not a number of losses"),
                    values.flag("linger", BatchJob.isStepOfSeveralNodes(environment)));
        }
    }

    private static Set<String> tags(Setting setting) {
        try {
            return Attributes.NONE.with(Attribute.TAGS.key(), setting.value()).tags();
        } catch (FarmException e) {
            throw FarmException.badInput(setting.origin() + ": " + e.getMessage(), e.remedy(), e);
        }
    }

    /** Returns whether what can be read there can be read only once: a pipe or a terminal. */
    static boolean isStream(Path path) {
        return !Files.isRegularFile(path) && !Files.isDirectory(path);
    }
}
