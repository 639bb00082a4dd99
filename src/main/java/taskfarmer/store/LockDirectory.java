package taskfarmer.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import taskfarmer.config.Environment;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;

/**
 * The directory of a farm's locks: the file {@code lock}, and a file {@code farmer-N} for each farmer that is there.
 *
 * <p>It lies apart from the work directory because the file system of a task list may have no locks. It is private to
 * its owner: in a shared scratch directory, predictable names invite the links of others.
 */
final class LockDirectory {
    private final Storage storage;
    private final Path path;

    private LockDirectory(Storage storage, Path path) {
        this.storage = storage;
        this.path = path;
    }

    /**
     * Returns where the locks of a new work directory are to lie: below {@code SCRATCH}, or else in the work directory.
     *
     * <p>Never below {@code TMPDIR} or {@code /tmp}: those are different ones on each node.
     */
    static Path choose(Environment environment, String id, Path inWorkDirectory) {
        String scratch = environment.variable("SCRATCH").orElse("");
        if (scratch.isEmpty()) {
            return inWorkDirectory;
        }
        Path directory = NativeText.path(environment.workingDirectory(), scratch);
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw FarmException.untrusted(
                    "SCRATCH is set to " + scratch + ", which is "
                            + (Files.isDirectory(directory) ? "not writable" : "no directory"),
                    "Correct SCRATCH, or unset it: then the locks lie in the work directory.");
        }
        return directory.resolve(".taskfarmer-" + environment.uid()).resolve(id);
    }

    /**
     * Opens the lock directory, which the founder of the work directory has made. Where it is missing, this is another
     * directory than the founder's, or it was removed: it is made again only if nobody can be there who uses the other.
     */
    static LockDirectory ofFarm(
            Storage storage, WorkDirectory directory, Identity self, int uid, Consumer<String> notices)
            throws IOException {
        boolean apart = !directory.locks().startsWith(directory.root());
        boolean missing = apart && !Sight.until(storage, there -> there, () -> isSeen(storage, directory.locks()));
        if (missing) {
            State state = Ledger.read(storage, directory);
            boolean alone = !state.id().isEmpty();
            for (State.Farmer peer : Neighbours.of(state, 0)) {
                Identity other = peer.joined().identity();
                alone &= self.seesPidsOf(other) && Identity.startOf(other.pid()) != other.started();
            }
            if (!alone) {
                Mount mount = Mount.of(directory.locks());
                throw FarmException.untrusted(
                        "the lock directory of this farm, " + directory.locks() + ", does not exist here on "
                                + self.place() + " (" + mount.describe()
                                + "), and other farmers may be using it elsewhere",
                        mount.lockCure()
                                + " Or was it removed, by a job that cleans scratch space? Then make sure that no"
                                + " farmer of this list runs anywhere, and: mkdir -p -m 700 " + directory.locks());
            }
        }
        LockDirectory opened = reopen(storage, directory.locks(), uid);
        if (missing) {
            notices.accept(
                    "the lock directory " + directory.locks() + " was gone; nobody is at work, so it was made again");
        }
        return opened;
    }

    /** Whatever keeps this node from looking, short of a server that is away, keeps it from sharing the directory as well. */
    private static boolean isSeen(Storage storage, Path path) throws IOException {
        try {
            return storage.identity(path).isPresent();
        } catch (FileSystemException e) {
            if (Failures.mayPass(e)) {
                throw e;
            }
            return false;
        }
    }

    private static LockDirectory reopen(Storage storage, Path path, int uid) throws IOException {
        try {
            return Sight.of(storage, () -> open(storage, path, uid));
        } catch (NoSuchFileException e) {
            throw FarmException.untrusted(
                    "the lock directory of this farm, " + path + ", is gone, and so is the directory above it",
                    "Was it on a scratch file system that is cleaned? Make sure that no farmer of this list runs, then:"
                            + " mkdir -p " + path.getParent(),
                    e);
        }
    }

    /**
     * Returns the lock directory, made if it is not there yet.
     *
     * @throws NoSuchFileException if the directory above it, or what another farmer has just made, is out of {@linkplain Sight sight}
     */
    static LockDirectory open(Storage storage, Path path, int uid) throws IOException {
        Path parent = path.getParent();
        if (parent != null
                && parent.getFileName() != null
                && parent.getFileName().toString().startsWith(".taskfarmer-")) {
            makeSecret(storage, parent, uid);
        }
        makeSecret(storage, path, uid);
        return new LockDirectory(storage, path);
    }

    private static void makeSecret(Storage storage, Path path, int uid) throws IOException {
        PrivateDirectory.make(storage, path, uid, "the lock directory");
    }

    Path path() {
        return path;
    }

    boolean hasLock() throws IOException {
        Path lock = path.resolve("lock");
        return Sight.until(storage, Optional::isPresent, () -> storage.identity(lock))
                .isPresent();
    }

    LockFile lock(Consumer<String> notices) throws IOException {
        return new LockFile(storage, path.resolve("lock"), 'w', notices); // for witness
    }

    /** Makes the lock file of a new work directory; it is never empty, so that nobody can take an old copy for a new file. */
    void found() throws IOException {
        try (Storage.OpenFile lock = storage.open(path.resolve("lock"), Storage.Mode.CREATE)) {
            new SealedLines(lock).write(Witness.OF_NOTHING.line());
        }
    }

    /** Removes what {@link #found} has made, because another founder was faster. */
    void abandon() throws IOException {
        storage.delete(path.resolve("lock"));
        storage.delete(path);
    }

    /** Returns the lock under which the views are written. */
    LockFile viewLock(Consumer<String> notices) throws IOException {
        return new LockFile(storage, path.resolve("views"), 'v', notices); // for views
    }

    /** Makes the file of a farmer and takes the lock that it keeps for life. */
    Heartbeat enter(int farmer, String name) throws IOException {
        return Sight.of(storage, () -> new Heartbeat(storage, farmerFile(farmer), name));
    }

    /** Looks at the file of another farmer. */
    Heartbeat.Pulse pulse(int farmer) throws IOException {
        return Heartbeat.look(storage, farmerFile(farmer));
    }

    /** Removes the file of a farmer that is not there any more. */
    void remove(int farmer) throws IOException {
        storage.delete(farmerFile(farmer));
    }

    /** Returns whether any farmer but this one holds the lock of its life. */
    boolean isAnyHeldBut(int self) throws IOException {
        for (Path entry : storage.list(path)) {
            String name = entry.getFileName().toString();
            if (name.startsWith("farmer-")
                    && !name.equals("farmer-" + self)
                    && !Heartbeat.look(storage, entry).free()) {
                return true;
            }
        }
        return false;
    }

    private Path farmerFile(int farmer) {
        return path.resolve("farmer-" + farmer);
    }
}
