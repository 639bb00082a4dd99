package taskfarmer.history;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import taskfarmer.store.State;

/** Where a task is, in the words that every command and every file uses. */
public enum TaskState {
    /** Nobody has taken it. */
    PENDING,
    /** A farmer holds it, and it was not seen running yet. */
    CLAIMED,
    /** It runs. */
    RUNNING,
    /** It did what it should. */
    FINISHED,
    /** It ended otherwise, or was given up. */
    FAILED,
    /** Somebody wished that it does not run, or not to its end; or it waited for one that has not ended well. */
    CANCELLED,
    /** It vanished from the list before it was started. */
    DROPPED;

    /** Returns the state of a task. */
    public static TaskState of(State state, int task) {
        return switch (state.phase(task)) {
            case PENDING -> PENDING;
            case CLAIMED -> {
                State.Claim claim = state.claims().get(task);
                yield claim != null && claim.isRunning() ? RUNNING : CLAIMED;
            }
            case FINISHED -> FINISHED;
            case FAILED -> FAILED;
            case DROPPED -> DROPPED;
            case CANCELLED -> CANCELLED;
        };
    }

    /** Returns the state that a word stands for; nothing if it is none. */
    public static Optional<TaskState> of(String word) {
        return Arrays.stream(values())
                .filter(state -> state.word().equals(word))
                .findFirst();
    }

    /** Returns all words, for people. */
    public static String words() {
        return Arrays.stream(values()).map(TaskState::word).collect(Collectors.joining(", "));
    }

    /** Returns the word for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether nothing more happens to the task, unless somebody wishes so. */
    public boolean isOver() {
        return switch (this) {
            case FINISHED, FAILED, CANCELLED, DROPPED -> true;
            case PENDING, CLAIMED, RUNNING -> false;
        };
    }
}
