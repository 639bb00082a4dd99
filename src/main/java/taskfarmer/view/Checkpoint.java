package taskfarmer.view;

import org.jspecify.annotations.Nullable;
import taskfarmer.store.Journal;

/**
 * How far the views have come; kept in the file of the view lock.
 *
 * @param lists how much of the journal {@code finished} and {@code failed} show
 * @param finished the length of {@code finished} in bytes
 * @param failed the length of {@code failed} in bytes
 * @param timeline how much of the journal {@code timeline.json} shows
 * @param timelineLength the length of {@code timeline.json} in bytes
 * @param toprocess how many bytes of the journal {@code toprocess} shows
 */
record Checkpoint(
        Journal.Position lists,
        long finished,
        long failed,
        Journal.Position timeline,
        long timelineLength,
        long toprocess) {
    static final Checkpoint START = new Checkpoint(Journal.Position.START, 0, 0, Journal.Position.START, 0, 0);

    String line() {
        return "views " + text(lists) + ' ' + finished + ' ' + failed + ' ' + text(timeline) + ' ' + timelineLength
                + ' ' + toprocess;
    }

    /** Returns whether both say the same. (To compare two records for the first time takes a JVM 10 ms.) */
    boolean isSame(Checkpoint other) {
        return line().equals(other.line());
    }

    /** Returns the checkpoint of a line, or null if it is none: then all views are to be written anew. */
    static @Nullable Checkpoint parse(@Nullable String line) {
        String[] words = line == null ? new String[0] : line.split(" ");
        if (words.length != 11 || !words[0].equals("views")) {
            return null;
        }
        try {
            return new Checkpoint(
                    position(words, 1),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]),
                    position(words, 6),
                    Long.parseLong(words[9]),
                    Long.parseLong(words[10]));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    Checkpoint withLists(Journal.Position position, long finishedLength, long failedLength) {
        return new Checkpoint(position, finishedLength, failedLength, timeline, timelineLength, toprocess);
    }

    Checkpoint withTimeline(Journal.Position position, long length) {
        return new Checkpoint(lists, finished, failed, position, length, toprocess);
    }

    Checkpoint withToProcess(long position) {
        return new Checkpoint(lists, finished, failed, timeline, timelineLength, position);
    }

    private static String text(Journal.Position position) {
        return position.length() + " " + position.sequence() + ' ' + Integer.toHexString(position.checksum());
    }

    private static Journal.Position position(String[] words, int at) {
        return new Journal.Position(
                Long.parseLong(words[at]), Long.parseLong(words[at + 1]), Integer.parseUnsignedInt(words[at + 2], 16));
    }
}
