package taskfarmer.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/**
 * Numbers or bytes on their way into the page: packed by gzip and written in base64, in which nothing can be mistaken for
 * HTML.
 *
 * <p>A number is written in groups of seven bits, the lowest first; the eighth bit says that more follow. Signed numbers are
 * folded (0, -1, 1, -2, … become 0, 1, 2, 3, …), so that small ones are short.
 */
final class Column {
    private static final int BUFFER = 1 << 16;

    private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[BUFFER];
    private int length;
    private final GZIPOutputStream gzip;

    Column() throws IOException {
        gzip = new GZIPOutputStream(packed, BUFFER);
    }

    /** Adds a number from 0 on. */
    void add(long number) throws IOException {
        long rest = number;
        while (rest > 0x7f || rest < 0) {
            put((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        put((int) rest);
    }

    /** Adds a number that may be negative. */
    void addSigned(long number) throws IOException {
        add(number << 1 ^ number >> 63);
    }

    void add(byte[] bytes) throws IOException {
        flush();
        gzip.write(bytes);
    }

    private void put(int b) throws IOException {
        if (length == BUFFER) {
            flush();
        }
        buffer[length++] = (byte) b;
    }

    private void flush() throws IOException {
        gzip.write(buffer, 0, length);
        length = 0;
    }

    /** Ends the column and writes it. */
    void write(OutputStream out) throws IOException {
        flush();
        gzip.close();
        out.write(Base64.getEncoder().encode(packed.toByteArray()));
    }
}
