package taskfarmer.view;

import java.io.IOException;
import java.nio.file.Path;
import taskfarmer.model.NativeText;
import taskfarmer.store.Storage;

/** A small file that others may write as well, from other nodes, each under a temporary name of its own. */
final class ReplacedFile {
    private final Storage storage;
    private final Path path;
    private final Path draft;

    ReplacedFile(Storage storage, Path path) {
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
