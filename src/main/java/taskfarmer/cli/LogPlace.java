package taskfarmer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import taskfarmer.model.LogMark;
import taskfarmer.store.Storage;

/**
 * How far a reader has come in a log that grows, and that may be cut meanwhile ({@code --log-limit}).
 *
 * <p>What was read last shows whether that happened: it is not where it was. Then reading goes on behind the place where it is now, or,
 * if that was cut away, with the line that says so.
 */
final class LogPlace {
    private static final int CHUNK = 1 << 16;
    private static final int REMEMBERED = 256;

    private long position;
    private byte[] last = new byte[0];

    /** Returns the place at a position. */
    LogPlace(long position) {
        this.position = position;
    }

    /** Copies what is new in a log. */
    void copy(Storage.OpenFile log, OutputStream out) throws IOException {
        if (!isThere(log, position - last.length)) {
            position = newPlace(log);
        }
        Remembering remembering = new Remembering(out);
        position = LogText.copy(log, position, remembering);
        last = remembering.last;
    }

    private boolean isThere(Storage.OpenFile log, long at) throws IOException {
        return Arrays.equals(read(log, at, last.length), last);
    }

    private long newPlace(Storage.OpenFile log) throws IOException {
        long known = lastIndex(log, last);
        if (known >= 0) {
            return known + last.length;
        }
        long mark = lastIndex(log, LogMark.START.getBytes(StandardCharsets.US_ASCII));
        return mark >= 0 ? mark : position; // otherwise: whatever has been done to it
    }

    private static long lastIndex(Storage.OpenFile log, byte[] what) throws IOException {
        long size = log.size();
        for (long end = size; end > 0; end -= CHUNK) {
            long from = Math.max(0, end - CHUNK);
            int at = lastIndex(read(log, from, (int) Math.min(size - from, CHUNK + what.length)), what);
            if (at >= 0) {
                return from + at;
            }
        }
        return -1;
    }

    private static byte[] read(Storage.OpenFile log, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        log.read(bytes, at);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static int lastIndex(byte[] text, byte[] what) {
        for (int at = text.length - what.length; at >= 0; at--) {
            if (Arrays.equals(text, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }

    /** Remembers the last bytes that were written. */
    private final class Remembering extends OutputStream {
        private final OutputStream out;
        private byte[] last = LogPlace.this.last;

        Remembering(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            int count = Math.min(length, REMEMBERED);
            int before = Math.min(last.length, REMEMBERED - count);
            byte[] now = Arrays.copyOfRange(last, last.length - before, last.length + count);
            System.arraycopy(bytes, from + length - count, now, before, count);
            last = now;
        }
    }
}
