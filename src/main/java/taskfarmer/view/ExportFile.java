package taskfarmer.view;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.Failures;
import taskfarmer.store.Storage;

/** A file that somebody wants something written to: whole or not at all, unless it is a pipe or a device. */
public final class ExportFile {
    private static final int BUFFER = 1 << 16;

    private final Storage storage;
    private final Path path;
    private final String shown;

    /** What is written. */
    public interface Content {
        /** Writes it and returns how many lines that are. */
        int write(OutputStream out) throws IOException, InterruptedException;
    }

    private ExportFile(Storage storage, Path path, String shown) {
        this.storage = storage;
        this.path = path;
        this.shown = shown;
    }

    /**
     * Returns a file that may be there already.
     *
     * @param path its path, absolute; of a link, what it leads to is meant
     * @param shown its name, for messages
     * @throws FarmException if it is a directory or there is no directory to put it into
     */
    public static ExportFile at(Storage storage, Path path, String shown) throws IOException {
        if (Files.isDirectory(path)) {
            throw FarmException.badInput(shown + " is a directory", "Name a file in it.");
        }
        Path target = Files.isRegularFile(path) ? path.toRealPath() : path;
        Path parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw FarmException.badInput(
                    shown + " cannot be written: there is no directory of that name", "Make that directory first.");
        }
        return new ExportFile(storage, target, shown);
    }

    /**
     * Writes it, and returns what the content returns.
     *
     * @throws FarmException if it cannot be written; then a regular file is as it was before
     */
    public int write(Content content) throws InterruptedException {
        try {
            return writeNow(content);
        } catch (IOException e) {
            throw FarmException.untrusted(
                    shown + " could not be written: " + Failures.describe(e),
                    "Make space, or name another file with -o.",
                    e);
        }
    }

    private int writeNow(Content content) throws IOException, InterruptedException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            try (OutputStream out = new BufferedOutputStream(open(), BUFFER)) {
                return content.write(out);
            }
        }
        Path aside = NativeText.withSuffix(path, "." + ProcessHandle.current().pid() + ".new");
        try (Draft draft = draft(aside)) {
            int lines = content.write(draft);
            draft.publish(path);
            return lines;
        } finally {
            storage.delete(aside); // if it is still there
        }
    }

    private OutputStream open() throws IOException {
        try {
            return Files.newOutputStream(path, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private Draft draft(Path aside) {
        try {
            return new Draft(storage, aside);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private FarmException unwritable(IOException e) {
        return FarmException.badInput(
                shown + " cannot be written: " + Failures.describe(e), "Name another file with -o.", e);
    }
}
