package taskfarmer.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import taskfarmer.config.Environment;
import taskfarmer.model.FarmException;

/**
 * Where the files of a farm lie, or would lie if it were begun now; looking changes nothing.
 *
 * @param root the work directory, absolute; it need not exist
 * @param existing what is recorded there, if a farm was begun
 * @param locks the lock directory; as long as no farm was begun, the directory that it will be made in
 */
public record LockSite(Path root, Optional<WorkDirectory> existing, Path locks) {

    /**
     * Returns the site of a work directory.
     *
     * @throws FarmException if {@code SCRATCH} is none, or the work directory is damaged or was written by a newer program
     */
    public static LockSite of(Storage storage, Path root, Environment environment) throws IOException {
        Path id = root.resolve("farm").resolve("id");
        if (Files.exists(id)) {
            WorkDirectory begun = WorkDirectory.read(storage, root, id);
            return new LockSite(root, Optional.of(begun), begun.locks());
        }
        Path chosen = LockDirectory.choose(environment, "new", root);
        Path own = chosen.equals(root) ? null : chosen.getParent();
        Path scratch = own == null ? null : own.getParent();
        return new LockSite(root, Optional.empty(), scratch == null ? root : scratch);
    }

    /** Returns a site whose locks lie in the work directory. */
    public static LockSite within(Path root) {
        return new LockSite(root, Optional.empty(), root);
    }

    /** Returns where trials of locks can be made: the lock directory, or the nearest directory above that exists. */
    public Path locksBase() {
        return nearest(locks);
    }

    /** Returns where trials of files can be made: the work directory, or the nearest directory above that exists. */
    public Path rootBase() {
        return nearest(root);
    }

    private static Path nearest(Path path) {
        Path directory = path.toAbsolutePath();
        while (!Files.isDirectory(directory) && directory.getParent() != null) {
            directory = directory.getParent();
        }
        return directory;
    }

    /**
     * Makes a directory for trials, as private as a lock directory is; one of the user's own that is there already is
     * taken.
     *
     * @throws FarmException if it is somebody else's, or the file system does not keep it private
     */
    public static Path trial(Storage storage, Path base, String name, int uid) throws IOException {
        Path path = base.resolve(".taskfarmer-doctor-" + uid + "-" + name);
        try {
            storage.createDirectory(path, true);
        } catch (FileAlreadyExistsException e) {
            // of an earlier trial
        } catch (NoSuchFileException e) {
            throw FarmException.untrusted(
                    "no directory can be made in " + base, "Name a directory that you can write to.", e);
        }
        Sight.of(storage, () -> LockDirectory.open(storage, path, uid)); // looks whether it is as it was to be
        return path;
    }

    /** Removes a directory for trials with all files in it, as far as that is possible. */
    public static void remove(Storage storage, Path trial) {
        try {
            for (Path file : storage.list(trial)) {
                storage.delete(file);
            }
            storage.delete(trial);
        } catch (IOException e) {
            // It is gone, or another trial has just written there and will remove it.
        }
    }
}
