package taskfarmer.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32C;
import picocli.CommandLine.Model.CommandSpec;
import taskfarmer.config.Setting;
import taskfarmer.model.Attribute;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.model.Resources;
import taskfarmer.tasks.TaskLists;
import taskfarmer.tasks.Terms;

/**
 * What tasks ask for that say nothing else themselves, as options tell it: {@code --task-cores 4}, {@code --task 'env.X=1'},
 * {@code --estimates old.txt}.
 *
 * @param defaults what they ask for
 * @param resources the names of the resources that this run was told of
 * @param estimates the farm to learn from how long they take, absolute: its list, or its work directory
 */
record TaskOptions(Attributes defaults, Set<String> resources, Optional<Path> estimates) {
    private static final String ALL = "task";
    private static final String EACH = "task-";
    private static final String ESTIMATES = "estimates";
    private static final String RESOURCES = "resources"; // how much there is; here only of what

    /** The names that tasks have and wait for are theirs alone. */
    private static final Set<Attribute> ATTRIBUTES =
            EnumSet.complementOf(EnumSet.of(Attribute.NAME, Attribute.AFTER, Attribute.STAGE));

    /** Returns the options with a value: these, and others. */
    static Map<String, RunCommand.Value> values(Map<String, RunCommand.Value> others) {
        Map<String, RunCommand.Value> values = new HashMap<>(others);
        values.put(ALL, new RunCommand.Value("", "KEY=VALUE"));
        values.put(ESTIMATES, new RunCommand.Value("", "FARM"));
        for (Attribute attribute : ATTRIBUTES) {
            if (!attribute.isFlag()) {
                values.put(EACH + attribute.key(), new RunCommand.Value("", label(attribute)));
            }
        }
        return Map.copyOf(values);
    }

    /** Returns the options that are on or off: these, and others. */
    static Map<String, String> flags(Map<String, String> others) {
        Map<String, String> flags = new HashMap<>(others);
        for (Attribute attribute : ATTRIBUTES) {
            if (attribute.isFlag()) {
                flags.put(EACH + attribute.key(), "");
            }
        }
        return Map.copyOf(flags);
    }

    /** Adds the options to a command whose help text refers to that of run for them. */
    static void addHidden(CommandSpec spec) {
        values(Map.of())
                .forEach((name, value) -> spec.addOption(Specs.value(value.label(), "--" + name).toBuilder()
                        .hidden(true)
                        .build()));
        flags(Map.of())
                .forEach((name, letter) -> spec.addOption(Specs.flag("--" + name).toBuilder()
                        .hidden(true)
                        .negatable(true)
                        .build()));
    }

    private static String label(Attribute attribute) {
        return switch (attribute) {
            case MEM -> "SIZE";
            case TIME, STALL, BACKOFF, ESTIMATE -> "DURATION";
            case RETRY_ON, SUCCESS_CODES -> "STATUSES";
            case CWD -> "DIR";
            case STDIN -> "FILE";
            case DIR -> "fresh";
            case OUTPUTS -> "FILES";
            case TAGS -> "TAGS";
            case RUNNER -> "NAME";
            default -> "N";
        };
    }

    /**
     * Returns what the options say.
     *
     * @param commandLine returns what the command line gives for an option; it comes first
     * @param settings returns what else was settled for one
     * @param here the directory that relative paths start from
     */
    static TaskOptions of(
            Function<String, Optional<String>> commandLine, Function<String, Optional<Setting>> settings, Path here) {
        Function<String, Optional<Setting>> given =
                name -> commandLine.apply(name).map(value -> new Setting(value, "--" + name));
        Set<String> resources = given.apply(RESOURCES)
                .or(() -> settings.apply(RESOURCES))
                .map(TaskOptions::resourceNames)
                .orElse(Set.of());
        Terms terms = new Terms(resources, runner -> {}, () -> {});
        Optional<Path> estimates = given.apply(ESTIMATES)
                .or(() -> settings.apply(ESTIMATES))
                .map(setting -> NativeText.path(here, setting.value()).normalize());
        // An option of the environment comes before all of the file's, not only before the same one.
        Function<String, Optional<Setting>> environment =
                name -> settings.apply(name).filter(TaskOptions::isVariable);
        Function<String, Optional<Setting>> file = name -> settings.apply(name).filter(setting -> !isVariable(setting));
        Attributes defaults =
                defaults(given, terms).or(defaults(environment, terms)).or(defaults(file, terms));
        return new TaskOptions(defaults, resources, estimates);
    }

    private static boolean isVariable(Setting setting) {
        return setting.origin().startsWith("TASKFARMER_");
    }

    /** Returns the names, however they are followed; whether the amounts are right is for others to say. */
    private static Set<String> resourceNames(Setting setting) {
        try {
            return Resources.parse(setting.value()).amounts().keySet();
        } catch (FarmException e) {
            throw FarmException.badInput(setting.origin() + ": " + e.getMessage(), e.remedy(), e);
        }
    }

    private static Attributes defaults(Function<String, Optional<Setting>> source, Terms terms) {
        Attributes defaults = Attributes.NONE;
        for (Attribute attribute : ATTRIBUTES) {
            Optional<Setting> setting = source.apply(EACH + attribute.key());
            if (setting.isPresent()) {
                defaults = at(
                                setting.get(),
                                () -> TaskLists.attributes(
                                        attribute, setting.get().value()))
                        .or(defaults);
            }
        }
        Optional<Setting> all = source.apply(ALL);
        return all.isEmpty()
                ? defaults
                : defaults.or(at(all.get(), () -> TaskLists.ofAll(all.get().value(), terms)));
    }

    private interface Reading {
        Attributes read();
    }

    private static Attributes at(Setting setting, Reading reading) {
        try {
            return reading.read();
        } catch (FarmException e) {
            throw FarmException.badInput(setting.origin() + ": " + e.getMessage(), e.remedy(), e);
        }
    }

    /** Returns a word that changes when the tasks that a list stands for do; empty if the options say nothing. */
    String word() {
        if (defaults.isEmpty() && estimates.isEmpty()) {
            return "";
        }
        CRC32C crc = new CRC32C();
        crc.update((defaults.text()
                        + estimates.map(path -> " " + NativeText.text(path)).orElse(""))
                .getBytes(StandardCharsets.UTF_8));
        return "+" + Long.toHexString(crc.getValue());
    }
}
