package taskfarmer.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program, running. */
final class Farmer {
    private final Process process;
    private final String what;
    private final Path stdout;
    private final Path stderr;
    private final Duration patience;
    private final long began = System.nanoTime();

    Farmer(Process process, String what, Path stdout, Path stderr, Duration patience) {
        this.process = process;
        this.what = what;
        this.stdout = stdout;
        this.stderr = stderr;
        this.patience = patience;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String stdout() {
        return text(stdout);
    }

    String stderr() {
        return text(stderr);
    }

    /** Sends it a signal: {@code USR1}, {@code KILL}. */
    Farmer signal(String name) {
        Processes.signal(name, List.of(pid()));
        return this;
    }

    /** Waits for its end; one that does not come in time fails the test. */
    Ended await() {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                signal("QUIT"); // a thread dump
                process.waitFor(1, TimeUnit.SECONDS);
                process.destroyForcibly().waitFor();
                throw new AssertionError("no end within " + patience + ": " + ended());
            }
            return ended();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Ended ended() {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        return new Ended(what, process.exitValue(), stdout(), stderr(), took);
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
