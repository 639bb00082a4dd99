package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code taskfarmer watch} on a real terminal, tmux's. It needs no cluster, but a package that may have to be installed; so it
 * runs with {@code mvn verify -Plab} only.
 */
class WatchLabIT extends FarmTest {
    private static final String WAIT = "while [ ! -e go ]; do sleep 0.05; done";
    private static final int SLOTS = 30;

    private Path tmux; // its socket has a short name
    private TerminalScreen screen;
    private Farmer farmer;

    private void open(String term, String... variables) throws IOException {
        tmux = Files.createTempDirectory("tf-tmux");
        Map<String, String> environment = new HashMap<>(Map.of(
                "PATH", System.getenv("PATH"), "HOME", home.toString(), "LC_ALL", "C.UTF-8", "SHELL", "/bin/bash"));
        for (String variable : variables) {
            environment.put(
                    variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
        }
        screen = new TerminalScreen(tmux.resolve("s"), dir, term, environment);
    }

    @AfterEach
    void close() throws IOException {
        if (screen != null) {
            screen.close();
        }
        if (farmer != null && farmer.isAlive()) {
            write("go", "");
            farmer.await();
        }
        if (tmux != null) {
            Files.deleteIfExists(tmux.resolve("s"));
            Files.delete(tmux);
        }
    }

    /** Starts a farm of which 30 tasks run and one has failed. */
    private void farm() {
        List<String> commands = new ArrayList<>(List.of("echo 'it broke' >&2; exit 3"));
        for (int i = 1; i <= SLOTS + 10; i++) {
            commands.add(": 模拟 🚀 " + i + "; " + WAIT + " # " + "模".repeat(40));
        }
        list("tasks.txt", commands.toArray(String[]::new));
        farmer = start("--proc", Integer.toString(SLOTS), "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == SLOTS);
    }

    private static String watch(String... arguments) {
        return Start.java() + " -jar " + Start.jar() + " watch " + String.join(" ", arguments);
    }

    private void watching() {
        screen.type("clear; echo before");
        screen.until(text -> text.startsWith("before\n$"));
        write(
                "session",
                "stty -g > modes\n" + watch("tasks.txt")
                        + "\necho \"status $?\"\nstty -g | diff modes - && echo same\n");
        screen.type(". ./session");
        screen.until(text -> text.contains("running, 1 of 41 tasks ended") && isWhole(text, 24));
    }

    /** Asserts that the program has ended and the terminal is as it was. */
    private void assertRestored() {
        String text = screen.until(shown -> shown.contains("same"));
        assertThat(text).startsWith("before\n").contains("status 0\nsame\n").doesNotContain("RUNNING");
        assertThat(screen.state("alternate_on")).isEqualTo("0");
        assertThat(screen.state("cursor_flag")).isEqualTo("1");
        assertThat(screen.state("wrap_flag")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xterm", "screen", "tmux-256color"})
    void showsAFarmAndRestoresTheScreen(String term) throws IOException {
        open(term);
        farm();
        watching();
        String text = screen.text();
        assertThat(text.lines()).hasSize(24);
        assertThat(text).contains(" 30 running, 0 finished, 1 failed\n", "RUNNING, 1-", "  : 模拟 🚀 ", "; while ");
        assertThat(text).contains("30/30", "heartbeat ", "task 0 failed: exit status 3 on ", ": it broke\nq quit");
        assertThat(screen.state("alternate_on")).isEqualTo("1");
        assertThat(screen.state("cursor_flag")).isEqualTo("0");
        assertThat(screen.colours()).contains("\033[31m");
        screen.press("q");
        assertRestored();
    }

    @Test
    void showsWhatHappens() throws IOException {
        open("xterm");
        farm();
        watching();
        write("go", "");
        screen.until(text -> text.startsWith("tasks.txt_workdir: done, 40 of 41 tasks finished, 1 failed")
                && text.contains("100.0 %")
                && text.contains("(done)")
                && !text.contains("RUNNING"));
        farmer.await().exits(1);
        assertThat(screen.state("alternate_on")).isEqualTo("1");
        screen.press("q");
        assertRestored();
    }

    @Test
    void scrollsByKeys() throws IOException {
        open("xterm");
        farm();
        watching();
        screen.press("j", "Down");
        screen.until(text -> text.contains("RUNNING, 3-"));
        screen.press("k");
        screen.until(text -> text.contains("RUNNING, 2-"));
        screen.press("NPage");
        screen.until(text -> !text.contains("RUNNING, 2-") && text.contains("RUNNING, "));
        screen.press("End");
        screen.until(text -> text.contains("-30 of 30"));
        screen.press("g");
        screen.until(text -> text.contains("RUNNING, 1-"));
        screen.press("?");
        screen.until(text -> text.contains("this, and back") && !text.contains("RUNNING"));
        screen.press("?");
        screen.until(text -> text.contains("RUNNING, 1-"));
        screen.press("q");
        assertRestored();
    }

    /** Returns whether a frame is drawn to its end. */
    private static boolean isWhole(String text, int rows) {
        List<String> lines = text.lines().toList();
        return lines.size() == rows
                && lines.get(rows - 2).startsWith("task 0 failed")
                && lines.get(rows - 1).startsWith("q quit");
    }

    @Test
    void followsTheSizeOfTheTerminal() throws IOException {
        open("xterm");
        farm();
        watching();
        screen.resize(40, 10);
        screen.until(text -> text.startsWith("running, 1/41, 1 failed") && isWhole(text, 10));
        screen.resize(120, 40);
        screen.until(text -> text.startsWith("tasks.txt_workdir: running") && isWhole(text, 40));
        screen.press("q");
        screen.until(text -> text.contains("same"));
    }

    @Test
    void restoresTheScreenWhenItIsInterrupted() throws IOException {
        open("tmux-256color");
        farm();
        watching();
        screen.press("C-c");
        assertRestored();
    }

    @Test
    void restoresTheScreenWhenItIsTerminated() throws IOException {
        open("screen");
        farm();
        watching();
        String words = " watch tasks.txt";
        List<Long> watchers = new ArrayList<>();
        until(() -> {
            watchers.clear();
            watchers.addAll(Processes.withEnvironment("HOME=" + home).stream()
                    .filter(pid -> Processes.commandLine(pid).endsWith(words))
                    .toList());
            return watchers.size() == 1;
        });
        Processes.signal("TERM", watchers);
        assertRestored();
    }

    @Test
    void givesTheScreenBackWhileItIsStopped() throws IOException {
        open("xterm");
        farm();
        screen.type("clear; echo before");
        screen.until(text -> text.startsWith("before\n$"));
        screen.type(watch("tasks.txt"));
        screen.until(text -> text.contains("running, 1 of 41 tasks ended"));
        screen.press("C-z");
        screen.until(text -> text.startsWith("before\n") && text.contains("Stopped"));
        assertThat(screen.state("cursor_flag")).isEqualTo("1");
        screen.type("fg");
        screen.until(text -> text.contains("running, 1 of 41 tasks ended"));
        assertThat(screen.state("alternate_on")).isEqualTo("1");
        screen.press("q");
        screen.until(text -> text.contains("\n$ fg\n") && text.strip().endsWith("\n$"));
        screen.type("echo status $?");
        screen.until(text -> text.contains("\nstatus 0\n"));
        assertThat(screen.state("alternate_on")).isEqualTo("0");
    }

    @Test
    void tellsWhyItEndsWhenTheJournalIsDamaged() throws IOException {
        open("xterm");
        farm();
        watching();
        Files.write(
                work("tasks.txt").journal(),
                "rubbish\ncommit 00000000\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                java.nio.file.StandardOpenOption.APPEND);
        screen.until(text -> text.contains("is damaged at byte") && text.contains("status 3\nsame"));
        assertThat(screen.state("alternate_on")).isEqualTo("0");
    }

    @Test
    void hasNoColoursWhereTheyAreNotWanted() throws IOException {
        open("xterm", "NO_COLOR=1");
        farm();
        watching();
        assertThat(screen.colours()).contains("1 failed").doesNotContain("\033[3", "\033[1m");
        screen.press("q");
        assertRestored();
    }

    @Test
    void isAsciiWhereTheLocaleIs() throws IOException {
        open("xterm");
        farm();
        screen.type("clear; LC_ALL=C " + watch("tasks.txt"));
        String text = screen.until(shown -> shown.contains("running, 1 of 41 tasks ended") && isWhole(shown, 24));
        assertThat(text).contains("  : ?? ? ", "; while ");
        assertThat(text.chars()).allMatch(c -> c < 128);
        screen.press("q");
    }

    @Test
    void refusesATerminalWithoutAScreen() throws IOException {
        open("dumb");
        farm();
        screen.type(watch("tasks.txt"));
        screen.until(text -> text.contains("watch needs a terminal"));
    }
}
