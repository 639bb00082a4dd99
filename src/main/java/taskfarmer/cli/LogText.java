package taskfarmer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import taskfarmer.store.Storage;

/** The bytes of a log, as they are, from wherever they are wanted to the end that it has when they are read. */
final class LogText {
    private static final int CHUNK = 1 << 16;

    private LogText() {}

    /**
     * Copies what there is from a position on.
     *
     * @return the position of what may come later
     */
    static long copy(Storage.OpenFile log, long from, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long at = from;
        while (true) {
            ByteBuffer buffer = ByteBuffer.wrap(chunk);
            log.read(buffer, at);
            out.write(chunk, 0, buffer.position());
            at += buffer.position();
            if (buffer.hasRemaining()) {
                return at;
            }
        }
    }

    /** Returns where the last so many lines begin; one that has no line feed yet counts. */
    static long lastLines(Storage.OpenFile log, int lines) throws IOException {
        long end = log.size();
        if (lines == 0) {
            return end;
        }
        byte[] chunk = new byte[CHUNK];
        int found = 0;
        long before = end - 1; // the line feed at the very end begins no line
        while (before > 0) {
            int length = (int) Math.min(chunk.length, before);
            log.read(ByteBuffer.wrap(chunk, 0, length), before - length);
            for (int i = length - 1; i >= 0; i--) {
                if (chunk[i] == '\n' && ++found == lines) {
                    return before - length + i + 1;
                }
            }
            before -= length;
        }
        return 0;
    }
}
