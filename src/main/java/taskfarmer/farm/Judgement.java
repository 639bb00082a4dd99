package taskfarmer.farm;

import java.util.List;
import java.util.function.Supplier;
import taskfarmer.model.Attributes;
import taskfarmer.model.Usage;
import taskfarmer.store.Op;

/** What the end of an attempt means for its task, by what the task asks for. */
final class Judgement {
    private Judgement() {}

    /**
     * Returns the entry that records an end.
     *
     * @param status the exit status as a shell reports it
     * @param cause why it was ended, in one word; empty if it ended by itself
     * @param missing the outputs that it should have left and has not; asked for only if it did well otherwise
     */
    static Op.Ended of(
            Attempt attempt, int status, String cause, Supplier<List<String>> missing, long endNanos, Usage usage) {
        Attributes asked = attempt.assignment().task().attributes();
        if (asked.isEmpty()) {
            return attempt.ended(status, status == 0 ? Op.Verdict.FINISHED : Op.Verdict.FAILED, cause, usage, endNanos);
        }
        boolean well = cause.isEmpty() && asked.isSuccess(status);
        boolean incomplete = well && !missing.get().isEmpty();
        String reason = incomplete ? Op.Ended.NO_OUTPUT : cause;
        Op.Verdict verdict = Op.Verdict.FINISHED;
        if (!well || incomplete) {
            verdict = isToBeTriedAgain(attempt.assignment(), status, reason) ? Op.Verdict.AGAIN : Op.Verdict.FAILED;
        }
        return attempt.ended(status, verdict, reason, usage, endNanos);
    }

    /** Of an attempt that was silent for too long, the exit status says nothing. */
    private static boolean isToBeTriedAgain(Attempt.Assignment task, int status, String reason) {
        Attributes asked = task.task().attributes();
        if (task.retries() >= asked.retries()) {
            return false;
        }
        return asked.retryOn().isEmpty()
                || reason.equals(Op.Ended.STALL)
                || reason.isEmpty() && asked.retryOn().get().contains(status);
    }
}
