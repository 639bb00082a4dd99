package taskfarmer.cli;

import java.util.Optional;
import taskfarmer.config.Setting;
import taskfarmer.model.FarmException;
import taskfarmer.model.Sizes;
import taskfarmer.process.Logs;

/**
 * What is kept of that which tasks print, and whether it is seen what they use.
 *
 * @param keep which logs are kept
 * @param limit how many bytes a log may have; 0: any number
 * @param sample whether processor time and memory of tasks are sampled
 */
record LogSettings(Logs.Keep keep, long limit, boolean sample) {
    private static final long LEAST = 1024;

    static LogSettings of(Values values) {
        return new LogSettings(keep(values.find("logs")), limit(values.find("log-limit")), values.flag("sample", true));
    }

    private static Logs.Keep keep(Optional<Setting> setting) {
        String word = setting.map(Setting::value).orElse(Logs.Keep.KEEP.word());
        for (Logs.Keep keep : Logs.Keep.values()) {
            if (keep.word().equals(word)) {
                return keep;
            }
        }
        throw Values.bad(
                setting.orElseThrow(), "not a choice of logs", "Say keep, failed (only those of failures) or none.");
    }

    private static long limit(Optional<Setting> setting) {
        if (setting.isEmpty()) {
            return 0;
        }
        long bytes;
        try {
            bytes = Sizes.parse(setting.get().value());
        } catch (FarmException e) {
            throw FarmException.badInput(setting.get().origin() + ": " + e.getMessage(), e.remedy(), e);
        }
        if (bytes < LEAST) {
            throw Values.bad(setting.get(), "too small for a log", "Give at least " + Sizes.show(LEAST) + ".");
        }
        return bytes;
    }

    /** Returns what messages say of a log. */
    String where(String path) {
        return keep == Logs.Keep.NONE ? "no log (--logs none)" : "log " + path;
    }

    /** Returns what messages say of all logs. */
    String whereAll(String pattern) {
        return switch (keep) {
            case KEEP -> "logs: " + pattern;
            case FAILED -> "logs of failures: " + pattern;
            case NONE -> "no logs (--logs none)";
        };
    }
}
