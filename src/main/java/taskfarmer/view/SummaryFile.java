package taskfarmer.view;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import taskfarmer.history.Excerpts;
import taskfarmer.history.Standing;
import taskfarmer.store.Storage;

/** A file that says how the farm stands, as {@code taskfarmer status --json} does: replaced as a whole, again and again. */
public final class SummaryFile {
    private final ReplacedFile file;

    /** Returns the file of this path, absolute. */
    public SummaryFile(Storage storage, Path path) {
        this.file = new ReplacedFile(storage, path);
    }

    /** Replaces it. */
    public void write(Standing standing, Excerpts excerpts) throws IOException {
        file.write(SummaryJson.text(standing, excerpts).getBytes(StandardCharsets.UTF_8));
    }
}
