package taskfarmer.model;

/**
 * The name of a task's log, below the directory of all logs.
 *
 * <p>Directories of many files are slow on file servers, and hard to look at: so the first {@link #TOGETHER} logs lie side by
 * side, and from then on 1,000 in a directory each. The ID alone says where, so that it never changes.
 */
public final class LogName {
    /** How many tasks have their logs side by side. */
    public static final int TOGETHER = 10_000;

    private static final int IN_DIRECTORY = 1000;

    private LogName() {}

    /** Returns the name for the latest attempt: {@code log_7}, {@code 12/log_12345}. */
    public static String of(int task) {
        return task < TOGETHER ? "log_" + task : task / IN_DIRECTORY + "/log_" + task;
    }

    /** Returns the name for an earlier attempt: {@code log_7.1}. */
    public static String of(int task, int attempt) {
        return of(task) + '.' + attempt;
    }

    /** Returns the number of the directory in which the log lies, which is its name; -1 if it lies with the first ones. */
    public static int directory(int task) {
        return task < TOGETHER ? -1 : task / IN_DIRECTORY;
    }

    /** Returns what people read of the names that the logs of so many tasks have. */
    public static String pattern(int tasks) {
        return tasks <= TOGETHER ? "log_ID" : "[ID/" + IN_DIRECTORY + "/]log_ID";
    }
}
