package taskfarmer.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;

/** The cluster on one machine that {@code lab/lab} makes: four Slurm nodes and a GlusterFS volume with two mounts. */
final class Lab {
    private static final int CANNOT = 77;
    private static final int LONGEST_NAME = 80; // lab/lab knows why
    private static final Path BASE = Path.of(System.getProperty("basedir")).toAbsolutePath();
    private static final Path TARGET = BASE.resolve("target");

    private static final AtomicReference<String> REASON = new AtomicReference<>(""); // why there is no lab

    private final Path dir;
    private final Map<String, String> environment = new HashMap<>();

    private Lab(Path dir) {
        this.dir = dir;
        environment.put("PATH", System.getenv("PATH") + ":/usr/sbin:/sbin");
        environment.put("HOME", Installation.HOME.toString());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("TASKFARMER_HOME", Installation.DIRECTORY.toString());
        environment.put("LAB_DIR", dir.toString());
        environment.put("SLURM_CONF", dir.resolve("slurm.conf").toString());
        environment.put("LAB_SHARED", dir.resolve("shared").toString());
        environment.put("LAB_LOCAL", dir.resolve("local").toString());
    }

    /** The program as a user installs it, once for all tests. */
    private static final class Installation {
        static final Path DIRECTORY = make();
        static final Path HOME = DIRECTORY.resolveSibling("home");

        private static Path make() {
            Path parent = TARGET.resolve("lab tests");
            try {
                if (Files.exists(parent)) {
                    try (var old = Files.walk(parent)) {
                        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                            Files.delete(path);
                        }
                    }
                }
                Files.createDirectories(parent.resolve("home"));
                Path launcher = Launcher.install(parent.resolve("taskfarmer"));
                new ProcessBuilder(launcher.toString(), "--version") // makes the archive of classes
                        .redirectErrorStream(true)
                        .redirectOutput(parent.resolve("first").toFile())
                        .start()
                        .waitFor();
                return launcher.getParent();
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    /** Starts a fresh lab; the test is skipped, with the reason, where the machine cannot have one. */
    static Lab up(String... mode) {
        if (!REASON.get().isEmpty()) {
            Assumptions.abort(REASON.get()); // packages that cannot be installed are not asked for again
        }
        Path usual = TARGET.resolve("lab-tests");
        boolean fits =
                usual.toString().length() <= LONGEST_NAME && usual.toString().matches("[A-Za-z0-9._/+@=-]+");
        Lab lab = new Lab(fits ? usual : Path.of(System.getProperty("java.io.tmpdir"), "taskfarmer-lab-tests"));
        lab.lab("down").exits(0); // what a test run that was killed has left
        List<String> arguments = new ArrayList<>(List.of("up"));
        arguments.addAll(Arrays.asList(mode));
        Ended up = lab.lab(arguments.toArray(new String[0]));
        if (up.status() == CANNOT) {
            REASON.set(up.stderr().strip());
            System.out.println("no lab: " + REASON.get().lines().reduce("", (before, line) -> line));
            Assumptions.abort(REASON.get());
        }
        up.exits(0);
        return lab;
    }

    /** Ends everything. */
    void down() {
        lab("down").exits(0);
    }

    /** Keeps the logs of Slurm and GlusterFS, below {@code target}. */
    void keepLogs(String name) {
        run(dir, Duration.ofSeconds(20), "bash", "-c", "rm -rf \"$0\" && cp -r log \"$0\"", kept(name));
    }

    private static String kept(String name) {
        return TARGET.resolve("lab-logs-" + name).toString();
    }

    Ended lab(String... arguments) {
        List<String> argv = new ArrayList<>(List.of(BASE.resolve("lab/lab").toString()));
        argv.addAll(Arrays.asList(arguments));
        return run(BASE, Duration.ofMinutes(10), argv.toArray(new String[0]));
    }

    /** Returns a directory on the volume, as the nodes see it. */
    Path shared(String name) {
        return dir.resolve("shared").resolve(name);
    }

    /** Returns the same directory as it lies on the server's disk, where no client's cache is between. */
    Path truth(String name) {
        return dir.resolve("gluster/brick").resolve(name);
    }

    /** Returns a directory outside of the volume, the same for all nodes. */
    Path outside(String name) {
        return dir.resolve(name);
    }

    /** Sets a variable that all that is started from now on has. */
    Lab with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Runs a command here, in a directory, with the environment of the lab. */
    Ended run(Path directory, Duration limit, String... argv) {
        try {
            Path out = Files.createTempFile("lab", "out");
            Path err = Files.createTempFile("lab", "err");
            try {
                ProcessBuilder builder = new ProcessBuilder(argv).directory(directory.toFile());
                builder.environment().clear();
                builder.environment().putAll(environment);
                builder.redirectInput(Path.of("/dev/null").toFile());
                builder.redirectOutput(out.toFile()).redirectError(err.toFile());
                long began = System.nanoTime();
                Process process = builder.start();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(
                            "no end within " + limit + ": " + String.join(" ", argv) + "\n" + text(out) + text(err));
                }
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                return new Ended(String.join(" ", argv), process.exitValue(), text(out), text(err), took);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
