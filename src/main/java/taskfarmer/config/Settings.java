package taskfarmer.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import taskfarmer.model.FarmException;

/**
 * What the user has settled for all runs: values for options, from the environment and from the configuration file.
 *
 * <p>The variable of {@code --kill-grace} is {@code TASKFARMER_KILL_GRACE}; it comes before the file, which is
 * {@code ~/.taskfarmer/taskfarmer.ini} and has lines such as {@code kill-grace = 10s} in its section {@code [taskfarmer]}. An
 * option on the command line comes before both; that is for the caller to see to.
 */
public final class Settings {
    private static final String SECTION = "taskfarmer";
    private static final String PREFIX = "TASKFARMER_";
    /** Every task has it, so whoever sees it runs inside a task of an outer farm. */
    private static final String INSIDE_TASK = "TASKFARMER_TASK_ID";
    /** Every hook has it, and speaks of the farm that has started it. */
    private static final String INSIDE_HOOK = "TASKFARMER_EVENT";
    /** The outer farm's work directory, inside a task or a hook: not a wish for that of an inner farm. */
    private static final String WORKDIR = "TASKFARMER_WORKDIR";

    private final Environment environment;
    private final Optional<IniSection> section;

    private Settings(Environment environment, Optional<IniSection> section) {
        this.environment = environment;
        this.section = section;
    }

    /**
     * Reads the configuration file if there is one.
     *
     * @param known the long names of all options, without dashes at the front: {@code proc}, {@code kill-grace}
     * @param access guards against a file that others can write to
     * @throws FarmException if the file is not readable, not an INI file, or has keys that are no options
     */
    public static Settings load(Environment environment, Collection<String> known, WriteAccess access) {
        Path file = environment.home().resolve(".taskfarmer").resolve("taskfarmer.ini");
        if (!Files.exists(file)) {
            return new Settings(environment, Optional.empty());
        }
        access.check(file, "configuration file");
        return new Settings(environment, read(file, known));
    }

    /**
     * Returns the value for an option; empty if there is none.
     *
     * @param longName the option's long name without dashes at the front
     */
    public Optional<Setting> find(String longName) {
        String variable = PREFIX + longName.toUpperCase(Locale.ROOT).replace('-', '_');
        Optional<String> value = environment.variable(variable);
        if (value.isPresent() && !isOfOuterFarm(variable)) {
            return Optional.of(new Setting(value.get(), variable));
        }
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> raw = section.get().value(longName);
        if (raw.isEmpty()) {
            return Optional.empty();
        }
        String text = section.get().decode(longName, raw.get());
        return Optional.of(new Setting(text, section.get().file() + ", key " + longName));
    }

    private boolean isOfOuterFarm(String variable) {
        return variable.equals(WORKDIR)
                && (environment.variable(INSIDE_TASK).isPresent()
                        || environment.variable(INSIDE_HOOK).isPresent());
    }

    private static Optional<IniSection> read(Path file, Collection<String> known) {
        IniFile ini;
        try {
            ini = IniFile.parse(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw FarmException.badInput(
                    "the configuration file " + file + " cannot be read: " + e,
                    "Make it readable, or move it away.",
                    e);
        }
        for (IniSection section : ini.sections()) {
            if (!section.name().equals(SECTION)) {
                throw FarmException.badInput(
                        file + ": unknown section [" + RawText.show(section.name()) + "]",
                        "The only section of this file is [" + SECTION + "].");
            }
            for (String key : section.ownKeys()) {
                if (!known.contains(key)) {
                    throw FarmException.badInput(
                            section.where(key) + ": unknown key '" + RawText.show(key) + "'",
                            "The keys are: " + String.join(", ", new TreeSet<>(known)) + ".");
                }
            }
        }
        return ini.section(SECTION);
    }
}
