package taskfarmer.farm;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

/**
 * The wish that the farm ends before its work is done: made once, by whoever comes first, and possibly made urgent.
 *
 * <p>It may be made at any moment, also before the farm has begun: the farm then ends before it starts anything.
 */
public final class Stop {
    private final AtomicReference<@Nullable Reason> reason = new AtomicReference<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch urgent = new CountDownLatch(1);
    private volatile Runnable listener = () -> {};

    /**
     * Why the farm ends.
     *
     * @param word one word for the journal, such as {@code timeout} or {@code SIGTERM}
     * @param message what happened, for people
     * @param remedy what to do about it; empty if nothing
     * @param status what the program ends with
     */
    public record Reason(String word, String message, String remedy, ExitStatus status) {
        /** The reason that others have taken the farmer for dead. */
        public static final Reason FENCED = wished(
                "fenced",
                "this farmer has shown no sign of life for so long that others have taken its tasks over",
                "Was it stopped, or its node or file system overloaded? What it was running is done again elsewhere. To"
                        + " have it take part again, run the same command again.");

        /** Returns a reason that somebody wished for: the farm stops before its end and can go on later. */
        public static Reason wished(String word, String message) {
            return wished(word, message, "");
        }

        /** Returns the same with something that a person may do about it. */
        static Reason wished(String word, String message, String remedy) {
            return new Reason(word, message, remedy, ExitStatus.STOPPED);
        }

        /** Returns the reason that a problem is. */
        public static Reason of(FarmException problem) {
            return new Reason("error", problem.getMessage(), problem.remedy(), problem.status());
        }

        /** Returns the reason that a bug is. */
        static Reason bug(Throwable e) {
            return new Reason(
                    "error",
                    "internal error: " + e,
                    "Please report it. The work directory is in order: start again to go on.",
                    ExitStatus.UNTRUSTED);
        }
    }

    /** Asks for the end; without effect if that has been done before. */
    public void ask(Reason why) {
        // Of two reasons at the same moment one wins, and both callers find the farm stopping.
        if (reason.compareAndSet(null, why)) {
            asked.countDown();
            listener.run();
        }
    }

    /** Asks not to wait for tasks that do not obey. */
    public void hurry() {
        urgent.countDown();
    }

    /** Returns why the farm ends, or null as long as it is not to. */
    public @Nullable Reason reason() {
        return reason.get();
    }

    /** Returns whether the farm is to end. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    boolean isUrgent() {
        return urgent.getCount() == 0;
    }

    /** Waits for the wish, at most so long; returns whether it has been made. */
    public boolean await(long millis) throws InterruptedException {
        return asked.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Waits a moment, unless it is urgent. */
    void awaitUrgency(long millis) throws InterruptedException {
        urgent.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Calls back once the wish is made, at once if it has been made already. */
    public void whenAsked(Runnable action) {
        listener = action;
        if (isAsked()) {
            action.run();
        }
    }
}
