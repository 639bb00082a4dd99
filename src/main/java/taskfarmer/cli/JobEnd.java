package taskfarmer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import taskfarmer.config.Environment;
import taskfarmer.farm.Walltime;

/**
 * When the batch job ends that this farmer runs in, as Slurm says: in the environment, or, where its version does not, when
 * {@code squeue} is asked. Nobody waits for the answer.
 */
final class JobEnd implements AutoCloseable {
    private static final long LONGEST_SECONDS = 20;
    private static final String ISO = "dddd-dd-ddTdd:dd:dd";

    private final Environment environment;
    private final InstantSource clock;
    private final Consumer<String> remarks;
    private @Nullable Process squeue;
    private boolean closed;

    /** Returns what finds it out; {@code remarks} hears why it cannot be found out. */
    JobEnd(Environment environment, InstantSource clock, Consumer<String> remarks) {
        this.environment = environment;
        this.clock = clock;
        this.remarks = remarks;
    }

    /** Tells the walltime, now or a moment later. */
    void tell(Walltime walltime) {
        Optional<Instant> end = environment.variable("SLURM_JOB_END_TIME").flatMap(JobEnd::seconds);
        Optional<String> job = environment.variable("SLURM_JOB_ID");
        Optional<Path> program =
                job.isPresent() && end.isEmpty() ? environment.findProgram("squeue") : Optional.empty();
        if (end.isPresent()) {
            tell(walltime, end.get());
        } else if (program.isPresent()) {
            Thread asking = new Thread(() -> ask(program.get(), job.get(), walltime), "squeue");
            asking.setDaemon(true);
            asking.start();
        } else {
            walltime.stayUnknown();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void tell(Walltime walltime, Instant end) {
        walltime.endIn(Duration.between(clock.instant(), end));
    }

    private void ask(Path program, String job, Walltime walltime) {
        Optional<Instant> end = Optional.empty();
        try {
            end = answer(program, job);
            if (end.isEmpty() && !isClosed()) {
                remarks.accept("squeue does not tell when job " + job + " ends; --walltime does");
            }
        } catch (IOException e) {
            remarks.accept("squeue could not be asked when job " + job + " ends: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (end.isPresent()) {
                tell(walltime, end.get());
            } else {
                walltime.stayUnknown();
            }
        }
    }

    private Optional<Instant> answer(Path program, String job) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(program.toString(), "-h", "-j", job, "-o", "%e");
        builder.environment().put("TZ", "UTC0"); // so that no hour comes twice
        builder.environment().put("SLURM_TIME_FORMAT", "standard");
        builder.redirectInput(Path.of("/dev/null").toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = start(builder);
        try {
            // The answer is a line, which a pipe holds.
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("no answer within " + LONGEST_SECONDS + " s");
            }
            byte[] answer = process.getInputStream().readNBytes(256);
            return new String(answer, StandardCharsets.ISO_8859_1)
                    .lines()
                    .findFirst()
                    .flatMap(JobEnd::time);
        } finally {
            end(process);
        }
    }

    private synchronized Process start(ProcessBuilder builder) throws IOException {
        if (closed) {
            throw new IOException("this farmer has left");
        }
        Process process = builder.start();
        squeue = process;
        return process;
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Waits for no answer any more. */
    @Override
    public synchronized void close() {
        closed = true;
        Process asked = squeue;
        if (asked != null) {
            end(asked);
        }
    }

    private static Optional<Instant> seconds(String text) {
        try {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(text.strip())));
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Reads {@code 2026-01-31T23:59:59}, in UTC; a job without an end has another word there. */
    static Optional<Instant> time(String line) {
        String text = line.strip();
        if (text.length() != ISO.length()) {
            return Optional.empty();
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (ISO.charAt(i) == 'd' ? c < '0' || c > '9' : c != ISO.charAt(i)) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(LocalDateTime.of(
                            number(text, 0, 4),
                            number(text, 5, 7),
                            number(text, 8, 10),
                            number(text, 11, 13),
                            number(text, 14, 16),
                            number(text, 17, 19))
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
