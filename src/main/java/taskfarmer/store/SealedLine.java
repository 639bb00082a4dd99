package taskfarmer.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A line of text with its checksum at the end, in a block of fixed size.
 *
 * <p>One write of a block this small is not torn by the death of the writer; should it be torn by the death of a disk,
 * the checksum shows it.
 */
final class SealedLine {
    static final int SIZE = 256;

    private SealedLine() {}

    static ByteBuffer encode(String text) {
        byte[] line = (text + ' ' + OpText.hex(sum(text)) + '\n').getBytes(StandardCharsets.ISO_8859_1);
        byte[] block = Arrays.copyOf(line, SIZE);
        Arrays.fill(block, line.length, SIZE, (byte) '\n');
        return ByteBuffer.wrap(block);
    }

    /** Returns the text, or null if the block does not hold one as it was written. */
    static @Nullable String decode(byte[] block) {
        String text = new String(block, StandardCharsets.ISO_8859_1);
        int seal = text.indexOf('\n') - 9;
        if (seal < 0 || text.charAt(seal) != ' ') {
            return null;
        }
        String line = text.substring(0, seal);
        return text.substring(seal + 1, seal + 9).equals(OpText.hex(sum(line))) ? line : null;
    }

    private static int sum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return (int) crc.getValue();
    }
}
