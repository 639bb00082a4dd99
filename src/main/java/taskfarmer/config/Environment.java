package taskfarmer.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the program finds itself: what it would otherwise ask the process for, gathered once so that tests can set it.
 *
 * @param variables the environment variables of the process
 * @param home the user's home directory
 * @param workingDirectory the directory that relative paths start from, absolute
 * @param installation the directory with the program's own {@code runners.d} and {@code tasklists.d}: beside its jar, or
 *     the checkout that the jar was built in; empty when it is not run from a jar
 * @param uid the numeric user ID that the process runs as
 */
public record Environment(
        Map<String, String> variables, Path home, Path workingDirectory, Optional<Path> installation, int uid) {

    /** Returns the value of an environment variable; an empty one counts as unset. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    /** Finds a program as a shell would: by its path if the name has a slash, otherwise on {@code PATH}. */
    public Optional<Path> findProgram(String name) {
        if (name.indexOf('/') >= 0) {
            return Optional.of(workingDirectory.resolve(name)).filter(Environment::isProgram);
        }
        for (String directory :
                variable("PATH").orElse("/usr/local/bin:/usr/bin:/bin").split(":", -1)) {
            Path candidate = workingDirectory.resolve(directory).resolve(name);
            if (isProgram(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static boolean isProgram(Path path) {
        return Files.isExecutable(path) && Files.isRegularFile(path);
    }

    /** Returns the user ID of this process, as the owner of its own {@code /proc} entry. */
    public static int processUid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }
}
