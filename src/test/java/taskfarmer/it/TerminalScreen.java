package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A terminal with a shell in it, which a test types into and looks at: a tmux server of its own. */
final class TerminalScreen implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path socket;
    private final Map<String, String> environment;
    private final Path directory;

    /**
     * Opens a terminal of 80 columns and 24 rows; the test is skipped, with the reason, where there is no tmux.
     *
     * @param term what the shell is told of the terminal
     * @param environment the shell's other variables
     */
    TerminalScreen(Path socket, Path directory, String term, Map<String, String> environment) {
        this.socket = socket;
        this.directory = directory;
        this.environment = environment;
        Tool.require("terminal");
        tmux("new-session", "-d", "-x", "80", "-y", "24", "TERM=" + term + " PS1='$ ' exec bash --norc --noprofile");
        until(screen -> screen.startsWith("$"));
    }

    /** Sends keys by their names in {@code tmux(1)}. */
    void press(String... keys) {
        List<String> words = new ArrayList<>(List.of("send-keys"));
        words.addAll(Arrays.asList(keys));
        tmux(words.toArray(String[]::new));
    }

    /** Types a line. */
    void type(String line) {
        tmux("send-keys", "-l", line);
        press("Enter");
    }

    void resize(int columns, int rows) {
        tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    /** Returns what can be read on the screen. */
    String text() {
        return tmux("capture-pane", "-p");
    }

    /** Returns the same with the sequences for colours. */
    String colours() {
        return tmux("capture-pane", "-p", "-e");
    }

    /** Returns a variable of tmux: {@code alternate_on}, {@code cursor_flag}. */
    String state(String name) {
        return tmux("display-message", "-p", "#{" + name + "}").strip();
    }

    /** Waits until the screen shows something, and returns it. */
    String until(Predicate<String> condition) {
        String[] last = {""};
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
                last[0] = text();
                return condition.test(last[0]);
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("the screen does not show it:\n" + last[0], e);
        }
        return last[0];
    }

    @Override
    public void close() {
        tmux("kill-server");
    }

    private String tmux(String... arguments) {
        List<String> argv = new ArrayList<>(List.of("tmux", "-S", socket.toString(), "-f", "/dev/null", "-u"));
        argv.addAll(Arrays.asList(arguments));
        Said said = run(PATIENCE, argv);
        assertThat(said.status()).as(said.text()).isZero();
        return said.text();
    }

    private record Said(int status, String text) {}

    private Said run(Duration limit, List<String> argv) {
        try {
            Path out = Files.createTempFile(directory, "tmux", "");
            ProcessBuilder builder = new ProcessBuilder(argv).directory(directory.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end within " + limit + ": " + String.join(" ", argv));
            }
            String text = new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
            Files.delete(out);
            return new Said(process.exitValue(), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
