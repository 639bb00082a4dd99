package taskfarmer.model;

import org.jspecify.annotations.Nullable;

/**
 * A problem that the user can mend: its message says what happened and where, its remedy what to do about it.
 *
 * <p>This is the only exception that reaches the user as one or two calm lines; any other is a bug of the program.
 */
public final class FarmException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitStatus status;
    private final String remedy;

    private FarmException(ExitStatus status, String message, String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.remedy = remedy;
    }

    /** Returns a problem with what the user asked for: exit status 2, nothing was started. */
    public static FarmException badInput(String message, String remedy) {
        return new FarmException(ExitStatus.USAGE, message, remedy, null);
    }

    /** Returns a problem with what the user asked for, with the exception that showed it. */
    public static FarmException badInput(String message, String remedy, @Nullable Throwable cause) {
        return new FarmException(ExitStatus.USAGE, message, remedy, cause);
    }

    /** Returns a problem with the work directory or the machine: exit status 3, nothing was lost. */
    public static FarmException untrusted(String message, String remedy) {
        return new FarmException(ExitStatus.UNTRUSTED, message, remedy, null);
    }

    /** Returns a problem with the work directory or the machine, with the exception that showed it. */
    public static FarmException untrusted(String message, String remedy, Throwable cause) {
        return new FarmException(ExitStatus.UNTRUSTED, message, remedy, cause);
    }

    /** Returns what happened and where; never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** Returns the exit status that the program ends with. */
    public ExitStatus status() {
        return status;
    }

    /** Returns what the user can do about it, as a sentence; empty if the message says it all. */
    public String remedy() {
        return remedy;
    }
}
