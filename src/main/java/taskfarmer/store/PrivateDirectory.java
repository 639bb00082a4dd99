package taskfarmer.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import taskfarmer.model.FarmException;

/**
 * A directory that nobody but its owner can write to: where others can write as well, as in a scratch directory or
 * {@code /tmp}, predictable names invite their links.
 */
public final class PrivateDirectory {
    private PrivateDirectory() {}

    /**
     * Makes a directory if it is not there yet; the one above it must be.
     *
     * @param what it is, for people: {@code the lock directory}
     * @throws FarmException if something else is there, or somebody else could write to it
     */
    public static void make(Storage storage, Path path, int uid, String what) throws IOException {
        try {
            storage.createDirectory(path, true);
        } catch (FileAlreadyExistsException e) {
            PosixFileAttributes found =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            boolean open = found.permissions().contains(PosixFilePermission.GROUP_WRITE)
                    || found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
            if (!found.isDirectory() || !owner.equals(uid) || open) {
                throw FarmException.untrusted(
                        what + " " + path + " is not a directory that only you can write to",
                        "Somebody else may have put it there. Look at it (ls -ld " + path
                                + "), then remove it or make it" + " yours alone (chmod 700).");
            }
        }
    }
}
