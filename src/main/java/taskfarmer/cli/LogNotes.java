package taskfarmer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;
import taskfarmer.process.Logs;

/** The file beside the logs that says why some are not there: for who looks into the directory, and for {@code logs}. */
final class LogNotes {
    private static final String NAME = "README";

    private LogNotes() {}

    /** Notes that a farmer does not keep all logs, unless that is noted already. */
    static void add(Path logs, Logs.Keep keep) throws IOException {
        if (keep != Logs.Keep.KEEP && !of(logs).contains(keep)) {
            String note = option(keep)
                    + (keep == Logs.Keep.NONE
                            ? ": what tasks print is thrown away; an empty log is that of a task that runs or is to run again\n"
                            : ": the logs of tasks that ended well are removed\n");
            String line = "A farmer was started with " + note;
            try {
                Files.writeString(logs.resolve(NAME), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (FileAlreadyExistsException e) {
                append(logs.resolve(NAME), line);
            }
        }
    }

    /** On GlusterFS, a file that a farmer on another node has just made is not always one that can be opened or made. */
    private static void append(Path file, String line) throws IOException {
        try {
            Files.writeString(file, line, StandardOpenOption.APPEND);
        } catch (NoSuchFileException e) {
            // Farmers that are started together are started alike, and the other one says the same.
        }
    }

    /** Returns which logs farmers have kept here that did not keep all. */
    static Set<Logs.Keep> of(Path logs) {
        EnumSet<Logs.Keep> found = EnumSet.noneOf(Logs.Keep.class);
        try {
            String text = Files.readString(logs.resolve(NAME), StandardCharsets.ISO_8859_1);
            for (Logs.Keep keep : EnumSet.of(Logs.Keep.FAILED, Logs.Keep.NONE)) {
                if (text.contains(option(keep) + ':')) {
                    found.add(keep);
                }
            }
        } catch (NoSuchFileException e) {
            // all are kept
        } catch (IOException e) {
            // then it is not said why one is missing
        }
        return found;
    }

    private static String option(Logs.Keep keep) {
        return "--logs " + keep.word();
    }
}
