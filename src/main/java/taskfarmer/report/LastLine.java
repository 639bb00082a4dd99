package taskfarmer.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import taskfarmer.history.LogEnd;
import taskfarmer.store.Storage;

/** The last line of a log in which there is anything. */
final class LastLine {
    private LastLine() {}

    /** Returns it; nothing if there is no such file, it cannot be read, or there is nothing near its end. */
    static Optional<String> of(Storage storage, Path log) {
        return in(new String(LogEnd.of(storage, log), StandardCharsets.UTF_8));
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
