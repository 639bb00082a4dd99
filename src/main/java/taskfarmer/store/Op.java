package taskfarmer.store;

import java.util.Locale;
import taskfarmer.model.Attributes;
import taskfarmer.model.Resources;
import taskfarmer.model.Usage;

/**
 * One entry of the journal: a thing that happened, in the words of {@code docs/PROTOCOL.md}.
 *
 * <p>Entries speak of the farmer that wrote their batch, unless they name another. Times are microseconds since the
 * epoch by that farmer's own clock; they are for people and never decide anything.
 */
public sealed interface Op {
    /** The work directory was founded; always the first entry. */
    record Founded(int version, String id) implements Op {}

    /**
     * Tasks {@code first}, {@code first + 1}, … were frozen: {@code length} bytes of the task file from {@code offset}.
     *
     * @param asking whether some of them have attributes
     */
    record Frozen(int first, int count, long offset, long length, int crc, boolean asking) implements Op {
        /** Tasks none of which asks for anything besides its command. */
        Frozen(int first, int count, long offset, long length, int crc) {
            this(first, count, offset, length, crc, false);
        }
    }

    /** Tasks ask for something else than when they were frozen. */
    record Revised(Ids ids, Attributes attributes) implements Op {}

    /** The list, as read by a farmer, was accepted: it holds the tasks {@code ids} in this order. */
    record Listed(long length, int crc, String handler, Ids ids) implements Op {}

    /** Tasks vanished from the list before anybody started them. */
    record Dropped(Ids ids) implements Op {}

    /** Tasks that PyTaskFarmer had ended before this program came. */
    record Adopted(boolean finished, Ids ids) implements Op {}

    /**
     * The farmer came.
     *
     * @param identity who it is
     * @param slots how many slots it has
     * @param firstSlot the number of the first one on its host
     * @param deadAfter its promise, in ms: when its heartbeat has rested for so long, none of its tasks runs
     */
    record Joined(Identity identity, int slots, int firstSlot, long deadAfter) implements Op {
        Joined withFirstSlot(int number) {
            return new Joined(identity, slots, number, deadAfter);
        }
    }

    /** The farmer has these resources for its tasks, which it shares with the others of its user on the same host. */
    record Offered(Resources resources) implements Op {}

    /** The farmer went, holding nothing; {@code reason} is one word if it left before the end, such as a signal, otherwise empty. */
    record Left(String reason) implements Op {}

    /** Somebody wishes something of a farmer. */
    record Told(int farmer, Wish wish) implements Op {}

    /** What may be wished of a farmer, the more urgent the later. */
    enum Wish {
        /** Nothing in particular: that it works on. */
        WORK,
        /** That it takes nothing new, and leaves when its tasks have ended. */
        DRAIN,
        /** That it ends its tasks, with some time to obey, puts them back and leaves. */
        STOP,
        /** The same, at once. */
        KILL;

        /** Returns the word for it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Somebody wishes another number of slots of a farmer.
     *
     * @param slots how many
     * @param numbers the numbers of its slots, those that it had before included; it uses the first ones
     */
    record Scaled(int farmer, int slots, Ids numbers) implements Op {}

    /** The farmer took tasks. */
    record Claimed(Ids ids) implements Op {}

    /** The farmer started a task that it had claimed, and it was still running when this was written. */
    record Started(int id, int attempt, int slot, long start) implements Op {}

    /**
     * An attempt came to an end that counts.
     *
     * @param status its exit status as a shell reports it; -1 if it has none
     * @param duration in µs
     * @param verdict what that means for the task
     * @param reason why, in one word, if the exit status does not say it; otherwise empty
     * @param usage what it has used
     */
    record Ended(
            int id,
            int attempt,
            int slot,
            long start,
            long duration,
            int status,
            Verdict verdict,
            String reason,
            Usage usage)
            implements Op {
        /** The reason of tasks that took longer than they may. */
        public static final String TIMEOUT = "timeout";

        /** The reason of tasks that wrote nothing for longer than they may. */
        public static final String STALL = "stall";

        /** The reason of tasks that did not leave behind what they should. */
        public static final String NO_OUTPUT = "no-output";

        /** The reason of tasks that were not run because what they make is there already. */
        public static final String SKIPPED = "outputs-exist";

        /** The end of an attempt of which nothing else is to be said: 0 is success. */
        public Ended(int id, int attempt, int slot, long start, long duration, int status) {
            this(id, attempt, slot, start, duration, status, plain(status), "", Usage.UNKNOWN);
        }

        private static Verdict plain(int status) {
            return status == 0 ? Verdict.FINISHED : Verdict.FAILED;
        }

        /** Returns whether its exit status says all there is to say. */
        boolean isPlain() {
            return reason.isEmpty() && verdict == plain(status) && !usage.isKnown();
        }

        /** Returns whether the task did what it should. */
        public boolean succeeded() {
            return verdict == Verdict.FINISHED;
        }
    }

    /** What the end of an attempt means for its task. */
    enum Verdict {
        /** It did what it should. */
        FINISHED,
        /** It has failed. */
        FAILED,
        /** It has failed, and is tried again. */
        AGAIN;

        /** Returns the word for it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A started task was ended by the farmer and goes back. */
    record Requeued(int id, int attempt, int slot, long start, long duration, String reason) implements Op {
        /** The reason of attempts that were ended because somebody has cancelled the task. */
        public static final String CANCEL = "cancel";

        /** Returns whether somebody has cancelled the task. */
        public boolean isCancelled() {
            return reason.equals(CANCEL);
        }
    }

    /** Claimed tasks that were not started go back. */
    record Unclaimed(Ids ids) implements Op {}

    /** A task that a farmer was seen running when it died goes back. */
    record Lost(int farmer, int id, int attempt, int slot, long start) implements Op {}

    /**
     * A farmer is dead; the tasks that it held besides go back, and it has no say any more.
     *
     * @param started the tasks that it had started, and may have ended
     * @param untouched the tasks that it had not started
     */
    record Gone(int farmer, Ids started, Ids untouched) implements Op {}

    /** Pending tasks are given up: they end as failed, for a reason of one word. */
    record GivenUp(String reason, Ids ids) implements Op {
        /** The reason of tasks that were lost with their farmers too often. */
        static final String LOST = "lost";
    }

    /** Pending tasks are not to run: they end as cancelled. */
    record Cancelled(Ids ids) implements Op {}

    /** Pending tasks end as cancelled, because a task that they wait for has not ended well. */
    record Skipped(int because, Ids ids) implements Op {}

    /** Whoever holds this attempt is to end it; when it is given back, the task is cancelled. */
    record Aborted(int id, int attempt) implements Op {}

    /** Tasks that failed or were cancelled are pending again. */
    record Retried(Ids ids) implements Op {}

    /** A result that came after its task had been taken away: noted, not counted. */
    record Late(int id, int attempt, int status) implements Op {}
}
