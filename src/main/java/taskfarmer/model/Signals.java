package taskfarmer.model;

/**
 * Exit statuses above 128, by which a shell says that a signal ended a command ({@code bash(1)}, "EXIT STATUS").
 *
 * <p>A command may also exit with such a number by itself; nothing tells the two apart, and by convention nobody does.
 */
public final class Signals {
    // The numbers that are the same on every Linux architecture that has kept to the common table (signal(7), x86/ARM).
    private static final String[] NAMES = {
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS"
    };

    private Signals() {}

    /** Returns whether an exit status stands for a signal. */
    public static boolean isSignal(int status) {
        return status > 128 && status - 128 < NAMES.length;
    }

    /** Returns whether this is the name of a signal, without {@code SIG}, that can be sent to a task. */
    public static boolean isName(String name) {
        for (int i = 1; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the name of the signal that an exit status stands for, without {@code SIG}. */
    public static String name(int status) {
        return NAMES[status - 128];
    }

    /** Returns an exit status in words: {@code exit status 3}, or {@code exit status 137 (signal KILL)}. */
    public static String describe(int status) {
        return "exit status " + status + (isSignal(status) ? " (signal " + name(status) + ")" : "");
    }

    /** Returns whether a status stands for a signal with which batch systems and people stop a whole job. */
    public static boolean mayStopTheJob(int status) {
        return isSignal(status)
                && switch (name(status)) {
                    case "HUP", "INT", "TERM", "USR1", "USR2", "XCPU" -> true;
                    default -> false;
                };
    }
}
