package taskfarmer.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /proc} tells of the processes that a test has started. */
final class Processes {
    private static final Path PROC = Path.of("/proc");
    private static final Pattern TOKEN = Pattern.compile("\0TASKFARMER_FARMER=[^\0]*\\.(\\d+)\\.\\d+\0");

    private Processes() {}

    /** Returns the processes whose environment has the entry {@code NAME=VALUE}; zombies have none any more. */
    static List<Long> withEnvironment(String entry) {
        String wanted = '\0' + entry + '\0';
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : all) {
                if (('\0' + text(process.resolve("environ"))).contains(wanted)) {
                    found.add(Long.valueOf(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    /** Returns the process IDs of the farmers, dead or alive, whose tasks have processes. */
    static List<Long> farmers() {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : all) {
                Matcher token = TOKEN.matcher('\0' + text(process.resolve("environ")));
                if (token.find()) {
                    found.add(Long.valueOf(token.group(1)));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    /** Returns the reaper of a farmer with this process ID, and what it has forked. */
    static List<Long> reapersOf(long pid) {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : all) {
                String arguments = text(process.resolve("cmdline"));
                if (arguments.contains("\0taskfarmer-reaper\0") && arguments.contains("." + pid + ".")) {
                    found.add(Long.valueOf(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    /** Returns the arguments of a process, separated by spaces; empty if it is gone. */
    static String commandLine(long pid) {
        return text(PROC.resolve(Long.toString(pid)).resolve("cmdline"))
                .replace('\0', ' ')
                .strip();
    }

    /** Returns the processes with this command line whose environment has the entry. */
    static List<Long> running(String commandLine, String entry) {
        List<Long> found = new ArrayList<>(withEnvironment(entry));
        found.removeIf(pid -> !commandLine(pid).equals(commandLine));
        return found;
    }

    /** Sends a signal to processes, all in one go; those that are gone already do not matter. */
    static void signal(String name, Collection<Long> pids) {
        if (pids.isEmpty()) {
            return;
        }
        List<String> argv = new ArrayList<>(List.of("bash", "-c", "kill -s \"$@\" 2>/dev/null", "kill", name));
        pids.forEach(pid -> argv.add(Long.toString(pid)));
        try {
            new ProcessBuilder(argv).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has just ended, or is not ours
        }
    }
}
