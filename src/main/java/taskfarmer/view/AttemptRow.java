package taskfarmer.view;

import taskfarmer.model.Signals;
import taskfarmer.model.Usage;

/**
 * One attempt of a task with all that is known of it, whether it is over or runs.
 *
 * @param task the task's ID
 * @param number the number of the attempt, from 1
 * @param farmer the number of the farmer, 0 if PyTaskFarmer ran it
 * @param host the node's name; empty if it is not known
 * @param job the batch job; empty if there is none
 * @param slot the number of the slot on its host; -1 if it is not known
 * @param start when it was started, µs since the epoch; 0 if that is not known
 * @param duration how long it took, in µs; -1 if it runs or that is not known
 * @param outcome the word of {@link taskfarmer.history.Attempts.Outcome}, or {@value #RUNNING}
 * @param status its exit status as a shell reports it; -1 if it has none, or none that is known
 * @param reason why it ended so, in one word of the journal; empty if its exit status says it
 * @param usage what it has used, as far as that is known
 * @param log the path of its log, absolute, as {@link taskfarmer.model.NativeText}
 */
public record AttemptRow(
        int task,
        int number,
        int farmer,
        String host,
        String job,
        int slot,
        long start,
        long duration,
        String outcome,
        int status,
        String reason,
        Usage usage,
        String log) {
    /** The outcome of an attempt that has none yet. */
    public static final String RUNNING = "running";

    /** Returns whether it is not over. */
    public boolean isRunning() {
        return outcome.equals(RUNNING);
    }

    /** Returns the name of the signal that ended it, without {@code SIG}; empty if none did. */
    public String signal() {
        return Signals.isSignal(status) ? Signals.name(status) : "";
    }
}
