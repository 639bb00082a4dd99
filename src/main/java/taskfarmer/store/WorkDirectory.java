package taskfarmer.store;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import taskfarmer.config.Environment;
import taskfarmer.model.FarmException;
import taskfarmer.model.LogName;
import taskfarmer.model.NativeText;

/**
 * The directory in which a farm keeps everything: the names in it, and the two facts that never change after it was
 * made, its random ID and where its locks lie.
 *
 * @param root the directory, absolute
 * @param id its ID, 16 hexadecimal digits
 * @param locks its lock directory, absolute
 */
public record WorkDirectory(Path root, String id, Path locks) {
    /** What the name of a work directory has after that of its task list, unless it was given another name. */
    public static final String SUFFIX = "_workdir";

    /** The version of the files' format that this program reads and writes. */
    static final int VERSION = 1;

    private static final int LARGEST_ID_FILE = 65536;
    private static final int LOGS_PER_DIRECTORY = 1000;

    /**
     * Opens the work directory, which is made if there is none, and so is the directory of logs in it. Two farmers that make it
     * together agree on one.
     */
    public static WorkDirectory open(Storage storage, Path root, Environment environment) throws IOException {
        Path name = Sight.of(storage, () -> make(storage, root, environment));
        return read(storage, root, name);
    }

    /**
     * Returns a work directory in which a farm was begun; nothing is made or changed.
     *
     * @param shown its name, for messages
     * @throws FarmException if there is none, or another version of the program has made it
     */
    public static WorkDirectory existing(Storage storage, Path root, String shown) throws IOException {
        Path name = root.resolve("farm").resolve("id");
        if (!Files.isDirectory(root)) {
            throw FarmException.badInput(
                    "there is no work directory " + shown,
                    "Name the task list of a farm that was begun, or its work directory.");
        } else if (!Files.exists(name)) {
            boolean foreign = Adoption.isLeftIn(root);
            throw FarmException.badInput(
                    shown + (foreign ? " is a work directory of PyTaskFarmer" : " is not a work directory")
                            + ": it has no farm/id",
                    foreign
                            ? "Run its list with taskfarmer: that takes it over with all that it holds."
                            : "Name the task list of a farm that was begun, or its work directory.");
        }
        try {
            return read(storage, root, name);
        } catch (FarmException e) {
            throw FarmException.badInput(e.getMessage(), e.remedy(), e);
        }
    }

