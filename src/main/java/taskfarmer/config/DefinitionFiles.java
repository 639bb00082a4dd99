package taskfarmer.config;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * The INI files that definitions are looked for in, in the order in which later ones win.
 *
 * <p>These are {@code *.ini} in {@code runners.d/} and {@code tasklists.d/} beside the program's jar, in the same two in
 * {@code ~/.pytaskfarmer/} and {@code ~/.taskfarmer/}, and in the current directory; in each directory by name. What cannot
 * be read is warned of, once, and left out.
 */
public final class DefinitionFiles {
    /** The name that files end in. */
    private static final String EXTENSION = ".ini";
    /** No definition takes more bytes than this; other programs' files may. */
    private static final long LARGEST = 1 << 20;

    private final List<Path> directories;
    private final List<DefinitionFile> files;

    private DefinitionFiles(List<Path> directories, List<DefinitionFile> files) {
        this.directories = directories;
        this.files = files;
    }

    /**
     * Reads the files.
     *
     * @param warnings takes a sentence for each directory or file that cannot be read
     */
    public static DefinitionFiles find(Environment environment, Consumer<String> warnings) {
        List<Path> directories = directories(environment);
        List<DefinitionFile> files = new ArrayList<>();
        for (Path directory : directories) {
            for (Path path : list(directory, warnings)) {
                read(path, files, warnings);
            }
        }
        return new DefinitionFiles(directories, files);
    }

    List<DefinitionFile> files() {
        return files;
    }

    /** Returns the directories that were looked through, whether they exist or not. */
    public List<Path> directories() {
        return Collections.unmodifiableList(directories);
    }

    private static List<Path> directories(Environment environment) {
        List<Path> bases = new ArrayList<>();
        if (environment.installation().isPresent()) {
            bases.add(environment.installation().get());
        }
        bases.add(environment.home().resolve(".pytaskfarmer"));
        bases.add(environment.home().resolve(".taskfarmer"));
        List<Path> directories = new ArrayList<>();
        for (Path base : bases) {
            directories.add(base.resolve("runners.d"));
            directories.add(base.resolve("tasklists.d"));
        }
        // Inside one of them, the current directory is not a second place.
        if (!directories.contains(environment.workingDirectory())) {
            directories.add(environment.workingDirectory());
        }
        return directories;
    }

    private static List<Path> list(Path directory, Consumer<String> warnings) {
        List<Path> paths = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return paths;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (entry.getFileName().toString().endsWith(EXTENSION)) {
                    paths.add(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            warnings.accept("the directory " + directory + " cannot be read, so definitions in it are not known: " + e);
        }
        Collections.sort(paths);
        return paths;
    }

    private static void read(Path path, List<DefinitionFile> files, Consumer<String> warnings) {
        try {
            // Not a directory, nor a pipe that would be waited for.
            if (!Files.isRegularFile(path)) {
                return;
            }
            if (Files.size(path) > LARGEST) {
                warnings.accept("the INI file " + path + " is larger than 1 MiB and was not read");
                return;
            }
            files.add(new DefinitionFile(path, Files.readAllBytes(path)));
        } catch (IOException e) {
            warnings.accept("the INI file " + path + " cannot be read, so definitions in it are not known: " + e);
        }
    }
}
