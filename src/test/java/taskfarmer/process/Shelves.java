package taskfarmer.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskfarmer.config.Environment;

/** What slots need to run commands in tests. */
final class Shelves implements AutoCloseable {
    static final Path BASH = program("bash");
    static final Path SETSID = program("setsid");

    final Reaper reaper;
    final SlotShell.Setting setting;
    private final Logs logs;
    private final Sampler sampler = new Sampler();

    Shelves(List<String> coShell, Path directory, Map<String, String> changes) throws IOException {
        this(coShell, directory, changes, Logs.kept(directory.resolve("logs")));
    }

    Shelves(List<String> coShell, Path directory, Map<String, String> changes, Logs logs) throws IOException {
        this.logs = logs;
        Map<String, String> variables = new HashMap<>(System.getenv());
        Map<String, Optional<String>> optional = new HashMap<>();
        changes.forEach((name, value) -> optional.put(name, Optional.of(value)));
        variables.putAll(changes);
        Environment environment =
                new Environment(variables, directory, Path.of("").toAbsolutePath(), Optional.empty(), 0);
        Shells shells = new Shells("bash", SETSID, BASH, coShell, true);
        String token = "test." + System.nanoTime();
        reaper = new Reaper(shells, token, Duration.ofSeconds(1), Duration.ofSeconds(60));
        setting = new SlotShell.Setting(
                shells, reaper, new PlainCommands(environment), optional, token, directory, logs, Optional.of(sampler));
    }

    static Path program(String name) {
        for (String directory : System.getenv("PATH").split(":")) {
            if (Path.of(directory, name).toFile().canExecute()) {
                return Path.of(directory, name);
            }
        }
        throw new AssertionError("no " + name + " on PATH");
    }

    /** The kinds of shells that slots keep. */
    static List<List<String>> coShells() {
        return List.of(List.of(program("dash").toString()), List.of(BASH.toString(), "--posix"));
    }

    @Override
    public void close() throws IOException {
        reaper.close();
        sampler.close();
        logs.close();
    }
}
