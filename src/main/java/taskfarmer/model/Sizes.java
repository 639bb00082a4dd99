package taskfarmer.model;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Reads and writes numbers of bytes as users of Slurm and GNU parallel write them: {@code 8G} is 8 × 1024³ bytes. */
public final class Sizes {
    private static final String FORMS = "Write bytes, or a number with K, M, G or T (powers of 1024): 512M, 1.5G.";
    private static final String UNITS = "KMGTP";
    private static final int MOST_DIGITS = 18;
    private static final BigDecimal MOST = BigDecimal.valueOf(1L << 60);

    private Sizes() {}

    /**
     * Returns the bytes that a text stands for, more than zero; {@code GB} and {@code GiB} are the same as {@code G}.
     *
     * @throws FarmException if it stands for none; the message quotes the text, the remedy lists the forms
     */
    public static long parse(String text) {
        String number = text.strip();
        int end = number.length();
        while (end > 0 && Character.isLetter(number.charAt(end - 1))) {
            end--;
        }
        String unit = number.substring(end).toUpperCase(java.util.Locale.ROOT);
        number = number.substring(0, end);
        long factor = factor(unit);
        if (factor == 0 || number.isEmpty() || number.length() > MOST_DIGITS || !number.matches("[0-9]*\\.?[0-9]+")) {
            throw FarmException.badInput("'" + text + "' is not a size", FORMS);
        }
        BigDecimal bytes =
                new BigDecimal(number).multiply(BigDecimal.valueOf(factor)).setScale(0, RoundingMode.CEILING);
        if (bytes.signum() == 0 || bytes.compareTo(MOST) > 0) {
            throw FarmException.badInput(
                    "'" + text + "' is " + (bytes.signum() == 0 ? "not more than zero" : "too large"), FORMS);
        }
        return bytes.longValueExact();
    }

    private static long factor(String unit) {
        if (unit.isEmpty() || unit.equals("B")) {
            return 1;
        }
        String rest = unit.substring(1);
        int power = UNITS.indexOf(unit.charAt(0)) + 1;
        return power > 0 && (rest.isEmpty() || rest.equals("B") || rest.equals("IB")) ? 1L << 10 * power : 0;
    }

    /** Returns a number of bytes for people: {@code 3.1G}, {@code 512M}, {@code 100}. */
    public static String show(long bytes) {
        int power = 0;
        long unit = 1;
        while (power < UNITS.length() && bytes >= unit << 10) {
            unit <<= 10;
            power++;
        }
        if (power == 0) {
            return Long.toString(bytes);
        }
        BigDecimal value = BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(unit), 1, RoundingMode.HALF_UP);
        return value.stripTrailingZeros().toPlainString() + UNITS.charAt(power - 1);
    }
}
