package taskfarmer.history;

import taskfarmer.model.Signals;
import taskfarmer.store.Op;

/** The words in which people are told why an attempt ended as it did. */
public final class Endings {
    /** The reason of tasks that were lost with their farmers too often. */
    public static final String LOST = "lost";

    private Endings() {}

    /** Returns a reason, which is one word in the journal, as it is shown: {@code timeout}, {@code no output}. */
    public static String reason(String word) {
        return switch (word) {
            case Op.Ended.NO_OUTPUT -> "no output";
            case Op.Ended.SKIPPED -> "outputs exist";
            default -> word;
        };
    }

    /**
     * Returns why an attempt ended: {@code exit status 3}, {@code timeout, exit status 143 (signal TERM)}.
     *
     * @param status its exit status; -1 if it has none, or none that is known
     * @param reason the word of the journal; empty if the exit status says it all
     */
    public static String describe(int status, String reason) {
        if (reason.equals(Op.Ended.SKIPPED)) {
            return "not run, its outputs exist";
        } else if (reason.equals(LOST)) {
            return "lost with its farmers too often";
        } else if (reason.isEmpty()) {
            return status < 0 ? "no exit status" : Signals.describe(status);
        }
        return reason(reason) + (status < 0 ? "" : ", " + Signals.describe(status));
    }

    /** Returns the same, saying of an exit status other than 0 if it is a success. */
    public static String describe(Op.Verdict verdict, int status, String reason) {
        boolean odd = verdict == Op.Verdict.FINISHED && status > 0;
        return describe(status, reason) + (odd ? ", which counts as success" : "");
    }
}
