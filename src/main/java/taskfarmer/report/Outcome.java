package taskfarmer.report;

import java.util.Locale;
import taskfarmer.history.Attempts;

/** What has become of an attempt so far; the page knows them by their order. */
enum Outcome {
    /** It did what it should. */
    FINISHED,
    /** It failed, and the task with it. */
    FAILED,
    /** Its farmer interrupted it. */
    REQUEUED,
    /** Its farmer died. */
    LOST,
    /** It has not ended, as far as is known. */
    RUNNING,
    /** It failed, and the task was to be tried again. */
    RETRIED,
    /** It was ended because somebody had cancelled the task. */
    CANCELLED;

    static Outcome of(Attempts.Outcome outcome) {
        return switch (outcome) {
            case FINISHED -> FINISHED;
            case FAILED -> FAILED;
            case RETRIED -> RETRIED;
            case CANCELLED -> CANCELLED;
            case REQUEUED -> REQUEUED;
            case LOST -> LOST;
        };
    }

    /** Returns whether the task ended by itself, so that its duration is that of the whole task. */
    boolean isEnd() {
        return this == FINISHED || this == FAILED;
    }

    /** Returns whether it came to its own end, and has an exit status. */
    boolean hasStatus() {
        return isEnd() || this == RETRIED;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