    /**
     * Makes sure that a work directory can be opened or made at a path, as far as can be seen without doing it.
     *
     * @throws FarmException if it cannot
     */
    public static void check(Path root, Environment environment) throws IOException {
        Path parent = root.getParent();
        if (Files.exists(root, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(root)) {
            throw noDirectory(root, null);
        } else if (Files.isDirectory(root)) {
            checkOwner(root, environment);
        } else if (parent != null && !Files.isDirectory(parent)) {
            throw noParent(root, null);
        }
    }

    private static FarmException noDirectory(Path root, @Nullable IOException cause) {
        return FarmException.badInput(
                "the work directory " + root + " is not a directory", "Name another with --workdir.", cause);
    }

    private static FarmException noDirectoryWithin(Path directory, IOException cause) {
        return FarmException.badInput(
                directory + " is not a directory, and is to be one of the work directory's own",
                "Move it away, or name another work directory with --workdir.",
                cause);
    }

    private static FarmException noParent(Path root, @Nullable IOException cause) {
        String parent = root.getParent() + (Files.exists(root.getParent()) ? " is no directory" : " does not exist");
        return FarmException.badInput(
                "the work directory " + root + " cannot be made: " + parent,
                "Make that directory first, or name another with --workdir.",
                cause);
    }

    private static void checkOwner(Path root, Environment environment) throws IOException {
        Object owner = Files.getAttribute(root, "unix:uid");
        if (!owner.equals(environment.uid())) {
            throw FarmException.untrusted(
                    "the work directory " + root + " belongs to another user (" + Files.getOwner(root) + ")",
                    "A work directory is used by one user only: name one of your own with --workdir.");
        }
    }

    /** Makes of it what is missing, and returns the name of its ID file. */
    private static Path make(Storage storage, Path root, Environment environment) throws IOException {
        make(storage, null, root);
        checkOwner(root, environment);
        make(storage, root, root.resolve("farm"));
        Path name = root.resolve("farm").resolve("id");
        if (storage.identity(name).isEmpty()) {
            found(storage, root, name, environment);
        }
        make(storage, root, root.resolve("logs"));
        return name;
    }

    /** Makes a directory if it is not there; {@code above} is the one that it lies in, if that is known to be there. */
    private static void make(Storage storage, @Nullable Path above, Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        try {
            storage.createDirectory(directory, false);
        } catch (FileAlreadyExistsException e) {
            if (!isDirectory(directory, e)) {
                throw above == null ? noDirectory(directory, e) : noDirectoryWithin(directory, e);
            }
        } catch (NoSuchFileException e) {
            if (above != null) {
                throw Failures.stale(above, e);
            }
            throw noParent(directory, e);
        } catch (FileSystemException e) {
            Path parent = directory.getParent();
            if (above == null && parent != null && Files.exists(parent) && !Files.isDirectory(parent)) {
                throw noParent(directory, e);
            }
            throw e;
        }
    }

    /** Looks once: between two looks, what another farmer has just made may come into sight. */
    private static boolean isDirectory(Path path, IOException exists) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
        } catch (IOException e) {
            if (Files.isSymbolicLink(path)) {
                return false;
            }
            throw Failures.stale(path, exists);
        }
    }

    /** Writes the ID file under a name of its own and links it into place, which only one farmer can succeed in. */
    private static void found(Storage storage, Path root, Path name, Environment environment) throws IOException {
        String id = randomId();
        Path inside = root.resolve("farm").resolve("locks");
        Path locks = LockDirectory.choose(environment, id, inside);
        LockDirectory lockDirectory = LockDirectory.open(storage, locks, environment.uid());
        lockDirectory.found();
        String where = locks.equals(inside) ? "farm/locks" : NativeText.text(locks);
        Path draft = root.resolve("farm").resolve("id." + id);
        byte[] text = NativeText.bytes("taskfarmer " + VERSION + "\nid " + id + "\nlocks " + where + "\n");
        writeNew(storage, draft, text);
        try {
            storage.link(draft, name);
        } catch (FileAlreadyExistsException e) {
            if (!locks.equals(inside)) {
                lockDirectory.abandon(); // ours is not needed: another farmer was faster
            }
        } catch (UnsupportedOperationException | IOException e) {
            // No hard links here, or the link was made and the answer got lost (NFS).
            writeUnlessThere(storage, name, text);
        }
        storage.delete(draft);
    }

    private static void writeUnlessThere(Storage storage, Path name, byte[] text) throws IOException {
        try {
            if (storage.identity(name).isEmpty()) {
                writeNew(storage, name, text);
            }
        } catch (FileAlreadyExistsException e) {
            // another farmer was faster
        }
    }

    private static void writeNew(Storage storage, Path name, byte[] text) throws IOException {
        try (Storage.OpenFile file = storage.open(name, Storage.Mode.NEW)) {
            file.write(ByteBuffer.wrap(text), 0);
            file.force();
        }
    }

    /** Reads the ID file, which is known to be there; where there are no hard links, it may be being written just now. */
    static WorkDirectory read(Storage storage, Path root, Path name) throws IOException {
        String version = "";
        String id = "";
        String locks = "";
        String text =
                Sight.until(storage, seen -> seen.endsWith("\n"), () -> Sight.of(storage, () -> text(storage, name)));
        for (String line : text.split("\n", -1)) {
            int space = line.indexOf(' ');
            String value = line.substring(space + 1);
            switch (line.substring(0, Math.max(space, 0))) {
                case "taskfarmer" -> version = value;
                case "id" -> id = value;
                case "locks" -> locks = value;
                default -> {} // newer programs may say more
            }
        }
        if (!version.isEmpty() && !version.equals(Integer.toString(VERSION))) {
            throw newer(name.toString(), version);
        }
        if (version.isEmpty() || id.isEmpty() || locks.isEmpty()) {
            throw FarmException.untrusted(
                    "the file " + name + " is damaged", "Restore it from a snapshot or backup; nothing was changed.");
        }
        return new WorkDirectory(root, id, NativeText.path(root, locks));
    }

    static FarmException newer(String file, String version) {
        return FarmException.untrusted(
                "the work directory was written in format version '" + version + "' (" + file + "), this program knows "
                        + VERSION,
                "Use the version of taskfarmer that it was begun with, or a newer one; nothing was changed.");
    }

    private static String text(Storage storage, Path name) throws IOException {
        try (Storage.OpenFile file = storage.open(name, Storage.Mode.READ)) {
            byte[] bytes = new byte[(int) Math.min(file.size(), LARGEST_ID_FILE)];
            file.read(ByteBuffer.wrap(bytes), 0);
            return NativeText.text(bytes);
        }
    }

    private static String randomId() throws IOException {
        // Straight from the kernel: starting a SecureRandom takes longer than all the rest of a farm's start.
        try (InputStream random = Files.newInputStream(Path.of("/dev/urandom"))) {
            String digits = Long.toHexString(new DataInputStream(random).readLong());
            return "0000000000000000".substring(digits.length()) + digits;
        }
    }

    /** Returns the journal. */
    public Path journal() {
        return root.resolve("farm").resolve("journal");
    }

    /** Returns the frozen tasks. */
    Path tasks() {
        return root.resolve("farm").resolve("tasks");
    }

    /** Returns the directory of the tasks' logs. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** Returns the directory that a task may have made for itself. */
    public Path freshDirectory(int task) {
        return root.resolve("dirs")
                .resolve(Integer.toString(task / LOGS_PER_DIRECTORY))
                .resolve(Integer.toString(task));
    }

    /** Returns one of the views by its name. */
    public Path view(String name) {
        return root.resolve(name);
    }

    /** Returns the log of a task's latest attempt. */
    public Path log(int task) {
        return logs().resolve(LogName.of(task));
    }

    /** Returns where the log of an earlier attempt is kept. */
    public Path log(int task, int attempt) {
        return logs().resolve(LogName.of(task, attempt));
    }
}
