package taskfarmer.host;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A line of text with its checksum at the end, in a block of fixed size; or nothing, which is a block of line feeds.
 *
 * <p>Of a write that did not come to its end, the checksum shows it.
 */
final class Block {
    static final int SIZE = 1024;

    private static final int SEAL = 10; // a blank, eight digits and a line feed
    private static final int RADIX = 16;

    private Block() {}

    static boolean hasRoomFor(String text) {
        return text.length() <= SIZE - SEAL;
    }

    /** Returns the block of a text, bytes as characters; of the empty text, nothing. */
    static byte[] of(String text) {
        byte[] line =
                text.isEmpty() ? new byte[0] : (text + ' ' + seal(text) + '\n').getBytes(StandardCharsets.ISO_8859_1);
        byte[] block = Arrays.copyOf(line, SIZE);
        Arrays.fill(block, line.length, SIZE, (byte) '\n');
        return block;
    }

    /** Returns whether there is nothing in a block. */
    static boolean isFree(byte[] bytes, int at) {
        return bytes[at] == '\n';
    }

    /** Returns the text of a block; nothing if it is not as it was written. */
    static Optional<String> text(byte[] bytes, int at) {
        int end = at;
        while (end < at + SIZE && bytes[end] != '\n') {
            end++;
        }
        int length = end - at - SEAL + 1;
        if (end == at + SIZE || length < 1) {
            return Optional.empty();
        }
        String text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
        String sealed = new String(bytes, at + length + 1, SEAL - 2, StandardCharsets.ISO_8859_1);
        return seal(text).equals(sealed) ? Optional.of(text) : Optional.empty();
    }

    private static String seal(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        String digits = Long.toString(crc.getValue(), RADIX);
        return "0".repeat(SEAL - 2 - digits.length()) + digits;
    }
}
