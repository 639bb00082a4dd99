package taskfarmer.view;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Times as text. Neighbouring ones are quick: of a million, most lie in the minute of the one before. Used by one thread. */
public final class TimeText {
    private static final long MICROS = 1_000_000;
    private static final long MINUTE = 60 * MICROS;

    private final ZoneId zone;
    private final char separator;
    private long minute = Long.MIN_VALUE;
    private String prefix = "";

    private TimeText(ZoneId zone, char separator) {
        this.zone = zone;
        this.separator = separator;
    }

    /** Returns what writes times for programs: ISO 8601 in UTC. */
    public static TimeText utc() {
        return new TimeText(ZoneOffset.UTC, 'T');
    }

    /** Returns what writes times for people, where they are. */
    public static TimeText in(ZoneId zone) {
        return new TimeText(zone, ' ');
    }

    /** Returns a time to the second: {@code 2026-11-21 13:31:50}. */
    public String seconds(long micros) {
        return text(micros, 0).toString();
    }

    /** Returns a time to the microsecond, with the letter for UTC: {@code 2026-11-21T13:31:50.123456Z}. */
    public String iso(long micros) {
        return text(micros, 6).append('Z').toString();
    }

    private StringBuilder text(long micros, int digits) {
        long in = Math.floorDiv(micros, MINUTE);
        if (in != minute) {
            minute = in;
            prefix = prefix(in * 60);
        }
        long rest = Math.floorMod(micros, MINUTE);
        StringBuilder text = new StringBuilder(32).append(prefix);
        padded(text, rest / MICROS, 10);
        if (digits > 0) {
            text.append('.');
            padded(text, rest % MICROS, 100_000);
        }
        return text;
    }

    private String prefix(long second) {
        LocalDateTime time =
                LocalDateTime.ofEpochSecond(second, 0, zone.getRules().getOffset(Instant.ofEpochSecond(second)));
        StringBuilder text = new StringBuilder(20);
        padded(text, time.getYear(), 1000);
        padded(text.append('-'), time.getMonthValue(), 10);
        padded(text.append('-'), time.getDayOfMonth(), 10);
        padded(text.append(separator), time.getHour(), 10);
        padded(text.append(':'), time.getMinute(), 10);
        return text.append(':').toString();
    }

    private static void padded(StringBuilder text, long number, int highest) {
        for (long digit = highest; digit > number && digit > 1; digit /= 10) {
            text.append('0');
        }
        text.append(number);
    }

    /** Returns a time or duration, not negative, as a number of seconds with six decimals. */
    public static String decimal(long micros) {
        StringBuilder text = new StringBuilder(20).append(micros / MICROS).append('.');
        padded(text, micros % MICROS, 100_000);
        return text.toString();
    }

    /** Returns the same with three decimals, rounded. */
    static String millis(long micros) {
        long millis = (micros + 500) / 1000;
        StringBuilder text = new StringBuilder(20).append(millis / 1000).append('.');
        padded(text, millis % 1000, 100);
        return text.toString();
    }
}
