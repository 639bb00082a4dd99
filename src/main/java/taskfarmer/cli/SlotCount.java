package taskfarmer.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;
import taskfarmer.config.Environment;
import taskfarmer.config.Setting;

/**
 * How many slots a farmer has: {@code --proc}, also by the names that WEST has for it.
 *
 * <p>{@code WM_N_WORKERS} is another name of {@code TASKFARMER_PROC}, and with {@code WM_WORK_MANAGER=serial} there is one slot; what
 * is said in this program's own words comes before both.
 */
final class SlotCount {
    /** How many slots a farmer may have. */
    static final int MOST = 4096;

    private static final int USUAL = 8;

    private final Values values;
    private final Environment environment;
    private final IntSupplier cores;

    /** Returns what counts them; {@code cores} tells how many cores there are, if that is asked for. */
    SlotCount(Values values, Environment environment, IntSupplier cores) {
        this.values = values;
        this.environment = environment;
        this.cores = cores;
    }

    int count() {
        Optional<Setting> own = values.find("proc");
        if (own.isPresent()
                && (own.get().origin().equals("--proc") || own.get().origin().equals("TASKFARMER_PROC"))) {
            return count(own.get());
        }
        if (environment.variable("WM_WORK_MANAGER").equals(Optional.of("serial"))) {
            return 1;
        }
        Optional<Setting> west = environment.variable("WM_N_WORKERS").map(text -> new Setting(text, "WM_N_WORKERS"));
        return west.or(() -> own).map(this::count).orElse(USUAL);
    }

    private int count(Setting setting) {
        String text = setting.value().toLowerCase(Locale.ROOT);
        if (text.equals("auto")) {
            return Math.max(1, Math.min(MOST, cores.getAsInt()));
        } else if (text.equals("serial")) {
            return 1;
        }
        int number = 0;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            // said below
        }
        if (number < 1 || number > MOST) {
            throw Values.bad(
                    setting,
                    "not a number of slots",
                    "Give a whole number from 1 to " + MOST + ", or auto: as many as there are cores.");
        }
        return number;
    }
}
