package taskfarmer.cli;

import java.util.Arrays;

/**
 * The search for the word that barriers are written with, in bytes that come in pieces.
 *
 * <p>Lists are searched while their checksum is made, so it must cost next to nothing: of the bytes, one in seven is looked at.
 */
final class BarrierSearch {
    private static final byte[] WORD = {'b', 'a', 'r', 'r', 'i', 'e', 'r'};
    private static final int LAST = WORD.length - 1;

    private final byte[] skips = skips();
    private final byte[] seam = new byte[2 * LAST]; // the end of the last piece, and the beginning of the next one
    private int kept; // how many bytes of the last piece are in it
    private boolean found;

    private static byte[] skips() {
        byte[] skips = new byte[256];
        Arrays.fill(skips, (byte) WORD.length);
        for (int i = 0; i < LAST; i++) {
            skips[WORD[i]] = (byte) (LAST - i);
        }
        return skips;
    }

    /** Returns whether the word was found. */
    boolean found() {
        return found;
    }

    /** Takes the next piece. */
    void accept(byte[] bytes, int length) {
        if (found || length == 0) {
            return;
        }
        int begin = Math.min(LAST, length);
        System.arraycopy(bytes, 0, seam, kept, begin);
        found = find(seam, kept + begin) || find(bytes, length);
        int keep = Math.min(LAST, length < LAST ? kept + length : length);
        if (length < LAST) {
            System.arraycopy(seam, kept + begin - keep, seam, 0, keep);
        } else {
            System.arraycopy(bytes, length - keep, seam, 0, keep);
        }
        kept = keep;
    }

    private boolean find(byte[] bytes, int length) {
        int at = LAST;
        while (at < length) {
            if (bytes[at] == 'r' && Arrays.equals(bytes, at - LAST, at + 1, WORD, 0, WORD.length)) {
                return true;
            }
            at += skips[bytes[at] & 0xff];
        }
        return false;
    }
}
