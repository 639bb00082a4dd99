package taskfarmer.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import taskfarmer.store.Storage;

/** The last line of a log in which there is anything. */
final class LastLine {
    private static final int MOST = 4096;

    private LastLine() {}

    /** Returns it; nothing if there is no such file, it cannot be read, or it ends with {@value #MOST} bytes of nothing. */
    static Optional<String> of(Storage storage, Path log) {
        if (!Files.isRegularFile(log)) {
            return Optional.empty();
        }
        try (Storage.OpenFile file = storage.open(log, Storage.Mode.READ)) {
            long size = file.size();
            ByteBuffer end = ByteBuffer.allocate((int) Math.min(MOST, size));
            file.read(end, size - end.capacity());
            return in(new String(end.array(), 0, end.position(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the last line of a text. A carriage return ends a line, too: progress bars are drawn so. */
    static Optional<String> in(String text) {
        String[] lines = text.split("[\r\n]", -1);
        for (int i = lines.length - 1; i >= 0; i--) {
            String line = Similar.plain(lines[i]);
            if (!line.isEmpty()) {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }
}
