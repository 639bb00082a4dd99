package taskfarmer.model;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A directory that farmers on several nodes may be making at the same moment. */
public final class SharedDirectory {
    private static final int TRIES = 20;
    private static final long PAUSE_MILLIS = 100;

    private SharedDirectory() {}

    /** How a directory and those above it are made. */
    interface Maker {
        /** Makes them, as {@link Files#createDirectories} does. */
        void make(Path path) throws IOException;
    }

    /**
     * Makes a directory and those above it, as far as they are not there.
     *
     * <p>On a network file system, one that another node has just made may be in the way of making it and not be there, both at
     * once, for a moment: then it is tried again, for about two seconds.
     */
    public static void make(Path path) throws IOException {
        make(path, Files::createDirectories, PAUSE_MILLIS);
    }

    static void make(Path path, Maker maker, long pauseMillis) throws IOException {
        for (int tries = 1; !isMade(path, maker, tries == TRIES); tries++) {
            try {
                TimeUnit.MILLISECONDS.sleep(pauseMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while making the directory " + path, e);
            }
        }
    }

    private static boolean isMade(Path path, Maker maker, boolean last) throws IOException {
        try {
            maker.make(path);
            return true;
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            if (last || isBarred(path)) {
                throw e;
            }
            return false;
        }
    }

    /** Returns whether something else than a directory is in the way. */
    private static boolean isBarred(Path path) {
        for (Path part = path; part != null; part = part.getParent()) {
            if (Files.exists(part, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(part)) {
                return true;
            }
        }
        return false;
    }
}
