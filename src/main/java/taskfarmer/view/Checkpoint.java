package taskfarmer.view;

import org.jspecify.annotations.Nullable;
import taskfarmer.store.Journal;

/**
 * How far the views have come; kept in the file of the view lock.
 *
 * @param lists how much of the journal {@code finished} and {@code failed} show
 * @param lengths how long these files are
 * @param timeline how much of the journal {@code timeline.json} shows
 * @param timelineLength the length of {@code timeline.json} in bytes
 * @param eventsLength how much of that stays as it is: its events, without what comes after them
 * @param toprocess how many bytes of the journal {@code toprocess} shows
 */
record Checkpoint(
        Journal.Position lists,
        EndedLists.Lengths lengths,
        Journal.Position timeline,
        long timelineLength,
        long eventsLength,
        long toprocess) {
    static final Checkpoint START =
            new Checkpoint(Journal.Position.START, EndedLists.Lengths.NONE, Journal.Position.START, 0, 0, 0);

    String line() {
        return "views " + text(lists) + ' ' + lengths.finished() + ' ' + lengths.failed() + ' ' + lengths.cancelled()
                + ' ' + text(timeline) + ' ' + timelineLength + ' ' + eventsLength + ' ' + toprocess;
    }

    /** Returns whether both say the same. (To compare two records for the first time takes a JVM 10 ms.) */
    boolean isSame(Checkpoint other) {
        return line().equals(other.line());
    }

    /** Returns the checkpoint of a line, or null if it is none: then all views are to be written anew. */
    static @Nullable Checkpoint parse(@Nullable String line) {
        String[] words = line == null ? new String[0] : line.split(" ");
        if (words.length != 13 || !words[0].equals("views")) {
            return null;
        }
        try {
            return new Checkpoint(
                    position(words, 1),
                    new EndedLists.Lengths(
                            Long.parseLong(words[4]), Long.parseLong(words[5]), Long.parseLong(words[6])),
                    position(words, 7),
                    Long.parseLong(words[10]),
                    Long.parseLong(words[11]),
                    Long.parseLong(words[12]));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    Checkpoint withLists(Journal.Position position, EndedLists.Lengths newLengths) {
        return new Checkpoint(position, newLengths, timeline, timelineLength, eventsLength, toprocess);
    }

    Checkpoint withTimeline(Journal.Position position, long length, long events) {
        return new Checkpoint(lists, lengths, position, length, events, toprocess);
    }

    Checkpoint withToProcess(long position) {
        return new Checkpoint(lists, lengths, timeline, timelineLength, eventsLength, position);
    }

    private static String text(Journal.Position position) {
        return position.length() + " " + position.sequence() + ' ' + Integer.toHexString(position.checksum());
    }

    private static Journal.Position position(String[] words, int at) {
        return new Journal.Position(
                Long.parseLong(words[at]), Long.parseLong(words[at + 1]), Integer.parseUnsignedInt(words[at + 2], 16));
    }
}
