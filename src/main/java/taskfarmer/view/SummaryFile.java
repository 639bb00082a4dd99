package taskfarmer.view;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import taskfarmer.history.Excerpts;
import taskfarmer.history.Standing;
import taskfarmer.model.NativeText;
import taskfarmer.store.Storage;

/** A file that says how the farm stands, as {@code taskfarmer status --json} does: replaced as a whole, again and again. */
public final class SummaryFile {
    private final Replaced file;

    /** Returns the file of this path, absolute. */
    public SummaryFile(Storage storage, Path path) {
        this.file = new Replaced(storage, path);
    }

    /** Replaces it. */
    public void write(Standing standing, Excerpts excerpts) throws IOException {
        file.write(SummaryJson.text(standing, excerpts).getBytes(StandardCharsets.UTF_8));
    }

    /** A small file that others may write as well, from other nodes, each under a temporary name of its own. */
    static final class Replaced {
        private final Storage storage;
        private final Path path;
        private final Path draft;

        Replaced(Storage storage, Path path) {
            this.storage = storage;
            this.path = path;
            // Not below another's name: two hosts may have a process of one PID. And not *.prom, which would be read.
            String own = Long.toHexString(System.nanoTime()) + "-"
                    + ProcessHandle.current().pid();
            this.draft = NativeText.withSuffix(path, "." + own + ".new");
        }

        void write(byte[] text) throws IOException {
            try (Draft next = new Draft(storage, draft)) {
                next.write(text, 0, text.length);
                next.publish(path);
            } catch (IOException e) {
                storage.delete(draft);
                throw e;
            }
        }
    }
}
