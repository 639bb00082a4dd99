package taskfarmer.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import taskfarmer.model.FarmException;

/**
 * Guards against files that others can write to: whoever can change a task list or an INI file runs commands as its user.
 *
 * <p>What everybody can write to is refused, a sticky bit on a directory notwithstanding. So is a file of another user
 * (other than root) in a directory that everybody can write to, as anybody could have put it there. What only a group can
 * write to is a warning, unless it is the owner's private group, which has the owner's name. Pipes and devices have no
 * contents that could be changed beforehand, and file systems without Unix permissions say nothing: both pass.
 */
public final class WriteAccess {
    private static final int GROUP_CAN_WRITE = 0020;
    private static final int OTHERS_CAN_WRITE = 0002;
    private static final String OPTION = "--allow-writable-by-others";

    private final boolean allow;
    private final int uid;
    private final Consumer<String> warnings;

    /**
     * Creates the guard.
     *
     * @param allow whether what would be refused is only warned of
     * @param uid the user ID that the program runs as
     * @param warnings takes warnings, each one a sentence
     */
    public WriteAccess(boolean allow, int uid, Consumer<String> warnings) {
        this.allow = allow;
        this.uid = uid;
        this.warnings = warnings;
    }

    /**
     * Checks a file or directory; one that does not exist, or that cannot be looked at, passes.
     *
     * @param path the path; symbolic links are followed
     * @param kind what it is, for messages: "task list", "INI file", "work directory"
     * @throws FarmException if others can write to it
     */
    public void check(Path path, String kind) {
        check(path, kind, FarmException::badInput);
    }

    /**
     * Checks the work directory as {@link #check} does other things; refused, it is a directory that cannot be trusted.
     *
     * @throws FarmException if others can write to it
     */
    public void checkWorkDirectory(Path path) {
        check(path, "work directory", FarmException::untrusted);
    }

    private void check(Path path, String kind, BiFunction<String, String, FarmException> refusal) {
        try {
            boolean regular = Files.isRegularFile(path);
            if (!regular && !Files.isDirectory(path)) {
                return;
            }
            int mode = mode(path);
            if ((mode & OTHERS_CAN_WRITE) != 0) {
                refuse(
                        "every user of this machine can write to the " + kind + " " + path,
                        "chmod o-w '" + path + "'",
                        refusal);
            } else if ((mode & GROUP_CAN_WRITE) != 0 && !isPrivateGroup(path)) {
                warnings.accept("the " + kind + " " + path + " can be written to by its group: chmod g-w '" + path
                        + "' if that is not intended");
            }
            if (regular) {
                checkOwner(path, kind, refusal);
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            // No Unix permissions to look at, or the file has just gone: whoever opens it says so.
        }
    }

    private void checkOwner(Path path, String kind, BiFunction<String, String, FarmException> refusal)
            throws IOException {
        int owner = (Integer) Files.getAttribute(path, "unix:uid");
        Path directory = path.toAbsolutePath().getParent();
        if (owner != uid && owner != 0 && directory != null && (mode(directory) & OTHERS_CAN_WRITE) != 0) {
            refuse(
                    "the " + kind + " " + path + " belongs to another user (UID " + owner
                            + "), in a directory that every user can write to",
                    "copy it to a directory of your own",
                    refusal);
        }
    }

    private void refuse(String what, String remedy, BiFunction<String, String, FarmException> refusal) {
        if (!allow) {
            throw refusal.apply(
                    what + ": whoever does so runs commands as you",
                    "Mend that (" + remedy + "), or, if it is meant to be so, use " + OPTION + ".");
        }
        warnings.accept(what + " (" + remedy + ")");
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode");
    }

    private static boolean isPrivateGroup(Path path) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
        return attributes.owner().getName().equals(attributes.group().getName());
    }
}
