package taskfarmer.model;

/** The exit statuses of the program; scripts rely on their numbers. */
public enum ExitStatus {
    /** Nothing is left to do, and no task failed. */
    DONE(0),
    /** Nothing is left to do, and some task failed. */
    TASKS_FAILED(1),
    /** Bad usage or bad input; nothing was started. */
    USAGE(2),
    /** The work directory or the machine cannot be trusted; nothing was lost. */
    UNTRUSTED(3),
    /** Stopped before the end: run again to go on (75 is {@code EX_TEMPFAIL} of {@code sysexits.h}). */
    STOPPED(75);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    /** Returns the number that the process exits with. */
    public int code() {
        return code;
    }
}
