package taskfarmer.report;

import java.util.Locale;
import taskfarmer.history.Attempts;

/** What has become of an attempt so far; the page knows them by their order. */
enum Outcome {
    /** It ended with exit status 0. */
    FINISHED,
    /** It ended by itself, with another one. */
    FAILED,
    /** Its farmer interrupted it. */
    REQUEUED,
    /** Its farmer died. */
    LOST,
    /** It has not ended, as far as is known. */
    RUNNING;

    static Outcome of(Attempts.Outcome outcome) {
        return switch (outcome) {
            case FINISHED -> FINISHED;
            case FAILED -> FAILED;
            case REQUEUED -> REQUEUED;
            case LOST -> LOST;
        };
    }

    /** Returns whether the task ended by itself, so that its duration is that of the whole task. */
    boolean isEnd() {
        return this == FINISHED || this == FAILED;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
