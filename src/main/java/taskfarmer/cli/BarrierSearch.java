package taskfarmer.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * The search for signs of a barrier, in bytes that come in pieces: the mark of directives, if the list has such, and after it
 * the word.
 *
 * <p>Lists are searched while their checksum is made, so it must cost next to nothing. Of a list without directives, one byte in
 * three is looked at, and none of the mark's bytes is frequent in commands.
 */
final class BarrierSearch {
    private static final String BARRIER = "barrier";

    private Word word;
    private boolean marked;
    private boolean found;

    /**
     * Begins a search.
     *
     * @param mark what comes before the word; may be empty
     */
    BarrierSearch(String mark) {
        marked = mark.isEmpty();
        word = new Word(marked ? BARRIER : mark);
    }

    /** Returns whether there was a mark, and the word after it. */
    boolean found() {
        return found;
    }

    /** Takes the next piece. */
    void accept(byte[] bytes, int length) {
        int from = 0;
        if (!marked) {
            int end = word.find(bytes, 0, length);
            if (end < 0) {
                return;
            }
            marked = true;
            word = new Word(BARRIER);
            from = end;
        }
        found = found || word.find(bytes, from, length) >= 0;
    }

    /** The search for one word. */
    private static final class Word {
        private final byte[] word;
        private final boolean[] has = new boolean[256]; // whether a byte is in the word
        private final byte[] seam; // the end of the last piece, and the beginning of the next one
        private int kept; // how many bytes of the last piece are in it

        Word(String word) {
            this.word = word.getBytes(US_ASCII);
            this.seam = new byte[2 * (this.word.length - 1)];
            for (byte b : this.word) {
                has[b] = true;
            }
        }

        /** Returns where the word ends in this piece, -1 if it is neither here nor between the last piece and this. */
        int find(byte[] bytes, int from, int length) {
            int most = word.length - 1;
            int begin = Math.min(most, length - from);
            System.arraycopy(bytes, from, seam, kept, begin);
            int across = search(seam, 0, kept + begin);
            if (across >= 0) {
                return from + across - kept;
            }
            int keep = Math.min(most, kept + begin);
            if (length - from < most) {
                System.arraycopy(seam, kept + begin - keep, seam, 0, keep);
            } else {
                System.arraycopy(bytes, length - keep, seam, 0, keep);
            }
            kept = keep;
            return search(bytes, from, length);
        }

        private int search(byte[] bytes, int from, int length) {
            boolean[] likely = has; // fields would be loaded again for each byte
            int step = word.length;
            for (int probe = from + step - 1; probe < length; probe += step) {
                if (likely[bytes[probe] & 0xff]) {
                    int last = Math.min(probe, length - step);
                    for (int start = probe - step + 1; start <= last; start++) {
                        if (Arrays.equals(bytes, start, start + step, word, 0, step)) {
                            return start + step;
                        }
                    }
                }
            }
            return -1;
        }
    }
}
