package taskfarmer.store;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How long the journal was when somebody last held the lock, written into the lock file itself.
 *
 * <p>Lock and journal may lie on different file systems, and either may lie: the witness is what shows it. A journal
 * shorter than the witness is a stale copy or was cut; one that is ahead by more than a batch was written under some
 * other lock.
 *
 * @param id the work directory's random ID
 * @param sequence the number of the journal's last batch
 * @param length the journal's length in bytes
 * @param checksum the checksum of the journal's last batch
 */
record Witness(String id, long sequence, long length, int checksum) {
    private static final String WORD = "witness ";

    /** What a new lock file says, whatever the work directory: two founders at the same time write the same. */
    static final Witness OF_NOTHING = new Witness("-", 0, 0, 0);

    /** Returns whether it may stand in the lock file of this work directory. */
    boolean isOf(String directory) {
        return id.equals(directory) || id.equals(OF_NOTHING.id);
    }

    boolean matches(Journal journal) {
        return sequence == journal.sequence() && length == journal.length() && checksum == journal.checksum();
    }

    String line() {
        return WORD + id + ' ' + sequence + ' ' + length + ' ' + OpText.hex(checksum);
    }

    /** Returns the witness that the line is, or null if it is none. */
    static @Nullable Witness parse(@Nullable String line) {
        if (line == null || !line.startsWith(WORD)) {
            return null;
        }
        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        Words words = new Words(bytes, WORD.length(), bytes.length);
        try {
            return new Witness(words.word(), words.number(), words.number(), words.hex());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
