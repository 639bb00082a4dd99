package taskfarmer.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import taskfarmer.store.Storage;

/** The end of a log, which is all that is read of it: it may be huge. */
public final class LogEnd {
    private static final int MOST = 4096;

    private LogEnd() {}

    /** Returns the last bytes, at most 4096; none if there is no such file, it is none (a pipe would keep us waiting), or it cannot be read. */
    public static byte[] of(Storage storage, Path log) {
        if (!Files.isRegularFile(log)) {
            return new byte[0];
        }
        try (Storage.OpenFile file = storage.open(log, Storage.Mode.READ)) {
            long size = file.size();
            byte[] end = new byte[(int) Math.min(size, MOST)];
            ByteBuffer buffer = ByteBuffer.wrap(end);
            file.read(buffer, size - end.length);
            return Arrays.copyOf(end, buffer.position());
        } catch (IOException e) {
            return new byte[0]; // no reason to show nothing else
        }
    }
}
