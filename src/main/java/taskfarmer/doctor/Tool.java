package taskfarmer.doctor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A small program that answers in a line and is not waited for if it hangs. */
final class Tool {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Tool() {}

    /**
     * Runs it and returns what it printed, without white space around.
     *
     * @param stdin what it reads; at most some thousand bytes
     * @throws IOException if it cannot be started, fails, or does not end within 10 s
     */
    static String run(List<String> argv, byte[] stdin) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(stdin);
            }
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(shown(argv) + " does not end within " + LIMIT.toSeconds() + " s");
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(shown(argv) + " failed: " + answer);
            }
            return answer;
        } finally {
            process.destroyForcibly();
        }
    }

    private static String shown(List<String> argv) {
        return argv.stream()
                .map(word -> word.indexOf(' ') < 0 ? word : "'" + word + "'")
                .collect(Collectors.joining(" "));
    }
}
