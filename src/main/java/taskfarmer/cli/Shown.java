package taskfarmer.cli;

import java.nio.file.Path;
import taskfarmer.model.NativeText;
import taskfarmer.store.Ids;
import taskfarmer.store.WorkDirectory;

/** How things are written for people: paths from where they stand, times in hours, minutes and seconds. */
final class Shown {
    private static final int LONGEST_IDS = 60;

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

    /** Returns the shortest name of a farm, given that of its work directory: its list's, if that is where it says. */
    static String farm(String workdir) {
        return workdir.endsWith(WorkDirectory.SUFFIX)
                        && !workdir.endsWith("/" + WorkDirectory.SUFFIX)
                        && workdir.length() > WorkDirectory.SUFFIX.length()
                ? workdir.substring(0, workdir.length() - WorkDirectory.SUFFIX.length())
                : workdir;
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

    /** Returns a count of things: {@code 1 task}, {@code 3 tasks}. */
    static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** Returns a count of things: {@code 1 retry}, {@code 3 retries}. */
    static String count(int count, String one, String several) {
        return count + " " + (count == 1 ? one : several);
    }

    /** Returns the IDs of tasks, not more of them than a line has room for. */
    static String some(Ids tasks) {
        String text = tasks.toString();
        int end = text.length() <= LONGEST_IDS ? -1 : text.lastIndexOf(',', LONGEST_IDS);
        return end < 0 ? text : text.substring(0, end) + ",…";
    }

    private static String two(long number) {
        return number < 10 ? "0" + number : Long.toString(number);
    }
}
