package taskfarmer.cli;

import java.nio.file.Path;
import taskfarmer.model.NativeText;

/** How things are written for people: paths from where they stand, times in hours, minutes and seconds. */
final class Shown {
    private final Path workingDirectory;

    Shown(Path workingDirectory) {
        this.workingDirectory = workingDirectory;
    }

    /** Returns a path as short as it can be typed here. */
    String path(Path path) {
        String here = NativeText.text(workingDirectory) + "/";
        String text = NativeText.text(path);
        return text.startsWith(here) && text.length() > here.length() ? text.substring(here.length()) : text;
    }

    /** Returns a name as it is typed in a shell. */
    static String typed(String name) {
        return name.matches("[A-Za-z0-9_./+@%:,-]+") ? name : "'" + name.replace("'", "'\\''") + "'";
    }

    /** Returns a time of so many seconds as {@code H:MM:SS}, or {@code D-HH:MM:SS} from a day on. */
    static String time(double seconds) {
        long whole = Math.round(seconds);
        long days = whole / 86400;
        String text = whole % 86400 / 3600 + ":" + two(whole % 3600 / 60) + ":" + two(whole % 60);
        return days == 0 ? text : days + "-" + (text.indexOf(':') == 1 ? "0" : "") + text;
    }

    /** Returns a time with tenths of a second while that matters. */
    static String span(double seconds) {
        long tenths = Math.round(seconds * 10);
        return tenths < 600 ? tenths / 10 + "." + tenths % 10 + " s" : time(seconds);
    }

    private static String two(long number) {
        return number < 10 ? "0" + number : Long.toString(number);
    }
}
