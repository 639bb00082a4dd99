package taskfarmer.model;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * Reads durations in the ways that users of PyTaskFarmer and Slurm write them.
 *
 * <p>A plain number is seconds, as PyTaskFarmer's {@code --timeout} has it (Slurm's {@code --time} would take minutes). With
 * colons and a dash it is what Slurm reads: {@code MM:SS}, {@code HH:MM:SS}, {@code D-HH}, {@code D-HH:MM},
 * {@code D-HH:MM:SS}. Fields may be larger than a clock has them: {@code 90:00} is an hour and a half.
 */
public final class Durations {
    private static final String FORMS =
            "Write seconds (90 or 90s), 30m, 2h, 3d, 1.5h, MM:SS, HH:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS.";

    /** A hundred years: far from any overflow, also of nanoseconds in a long. */
    private static final long LONGEST_SECONDS = 36_500L * 86_400;
    /** More digits than this are not a duration but a mistake; so numbers stay within a long. */
    private static final int MOST_DIGITS = 12;

    private Durations() {}

    /**
     * Returns the duration that a text stands for, always more than zero.
     *
     * @throws FarmException if it stands for none; the message quotes the text, the remedy lists the forms
     */
    public static Duration parse(String text) {
        String stripped = text.strip();
        boolean negative = stripped.startsWith("-");
        String unsigned = negative ? stripped.substring(1) : stripped;
        boolean clock = unsigned.indexOf(':') >= 0 || unsigned.indexOf('-') >= 0;
        Duration duration = clock ? clock(unsigned, text) : number(unsigned, text);
        if (negative || duration.isZero()) {
            throw problem(text, "is not more than zero");
        }
        if (duration.toSeconds() > LONGEST_SECONDS) {
            throw problem(text, "is longer than 100 years");
        }
        return duration;
    }

    /** Reads {@code 90}, {@code 1.5h} and the like. */
    private static Duration number(String text, String whole) {
        if (text.isEmpty()) {
            throw problem(whole, "is not a duration");
        }
        long unit = switch (text.charAt(text.length() - 1)) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3_600;
            case 'd' -> 86_400;
            default -> 0;
        };
        String number = unit == 0 ? text : text.substring(0, text.length() - 1);
        long factor = Math.max(unit, 1);
        int point = number.indexOf('.');
        if (point < 0) {
            return Duration.ofSeconds(Math.multiplyExact(digits(number, whole), factor));
        }
        digits(number.substring(0, point), whole);
        digits(number.substring(point + 1), whole);
        BigDecimal nanos =
                new BigDecimal(number).multiply(BigDecimal.valueOf(factor)).movePointRight(9);
        return Duration.ofSeconds(
                nanos.divideToIntegralValue(BigDecimal.valueOf(1_000_000_000)).longValueExact(),
                nanos.remainder(BigDecimal.valueOf(1_000_000_000)).longValue());
    }

    /** Reads {@code D-HH:MM:SS}, {@code HH:MM:SS} and what Slurm has besides. */
    private static Duration clock(String text, String whole) {
        int dash = text.indexOf('-');
        long days = dash < 0 ? 0 : digits(text.substring(0, dash), whole);
        String[] fields = fields(text.substring(dash + 1), whole);
        long[] clock = new long[3];
        // With days the first field is hours; without, the last one is seconds.
        int first = dash >= 0 ? 0 : 3 - fields.length;
        for (int i = 0; i < fields.length; i++) {
            clock[first + i] = digits(fields[i], whole);
        }
        return Duration.ofSeconds(days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]);
    }

    private static String[] fields(String text, String whole) {
        int colon = text.indexOf(':');
        int second = colon < 0 ? -1 : text.indexOf(':', colon + 1);
        if (colon < 0) {
            return new String[] {text};
        }
        if (second < 0) {
            return new String[] {text.substring(0, colon), text.substring(colon + 1)};
        }
        if (text.indexOf(':', second + 1) >= 0) {
            throw problem(whole, "is not a duration");
        }
        return new String[] {text.substring(0, colon), text.substring(colon + 1, second), text.substring(second + 1)};
    }

    private static long digits(String text, String whole) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                throw problem(whole, "is not a duration");
            }
        }
        if (text.isEmpty()) {
            throw problem(whole, "is not a duration");
        }
        if (text.length() > MOST_DIGITS) {
            throw problem(whole, "has too many digits");
        }
        return Long.parseLong(text);
    }

    /** Returns a duration as a user would write it: {@code 90s}, {@code 30m}, {@code 2h}, {@code 0.5s}. */
    public static String show(long millis) {
        if (millis % 1000 != 0) {
            return BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + 's';
        }
        long seconds = millis / 1000;
        if (seconds > 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    private static FarmException problem(String text, String what) {
        return FarmException.badInput("'" + text + "' " + what, FORMS);
    }
}
