package taskfarmer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import taskfarmer.config.Environment;
import taskfarmer.model.NativeText;

/** Gathers what a process knows of where it runs. */
final class Surroundings {
    private static final char UNDECODABLE = '\uFFFD';

    private Surroundings() {}

    static Environment ofThisProcess() throws IOException {
        Map<String, String> variables = variables();
        String home = variables.getOrDefault("HOME", "");
        return new Environment(
                variables,
                NativeText.path(Path.of("/"), home.isEmpty() ? System.getProperty("user.home", "/") : home),
                workingDirectory(),
                installation(),
                Environment.processUid());
    }

    /** Returns the environment; where the JVM could not decode it, as the kernel has it. */
    private static Map<String, String> variables() throws IOException {
        Map<String, String> decoded = System.getenv();
        boolean intact = true;
        for (String value : decoded.values()) {
            intact &= value.indexOf(UNDECODABLE) < 0;
        }
        if (intact) {
            return decoded;
        }
        Map<String, String> variables = new HashMap<>();
        for (String entry : new String(Files.readAllBytes(Path.of("/proc/self/environ")), StandardCharsets.ISO_8859_1)
                .split("\0", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                byte[] value = entry.substring(equals + 1).getBytes(StandardCharsets.ISO_8859_1);
                variables.put(entry.substring(0, equals), NativeText.text(value));
            }
        }
        return variables;
    }

    private static Path workingDirectory() throws IOException {
        String name = System.getProperty("user.dir", "");
        // If the JVM could not decode the name, the kernel's own link still has it.
        return name.isEmpty() || name.indexOf(UNDECODABLE) >= 0
                ? Path.of("/proc/self/cwd").toRealPath()
                : Path.of(name);
    }

    /** Returns where the program is installed. With {@code java -jar}, the class path is that jar and nothing else. */
    private static Optional<Path> installation() throws IOException {
        String classPath = System.getProperty("java.class.path", "");
        if (!classPath.endsWith(".jar") || classPath.indexOf(':') >= 0 || classPath.indexOf(UNDECODABLE) >= 0) {
            return Optional.empty();
        }
        Path directory = workingDirectory().resolve(classPath).normalize().getParent();
        if (directory == null) {
            return Optional.empty();
        }
        // Of a jar that still lies where it was built, runners.d and tasklists.d are those of the checkout.
        return Optional.ofNullable(directory.endsWith("target") ? directory.getParent() : directory);
    }
}
