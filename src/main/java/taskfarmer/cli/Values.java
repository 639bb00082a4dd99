package taskfarmer.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import taskfarmer.config.Environment;
import taskfarmer.config.Setting;
import taskfarmer.config.Settings;
import taskfarmer.config.WriteAccess;
import taskfarmer.model.Durations;
import taskfarmer.model.FarmException;

/** The values of options by their long names, wherever they come from. */
final class Values {
    private final Function<String, Optional<String>> commandLine;
    private final WriteAccess access;
    private final Settings settings;

    Values(Function<String, Optional<String>> commandLine, Environment environment, Output output) {
        this.commandLine = commandLine;
        // Whether the configuration file may be writable by others cannot be left to that file.
        boolean allowed = commandLine
                .apply("allow-writable-by-others")
                .or(() -> environment.variable("TASKFARMER_ALLOW_WRITABLE_BY_OTHERS"))
                .filter(value -> isTrue(value))
                .isPresent();
        this.access = new WriteAccess(allowed, environment.uid(), output::warning);
        this.settings = Settings.load(environment, RunCommand.names(), access);
    }

    /** Returns who guards against files that others can write to. */
    WriteAccess access() {
        return access;
    }

    /** Returns what is said of an option elsewhere than on the command line. */
    Optional<Setting> settled(String name) {
        return settings.find(name);
    }

    Optional<Setting> find(String name) {
        Optional<String> given = commandLine.apply(name);
        return given.isPresent() ? given.map(value -> new Setting(value, "--" + name)) : settings.find(name);
    }

    String text(String name, String otherwise) {
        return find(name).map(Setting::value).orElse(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
        Optional<Setting> setting = find(name);
        if (setting.isEmpty()) {
            return otherwise;
        }
        if (isTrue(setting.get().value())) {
            return true;
        }
        if (List.of("false", "no", "off", "0").contains(setting.get().value().toLowerCase(Locale.ROOT))) {
            return false;
        }
        throw bad(setting.get(), "neither true nor false", "Say true or false.");
    }

    int count(String name, int otherwise, int most, String problem) {
        Optional<Setting> setting = find(name);
        if (setting.isEmpty()) {
            return otherwise;
        }
        String text = setting.get().value();
        int number = 0;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            // said below
        }
        if (number < 1 || number > most) {
            throw bad(setting.get(), problem, "Give a whole number from 1 to " + most + ".");
        }
        return number;
    }

    Optional<Duration> duration(String name) {
        Optional<Setting> setting = find(name);
        if (setting.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Durations.parse(setting.get().value()));
        } catch (FarmException e) {
            throw FarmException.badInput(setting.get().origin() + ": " + e.getMessage(), e.remedy(), e);
        }
    }

    FarmException tooShort(String name, Duration shortest) {
        Setting setting = find(name).orElseThrow();
        return bad(setting, "too short", "Give at least " + Shown.span(shortest.toMillis() / 1000.0) + ".");
    }

    static FarmException bad(Setting setting, String what, String remedy) {
        return FarmException.badInput(setting.origin() + ": '" + setting.value() + "' is " + what, remedy);
    }

    private static boolean isTrue(String value) {
        return List.of("true", "yes", "on", "1").contains(value.toLowerCase(Locale.ROOT));
    }
}
