package taskfarmer.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** How to start the program: what a user types, where, and with which environment. */
final class Start {
    private final Path captured;
    private final Consumer<Process> register;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> prefix = new ArrayList<>();
    private final List<String> arguments;
    private List<String> program;
    private Path directory;
    private Path stdin = Path.of("/dev/null");
    private Duration patience = Duration.ofSeconds(60);

    /**
     * Returns the start of {@code java -jar taskfarmer.jar ARGUMENTS}.
     *
     * @param captured a directory for what the program prints
     * @param register is told of each process started
     */
    Start(Path directory, Path captured, Consumer<Process> register, Map<String, String> environment, String... args) {
        this.directory = directory;
        this.captured = captured;
        this.register = register;
        this.environment.putAll(environment);
        this.program = List.of(java().toString(), "-jar", jar().toString());
        this.arguments = new ArrayList<>(Arrays.asList(args));
    }

    /** Returns the Java that runs the tests. */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Returns the jar that is tested. */
    static Path jar() {
        return Path.of(System.getProperty("taskfarmer.jar")).toAbsolutePath();
    }

    /** Uses another program than {@code java -jar}: the launcher. */
    Start by(Path other) {
        program = List.of(other.toString());
        return this;
    }

    /** Puts words before the program: {@code unshare -m}. */
    Start through(String... words) {
        prefix.addAll(Arrays.asList(words));
        return this;
    }

    /** Starts it by a bash script, in which {@code "$@"} is the program with its arguments. */
    Start script(String script) {
        return through("bash", "-c", script, "bash");
    }

    Start in(Path other) {
        directory = other;
        return this;
    }

    Start with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Start without(String variable) {
        environment.remove(variable);
        return this;
    }

    Start stdin(String text) {
        try {
            stdin = Files.createTempFile(captured, "stdin", "");
            Files.write(stdin, text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    Start within(Duration limit) {
        patience = limit;
        return this;
    }

    /** Starts it and waits for its end. */
    Ended run() {
        return start().await();
    }

    /** Starts it. */
    Farmer start() {
        List<String> argv = new ArrayList<>(prefix);
        argv.addAll(program);
        argv.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(argv).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Path out = Files.createTempFile(captured, "out", "");
            Path err = Files.createTempFile(captured, "err", "");
            builder.redirectInput(stdin.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
            Process process = builder.start();
            register.accept(process);
            return new Farmer(process, String.join(" ", arguments), out, err, patience);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
