package taskfarmer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import taskfarmer.model.NativeText;

/**
 * Standard output and standard error, a line at a time, and the one live line that a terminal gets.
 *
 * <p>Text leaves as UTF-8 whatever the locale is, and names of files as the bytes that they are. Safe for use by several
 * threads.
 */
final class Output {
    private final OutputStream out;
    private final OutputStream err;
    private final boolean terminal;
    private String live = "";

    Output(OutputStream out, OutputStream err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    static Output standard() {
        return new Output(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                isStandardOutputTerminal());
    }

    private static boolean isStandardOutputTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            boolean dumb = "dumb".equals(System.getenv("TERM"));
            return !dumb && (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty"));
        } catch (IOException e) {
            return false;
        }
    }

    boolean isTerminal() {
        return terminal;
    }

    /** Prints a line for people and scripts. */
    synchronized void line(String text) {
        print(text + "\n");
    }

    /** Prints text that brings its own line ends. */
    synchronized void print(String text) {
        write(out, terminal && !live.isEmpty() ? "\r\033[K" + text + live : text);
    }

    /** Prints a warning. */
    synchronized void warning(String text) {
        clearLive();
        write(err, "taskfarmer: " + text + "\n");
    }

    /** Prints what went wrong and, on a line of its own, what to do about it. */
    synchronized void problem(String message, String remedy) {
        clearLive();
        write(err, "taskfarmer: " + message + "\n" + (remedy.isEmpty() ? "" : "  " + remedy + "\n"));
    }

    /** Replaces the live line at the bottom of the terminal; an empty one removes it. */
    synchronized void live(String text) {
        if (terminal) {
            // Without automatic margins a long line is cut at the edge, where it would otherwise wrap and stay.
            live = text.isEmpty() ? "" : "\033[?7l" + text + "\033[?7h";
            write(out, "\r\033[K" + live);
        }
    }

    synchronized void flush() {
        clearLive();
    }

    private void clearLive() {
        if (!live.isEmpty()) {
            write(out, "\r\033[K");
            live = "";
        }
    }

    private static void write(OutputStream stream, String text) {
        try {
            stream.write(NativeText.bytes(text));
            stream.flush();
        } catch (IOException e) {
            // Nobody listens any more (a closed pipe, a full disk). The work goes on: its results are in the work
            // directory.
        }
    }
}
