package taskfarmer.tasks;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import taskfarmer.model.FarmException;

/**
 * Numbers from one to another in equal steps: {@code 1..100}, {@code 001..100}, {@code 10..1}, {@code 0..1..0.1}.
 *
 * <p>As in bash, the direction follows from the ends, and all numbers are as wide as the widest end if one begins with a zero
 * that means nothing. As with {@code seq}, all have as many decimals as the one that has most; there is no rounding.
 */
final class Range implements SweepValues {
    private static final String NUMBER = "-?[0-9]{1,15}(?:\\.[0-9]{1,9})?";
    private static final Pattern FORM =
            Pattern.compile("(" + NUMBER + ")\\.\\.(" + NUMBER + ")(?:\\.\\.(" + NUMBER + "))?");
    private static final Pattern SEEMING =
            Pattern.compile("[-+]?\\.?[0-9][0-9.]*(?:[eE][-+]?[0-9]+)?\\.\\..*|[A-Za-z]\\.\\.[A-Za-z]");
    private static final Pattern PADDED = Pattern.compile("-?0[0-9].*");

    private final long first; // in units of the last decimal
    private final long step;
    private final long count;
    private final int decimals;
    private final int width;

    private Range(long first, long step, long count, int decimals, int width) {
        this.first = first;
        this.step = step;
        this.count = count;
        this.decimals = decimals;
        this.width = width;
    }

    /**
     * Returns the range that a text stands for; nothing if it does not look like one.
     *
     * @throws FarmException if it looks like one, and is none
     */
    static Optional<SweepValues> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            if (SEEMING.matcher(text).matches()) {
                throw bad(text);
            }
            return Optional.empty();
        }
        BigDecimal from = new BigDecimal(form.group(1));
        BigDecimal to = new BigDecimal(form.group(2));
        BigDecimal by = form.group(3) == null ? BigDecimal.ONE : new BigDecimal(form.group(3)).abs();
        if (by.signum() == 0) {
            throw bad(text);
        }
        int decimals = Math.max(Math.max(from.scale(), to.scale()), by.scale());
        BigDecimal distance = to.subtract(from);
        long steps = distance.abs().divideToIntegralValue(by).longValueExact();
        long step = by.movePointRight(decimals).longValueExact() * (distance.signum() < 0 ? -1 : 1);
        boolean padded = PADDED.matcher(form.group(1)).matches()
                || PADDED.matcher(form.group(2)).matches();
        int width = padded ? Math.max(width(form.group(1), decimals), width(form.group(2), decimals)) : 0;
        return Optional.of(new Range(from.movePointRight(decimals).longValueExact(), step, steps + 1, decimals, width));
    }

    /** Returns how wide a number is, its sign included, when it has so many decimals. */
    private static int width(String number, int decimals) {
        int point = number.indexOf('.');
        int whole = point < 0 ? number.length() : point;
        return whole + (decimals == 0 ? 0 : decimals + 1);
    }

    private static FarmException bad(String text) {
        return FarmException.badInput(
                "'" + text + "' is no range",
                "Write FIRST..LAST or FIRST..LAST..STEP, all of them numbers: 1..100, 0..1..0.1. Put it between quotation"
                        + " marks if it is meant as it stands.");
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public String value(long index) {
        long value = first + index * step;
        if (decimals == 0 && width == 0) {
            return Long.toString(value);
        }
        StringBuilder text = new StringBuilder(Long.toString(Math.abs(value)));
        int sign = value < 0 ? 1 : 0;
        while (text.length() < decimals + 1) {
            text.insert(0, '0');
        }
        if (decimals > 0) {
            text.insert(text.length() - decimals, '.');
        }
        while (text.length() + sign < width) {
            text.insert(0, '0');
        }
        return (sign > 0 ? "-" : "") + text;
    }
}
