package taskfarmer.store;

import java.util.Locale;

/**
 * One entry of the journal: a thing that happened, in the words of {@code docs/PROTOCOL.md}.
 *
 * <p>Entries speak of the farmer that wrote their batch, unless they name another. Times are microseconds since the
 * epoch by that farmer's own clock; they are for people and never decide anything.
 */
public sealed interface Op {
    /** The work directory was founded; always the first entry. */
    record Founded(int version, String id) implements Op {}

    /** Tasks {@code first}, {@code first + 1}, … were frozen: {@code length} bytes of the task file from {@code offset}. */
    record Frozen(int first, int count, long offset, long length, int crc) implements Op {}

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

    /** A task ended by itself; {@code status} is its exit status as a shell reports it, {@code duration} in µs. */
    record Ended(int id, int attempt, int slot, long start, long duration, int status) implements Op {
        /** Returns whether the task did what it should. */
        public boolean succeeded() {
            return status == 0;
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

    /** Whoever holds this attempt is to end it; when it is given back, the task is cancelled. */
    record Aborted(int id, int attempt) implements Op {}

    /** Tasks that failed or were cancelled are pending again. */
    record Retried(Ids ids) implements Op {}

    /** A result that came after its task had been taken away: noted, not counted. */
    record Late(int id, int attempt, int status) implements Op {}
}
