package taskfarmer.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** How many files and processes there may be, and whether that is enough for the slots. */
final class Limits {
    /** Open files of the farmer itself, and of each slot: the pipes to its shell. */
    private static final long FILES = 64;

    private static final long FILES_A_SLOT = 4;
    private static final long FEW_FILES = 1024;

    /** Threads of the farmer itself, and processes of each slot: its shell, a subshell, a command and a helper of it. */
    private static final long PROCESSES = 64;

    private static final long PROCESSES_A_SLOT = 4;

    private final Path proc;
    private final Path cgroups;
    private final int slots;
    private final int uid;

    /**
     * Creates the check.
     *
     * @param proc {@code /proc}
     * @param cgroups {@code /sys/fs/cgroup}
     * @param slots how many tasks are to run at the same time
     * @param uid the user whose processes count
     */
    Limits(Path proc, Path cgroups, int slots, int uid) {
        this.proc = proc;
        this.cgroups = cgroups;
        this.slots = slots;
        this.uid = uid;
    }

    void files(Consumer<Finding> findings) throws IOException {
        OptionalLong limit = soft("Max open files");
        long needed = FILES + FILES_A_SLOT * slots;
        if (limit.isEmpty()) {
            findings.accept(Finding.ok("open files are not limited"));
        } else if (limit.getAsLong() < Math.max(needed, FEW_FILES)) {
            findings.accept(Finding.warning(
                    "only " + limit.getAsLong() + " open files are allowed; " + count(slots) + " need about " + needed
                            + ", and tasks inherit the limit",
                    "Raise it before the start: ulimit -n " + Math.max(needed, 4 * FEW_FILES)
                            + ", or ask your administrators."));
        } else {
            findings.accept(Finding.ok(
                    limit.getAsLong() + " open files are allowed; " + count(slots) + " need about " + needed));
        }
    }

    void processes(Consumer<Finding> findings) throws IOException {
        // The kernel does not hold root to this limit (setrlimit(2), RLIMIT_NPROC).
        OptionalLong limit = uid == 0 ? OptionalLong.empty() : soft("Max processes");
        if (limit.isEmpty()) {
            findings.accept(Finding.ok("processes are not limited for this user"));
        } else {
            judge(findings, "this user", limit.getAsLong(), threads(), "ulimit -u");
        }
    }

    /** The cgroup of a batch job or container may allow less ({@code pids.max}, cgroups(7)). */
    void cgroup(Consumer<Finding> findings) throws IOException {
        for (String line : text(proc.resolve("self/cgroup")).split("\n", -1)) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && fields[2].startsWith("/") && (fields[1].isEmpty() || fields[1].equals("pids"))) {
                Path top = fields[1].isEmpty() ? cgroups : cgroups.resolve("pids");
                judgeGroups(findings, top, top.resolve(fields[2].substring(1)).normalize());
            }
        }
    }

    /** Each group on the way up has a limit of its own; only the tightest one is of interest. */
    private void judgeGroups(Consumer<Finding> findings, Path top, Path group) throws IOException {
        long limit = 0;
        long now = 0;
        long room = Long.MAX_VALUE;
        for (Path at = group; at != null && at.startsWith(top); at = at.getParent()) {
            if (Files.isReadable(at.resolve("pids.max")) && Files.isReadable(at.resolve("pids.current"))) {
                String most = text(at.resolve("pids.max")).strip();
                long current = number(text(at.resolve("pids.current")).strip());
                if (!most.equals("max") && number(most) - current < room) {
                    limit = number(most);
                    now = current;
                    room = limit - now;
                }
            }
        }
        if (room < Long.MAX_VALUE) {
            judge(findings, "this job's control group (pids.max)", limit, now, "");
        }
    }

    private void judge(Consumer<Finding> findings, String whose, long limit, long now, String command) {
        long needed = PROCESSES + PROCESSES_A_SLOT * slots;
        String text = limit + " processes and threads are allowed for " + whose + ", " + now + " are there; "
                + count(slots) + " need about " + needed + " more";
        findings.accept(
                limit - now >= needed
                        ? Finding.ok(text)
                        : Finding.warning(
                                text,
                                "Use fewer slots (--proc), or have the limit raised"
                                        + (command.isEmpty() ? "" : " (" + command + ")") + "."));
    }

    /** Returns how many threads the user has: that is what the kernel counts. */
    private long threads() throws IOException {
        long threads = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                threads += threads(process);
            }
        }
        return threads;
    }

    private long threads(Path process) {
        try {
            boolean ours = false;
            long threads = 0;
            for (String line : text(process.resolve("status")).split("\n", -1)) {
                String[] words = line.split("\\s+", 3);
                ours |= words[0].equals("Uid:") && words[1].equals(Integer.toString(uid));
                threads = words[0].equals("Threads:") ? number(words[1]) : threads;
            }
            return ours ? threads : 0;
        } catch (IOException e) {
            return 0; // gone meanwhile
        }
    }

    /** Returns a soft limit; nothing if there is none. */
    private OptionalLong soft(String name) throws IOException {
        for (String line : text(proc.resolve("self/limits")).split("\n", -1)) {
            if (line.startsWith(name + " ")) {
                String value = line.substring(name.length()).strip().split("\\s+", 2)[0];
                return value.equals("unlimited") ? OptionalLong.empty() : OptionalLong.of(number(value));
            }
        }
        throw new IOException("the kernel does not tell (" + proc.resolve("self/limits") + ")");
    }

    private static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("'" + text + "' is no number", e);
        }
    }

    private static String count(int slots) {
        return slots == 1 ? "1 slot" : slots + " slots";
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
}
