package taskfarmer.farm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.io.file.PathUtils;
import taskfarmer.model.Attributes;
import taskfarmer.model.NativeText;
import taskfarmer.model.SharedDirectory;
import taskfarmer.store.WorkDirectory;

/** Where one attempt of a task runs: the directory that it starts in, and the files that it is to leave there. */
final class Workplace {
    private static final int FARM = 8; // of the digits of its ID: several farms may use a directory
    private static final String FRESH_DIRECTORY = "TASKFARMER_TASK_DIR";

    private final Attributes attributes;
    private final Path outside; // where it would start without a directory of its own
    private final Optional<Path> fresh;
    private final Path earlier; // where what an attempt before has left is kept

    private Workplace(Attributes attributes, Path outside, Optional<Path> fresh, Path earlier) {
        this.attributes = attributes;
        this.outside = outside;
        this.fresh = fresh;
        this.earlier = earlier;
    }

    /**
     * Returns that of an attempt.
     *
     * @param here where the farmer was started
     * @throws taskfarmer.model.FarmException if the JVM cannot open such paths in this locale
     */
    static Workplace of(Attempt.Assignment task, WorkDirectory directory, Path here) {
        Attributes attributes = task.task().attributes();
        if (attributes.isEmpty()) {
            return new Workplace(attributes, here, Optional.empty(), here);
        }
        Path outside = attributes.cwd().map(path -> path(here, path)).orElse(here);
        if (!attributes.isInFreshDirectory()) {
            return new Workplace(attributes, outside, Optional.empty(), outside);
        }
        Path fresh = attributes.cwd().isPresent()
                ? outside.resolve("task_" + directory.id().substring(0, FARM) + "_" + task.id())
                : directory.freshDirectory(task.id());
        Path earlier = fresh.resolveSibling(fresh.getFileName() + "." + Math.max(1, task.number() - 1));
        return new Workplace(attributes, outside, Optional.of(fresh), earlier);
    }

    /** Returns the path that a text names; text is bytes as characters. */
    private static Path path(Path from, String text) {
        return NativeText.path(from, NativeText.text(text.getBytes(ISO_8859_1)));
    }

    /** Returns whether the task need not run, because what it makes is there. */
    boolean isDone() {
        return attributes.isSkippedIfOutputs()
                && !attributes.outputs().isEmpty()
                && missing().isEmpty();
    }

    /** Returns the outputs that are not there, as the user wrote them. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String output : attributes.outputs()) {
            boolean there =
                    Files.exists(path(outside, output)) || fresh.isPresent() && Files.exists(path(fresh.get(), output));
            if (!there) {
                missing.add(NativeText.text(output.getBytes(ISO_8859_1)));
            }
        }
        return missing;
    }

    /** Makes the directory of its own, if it is to have one; what stands in its place is put aside. */
    void prepare() throws IOException {
        if (fresh.isPresent()) {
            Path directory = fresh.get();
            if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Path aside = earlier;
                for (int i = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); i++) {
                    aside = earlier.resolveSibling(earlier.getFileName() + "-" + i);
                }
                Files.move(directory, aside);
            }
            SharedDirectory.make(directory);
        }
    }

    /** Removes the directory of its own; what cannot be removed stays. */
    void remove() throws IOException {
        if (fresh.isPresent()) {
            PathUtils.deleteDirectory(fresh.get());
        }
    }

    /** Returns the directory to start in, bytes as characters; nothing if it is that of the farmer. */
    Optional<String> start() {
        return fresh.map(path -> new String(NativeText.bytes(path), ISO_8859_1)).or(attributes::cwd);
    }

    /** Returns the variables that the task is to have besides those that every task has. */
    SortedMap<String, String> environment(SortedMap<String, String> portion) {
        SortedMap<String, String> environment = new TreeMap<>(portion);
        fresh.ifPresent(path -> environment.put(FRESH_DIRECTORY, new String(NativeText.bytes(path), ISO_8859_1)));
        environment.putAll(attributes.environment());
        return environment;
    }
}
