package taskfarmer.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An installation of launcher and jar of its own, so that what the launcher writes beside them disturbs nobody. */
final class Launcher {
    private Launcher() {}

    /** Returns the launcher of the sources. */
    static Path original() {
        return Path.of(System.getProperty("basedir"), "taskfarmer").toAbsolutePath();
    }

    /** Installs launcher and jar below a directory and returns the launcher. */
    static Path install(Path directory) {
        try {
            Path target = Files.createDirectories(directory.resolve("target"));
            Files.copy(Start.jar(), target.resolve("taskfarmer.jar"));
            for (String name : new String[] {"runners.d", "tasklists.d"}) {
                Path from = original().resolveSibling(name);
                Path to = Files.createDirectory(directory.resolve(name));
                try (var files = Files.list(from)) {
                    for (Path file : files.toList()) {
                        Files.copy(file, to.resolve(file.getFileName()));
                    }
                }
            }
            return Files.copy(
                    original(), directory.resolve("taskfarmer"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
