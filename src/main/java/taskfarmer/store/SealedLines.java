package taskfarmer.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An open file of which the last {@linkplain SealedLine line} counts. Each is written behind the one before, although only one
 * is ever needed: clients of network file systems keep what they read of a file, and notice at once that it has become longer,
 * but not that other bytes stand in the same place. (FUSE, and so GlusterFS, may show old bytes for as long as size and time
 * of the file seem to be the same; for NFS see "Data And Metadata Coherence" in {@code nfs(5)}.)
 *
 * <p>Whoever writes has read before, and nobody else writes in between.
 */
final class SealedLines {
    /** Where the file starts anew: 16 MiB. */
    private static final long MOST = 1L << 24;

    private final Storage.OpenFile file;
    private long end;

    SealedLines(Storage.OpenFile file) {
        this.file = file;
    }

    /** Returns the last line, or null if there is none that can be trusted. */
    @Nullable
    String last() throws IOException {
        long size = file.size();
        end = size - size % SealedLine.SIZE; // of a write that ended half-way
        String line = null;
        for (long at = end - SealedLine.SIZE;
                line == null && at >= 0 && at > end - 3L * SealedLine.SIZE;
                at -= SealedLine.SIZE) {
            byte[] block = new byte[SealedLine.SIZE];
            file.read(ByteBuffer.wrap(block), at);
            line = SealedLine.decode(block);
        }
        return line;
    }

    /** Writes a line that is the last one from now on. */
    void write(String line) throws IOException {
        if (end < MOST) {
            file.write(SealedLine.encode(line), end);
            end += SealedLine.SIZE;
        } else {
            // If this ends between the two, the line before is the last one again, as if nothing had been written.
            file.write(SealedLine.encode(line), 0);
            file.truncate(SealedLine.SIZE);
            end = SealedLine.SIZE;
        }
    }
}
