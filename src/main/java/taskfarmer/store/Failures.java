package taskfarmer.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import taskfarmer.model.FarmException;

/** Says in words for people what went wrong with a file. */
public final class Failures {
    /** ENOTCONN, EBADFD (both GlusterFS), ESTALE, ETIMEDOUT, EHOSTDOWN (NFS), ESHUTDOWN (Lustre). */
    private static final List<String> PASSING = List.of(
            "Transport endpoint is not connected",
            "File descriptor in bad state",
            "Stale file handle",
            "Connection timed out",
            "Host is down",
            "Cannot send after transport endpoint shutdown");

    private Failures() {}

    /** Returns the problem that an exception means for the farm: exit status 3. */
    public static FarmException untrusted(IOException e) {
        return FarmException.untrusted(describe(e), remedy(describe(e)), e);
    }

    /** Returns what happened to which file, in one clause. */
    public static String describe(IOException e) {
        if (e instanceof FileSystemException problem && problem.getFile() != null) {
            String reason = problem.getReason() != null ? problem.getReason() : nameless(problem);
            return problem.getFile() + ": " + reason;
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /**
     * Returns whether the file system may be well again in a moment: its server is not to be reached. The words are those of
     * {@code strerror(3)}, which is all that Java tells; programs do not translate them unless they ask for it, and the JVM
     * does not.
     */
    public static boolean mayPass(IOException e) {
        return mayPass(String.valueOf(e.getMessage()));
    }

    /** Returns the same of a message. */
    public static boolean mayPass(String message) {
        return PASSING.stream().anyMatch(message::contains);
    }

    private static String nameless(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "it does not exist";
        }
        return e instanceof AccessDeniedException
                ? "permission denied"
                : e.getClass().getSimpleName();
    }

    private static String remedy(String message) {
        if (message.contains("No space") || message.contains("quota")) {
            return "Make space (or have the quota raised), then start again: the farm goes on where it was. Tasks that failed"
                    + " just before may have failed for that reason.";
        }
        if (message.contains("Read-only") || message.contains("permission denied")) {
            return "Name a work directory that you can write to, with --workdir.";
        }
        return "Nothing that was recorded is lost. When it is mended, start again: the farm goes on where it was.";
    }

    /** Returns that this node's view of a file contradicts itself, which passes. */
    static FileSystemException stale(Path path, IOException cause) {
        FileSystemException stale = new FileSystemException(path.toString(), null, "Stale file handle");
        stale.initCause(cause);
        return stale;
    }

    /** Returns the exception with the file's name, which channels do not know. */
    static FileSystemException named(Path path, IOException e) {
        if (e instanceof FileSystemException known) {
            return known;
        }
        FileSystemException named = new FileSystemException(path.toString(), null, e.getMessage());
        named.initCause(e);
        return named;
    }
}
