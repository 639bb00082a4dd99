package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import taskfarmer.config.Environment;

/** Gathers what a process knows of where it runs. */
final class Surroundings {
    private Surroundings() {}

    static Environment ofThisProcess() throws IOException {
        Map<String, String> variables = System.getenv();
        String home = variables.getOrDefault("HOME", "");
        return new Environment(
                variables,
                Path.of(home.isEmpty() ? System.getProperty("user.home", "/") : home),
                workingDirectory(),
                installation(),
                Environment.processUid());
    }

    private static Path workingDirectory() throws IOException {
        String name = System.getProperty("user.dir", "");
        // If the JVM could not decode the name, the kernel's own link still has it.
        return name.isEmpty() || name.indexOf('\uFFFD') >= 0
                ? Path.of("/proc/self/cwd").toRealPath()
                : Path.of(name);
    }

    /** Returns the directory of the jar: with {@code java -jar}, the class path is that jar and nothing else. */
    private static Optional<Path> installation() throws IOException {
        String classPath = System.getProperty("java.class.path", "");
        if (!classPath.endsWith(".jar") || classPath.indexOf(':') >= 0 || classPath.indexOf('\uFFFD') >= 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(workingDirectory().resolve(classPath).getParent());
    }
}
