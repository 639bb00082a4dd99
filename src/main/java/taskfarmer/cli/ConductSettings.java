package taskfarmer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import taskfarmer.config.Environment;
import taskfarmer.config.Setting;
import taskfarmer.farm.Orders;
import taskfarmer.farm.Walltime;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.model.Signals;

/**
 * What a run is told of how its farmer is to behave, besides what it is to run.
 *
 * @param walltime how long it may go on; empty: as long as the batch system says
 * @param ignoringWalltime whether not even that counts
 * @param warning the signal by which running tasks hear of the end
 * @param quota how much it takes, and how fast
 * @param maxFail how many tasks may fail
 * @param brake whether it stops if tasks fail only here
 * @param nice by how much its tasks give way to others
 * @param setup a command to be run before its first task
 * @param teardown a command to be run after its last one
 * @param archiving a directory to be archived
 * @param pool how long it waits for tasks; of the list it knows nothing yet
 */
record ConductSettings(
        Optional<Duration> walltime,
        boolean ignoringWalltime,
        Optional<Orders.Warning> warning,
        Orders.Quota quota,
        Optional<Orders.MaxFail> maxFail,
        boolean brake,
        int nice,
        Optional<String> setup,
        Optional<String> teardown,
        Optional<Orders.Archiving> archiving,
        Orders.Pool pool) {
    /** The options with a value, by their long names. */
    static final Map<String, RunCommand.Value> VALUES = Map.ofEntries(
            Map.entry("walltime", new RunCommand.Value("", "DURATION")),
            Map.entry("warn-signal", new RunCommand.Value("", "SIG")),
            Map.entry("warn-before", new RunCommand.Value("", "DURATION")),
            Map.entry("max-tasks", new RunCommand.Value("", "N")),
            Map.entry("max-fail", new RunCommand.Value("", "N[%][,now]")),
            Map.entry("launch-interval", new RunCommand.Value("", "DURATION")),
            Map.entry("nice", new RunCommand.Value("", "N")),
            Map.entry("setup", new RunCommand.Value("", "CMD")),
            Map.entry("teardown", new RunCommand.Value("", "CMD")),
            Map.entry("archive", new RunCommand.Value("", "DIR")),
            Map.entry("archive-every", new RunCommand.Value("", "DURATION")),
            Map.entry("archive-to", new RunCommand.Value("", "DIR")),
            Map.entry("idle-timeout", new RunCommand.Value("", "DURATION")),
            Map.entry("poll", new RunCommand.Value("", "DURATION")));

    /** The options that are on or off. */
    static final Map<String, String> FLAGS = Map.of("brake", "", "wait-for-tasks", "");

    private static final int NICEST = 19;
    private static final int MOST = 1_000_000_000;

    /** Returns what is said of it; relative paths start {@code here}. */
    static ConductSettings of(Values values, Environment environment, Path workdir) {
        Optional<Setting> walltime = values.find("walltime");
        boolean ignoring = walltime.isPresent()
                && List.of("0", "none").contains(walltime.get().value().toLowerCase(Locale.ROOT));
        Orders.Pool none = Orders.Pool.NONE;
        return new ConductSettings(
                ignoring ? Optional.empty() : values.duration("walltime"),
                ignoring,
                warning(values),
                new Orders.Quota(
                        values.count("max-tasks", Integer.MAX_VALUE, MOST, "not a number of tasks"),
                        values.duration("launch-interval").orElse(Duration.ZERO)),
                values.find("max-fail").map(ConductSettings::maxFail),
                values.flag("brake", true),
                nice(values.find("nice")),
                command(values, "setup"),
                command(values, "teardown"),
                archiving(values, environment, workdir),
                new Orders.Pool(
                        values.duration("idle-timeout").orElse(none.idleTimeout()),
                        values.flag("wait-for-tasks", false),
                        values.duration("poll").orElse(none.poll()),
                        none.list(),
                        none.upTo()));
    }

    private static Optional<String> command(Values values, String name) {
        return values.find(name).map(Setting::value).filter(text -> !text.isBlank());
    }

    private static Optional<Orders.Warning> warning(Values values) {
        Optional<Duration> before = values.duration("warn-before");
        Optional<Setting> setting = values.find("warn-signal");
        if (setting.isEmpty()) {
            if (before.isPresent()) {
                throw FarmException.badInput(
                        "--warn-before says when tasks are warned, but not how",
                        "Name a signal with --warn-signal SIG.");
            }
            return Optional.empty();
        }
        String name = setting.get().value().toUpperCase(Locale.ROOT);
        String signal = name.startsWith("SIG") ? name.substring("SIG".length()) : name;
        if (signal.equals("NONE")) {
            return Optional.empty();
        }
        if (!Signals.isName(signal)) {
            throw Values.bad(setting.get(), "not a signal", "Name one that tasks know, such as USR1, USR2 or TERM.");
        }
        if (signal.equals("KILL") || signal.equals("STOP")) {
            throw Values.bad(
                    setting.get(),
                    "a signal that no task can hear",
                    "Name one that tasks know what to do about, such as USR1, USR2 or TERM.");
        }
        return Optional.of(new Orders.Warning(signal, before.orElse(Duration.ofMinutes(5))));
    }

    private static int nice(Optional<Setting> setting) {
        if (setting.isEmpty()) {
            return 0;
        }
        int nice = number(setting.get().value());
        if (nice < 0 || nice > NICEST) {
            throw Values.bad(setting.get(), "not a niceness", "Give a whole number from 0 to " + NICEST + ".");
        }
        return nice;
    }

    private static Orders.MaxFail maxFail(Setting setting) {
        String text = setting.value();
        boolean now = text.endsWith(",now");
        String amount = now || text.endsWith(",soon") ? text.substring(0, text.lastIndexOf(',')) : text;
        boolean percent = amount.endsWith("%");
        int count = number(percent ? amount.substring(0, amount.length() - 1) : amount);
        if (count < 1 || percent && count > 100) {
            throw Values.bad(
                    setting,
                    "not a number of tasks",
                    "Write 10, or 5% for five per cent of all; 10,now has running tasks ended as well.");
        }
        return new Orders.MaxFail(count, percent, now);
    }

    /** Returns a number that is not negative; -1 if it is none. */
    private static int number(String text) {
        try {
            return Math.max(-1, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static Optional<Orders.Archiving> archiving(Values values, Environment environment, Path workdir) {
        Optional<Setting> directory =
                values.find("archive").filter(setting -> !setting.value().isEmpty());
        Optional<Setting> target =
                values.find("archive-to").filter(setting -> !setting.value().isEmpty());
        Duration every = values.duration("archive-every").orElse(Duration.ofSeconds(60));
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        Path here = environment.workingDirectory();
        Path what = NativeText.path(here, directory.get().value()).normalize();
        Path to = target.map(setting -> NativeText.path(here, setting.value()))
                .orElse(workdir.resolve("archives"))
                .normalize();
        if (to.startsWith(what)) {
            throw FarmException.badInput(
                    "the archive of " + NativeText.text(what) + " would hold itself: it is to be put into "
                            + NativeText.text(to),
                    "Name another directory with --archive-to DIR.");
        }
        if (Files.exists(what) && !Files.isDirectory(what)) {
            throw Values.bad(directory.get(), "not a directory", "Name the directory that is to be archived.");
        }
        for (String program : List.of("tar", "gzip", "nice")) {
            if (environment.findProgram(program).isEmpty()) {
                throw FarmException.badInput(
                        "--archive takes the program '" + program + "', which is not on PATH", "Load or install it.");
            }
        }
        return Optional.of(new Orders.Archiving(what, to, every));
    }

    /** Returns it as the farmer takes it. */
    Orders orders(Walltime known, ListFile list) {
        Orders.Pool waiting = new Orders.Pool(pool.idleTimeout(), pool.forever(), pool.poll(), list.path(), list::upTo);
        return new Orders(known, warning, quota, maxFail, brake, setup, teardown, archiving, waiting);
    }
}
