package taskfarmer.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskfarmer.config.BatchJob;
import taskfarmer.model.FarmException;

/**
 * Who a farmer is, so that others can tell whether it still lives.
 *
 * <p>A PID alone identifies nobody, because PIDs are used again. Together with the kernel's boot ID, the PID namespace
 * and the start time (in clock ticks since boot, {@code proc(5)}, {@code /proc/PID/stat} field 22, which no step of the
 * wall clock moves) it does.
 *
 * @param host the host's name
 * @param boot the kernel's boot ID
 * @param pidNamespace the inode number of the PID namespace
 * @param pid the process ID in that namespace
 * @param started the process's start time in clock ticks since boot
 * @param job the batch job that it is part of; for people, proves nothing
 */
public record Identity(String host, String boot, String pidNamespace, long pid, long started, BatchJob job) {
    private static final Path PROC = Path.of("/proc");
    private static final String GONE_MEANWHILE = "No such process"; // ESRCH, when a process ends between open and read

    /** Returns the identity of this process. */
    public static Identity ofThisProcess(BatchJob job) throws IOException {
        long pid = ProcessHandle.current().pid();
        if (!Files.readSymbolicLink(PROC.resolve("self")).toString().equals(Long.toString(pid))) {
            throw FarmException.untrusted(
                    "/proc shows other processes than this one's: it is that of another PID namespace",
                    "Mount /proc in the container or namespace that the farm runs in (unshare --mount-proc, for example).");
        }
        return new Identity(
                word(firstLine(PROC.resolve("sys/kernel/hostname"))),
                word(firstLine(PROC.resolve("sys/kernel/random/boot_id"))),
                namespace(),
                pid,
                startOf(pid),
                job);
    }

    /**
     * Returns the start time of a process in clock ticks since boot, or -1 if there is no such process or it is a zombie.
     *
     * @throws IOException if that cannot be told: no proof of anything
     */
    public static long startOf(long pid) throws IOException {
        String stat;
        try {
            stat = new String(
                    Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("stat")), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return -1;
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).endsWith(GONE_MEANWHILE)) {
                return -1;
            }
            throw e;
        }
        // The command in parentheses may hold anything; the fields after its end start with the third one.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[0].equals("Z") || fields[0].equals("X") ? -1 : Long.parseLong(fields[19]);
    }

    /** Returns what the environment of every process of this farmer's tasks bears in {@code TASKFARMER_FARMER}. */
    public String token() {
        return host + '.' + pid + '.' + started;
    }

    /**
     * What is left of a farmer on its host.
     *
     * @param reaper whether its reaper is there, whoever started it when
     * @param processes the process IDs of what its tasks have started
     */
    public record Traces(boolean reaper, List<Long> processes) {}

    /** Looks for what is left of this farmer; asked on its own host. */
    public Traces traces() throws IOException {
        boolean reaper = false;
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                // Nobody but the reaper is started with the token as an argument.
                reaper |= words(process, "cmdline").contains(token());
                if (isOfTask(words(process, "environ"))) {
                    found.add(Long.valueOf(process.getFileName().toString()));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new Traces(reaper, found);
    }

    /** The rule of {@code reaper.sh}: what a task has submitted to the batch system inherits the token, and is another job. */
    private boolean isOfTask(List<String> environment) {
        if (!environment.contains("TASKFARMER_FARMER=" + token())) {
            return false;
        }
        Optional<String> job = variable(environment, "SLURM_JOB_ID=");
        Optional<String> farmers = variable(environment, "TASKFARMER_JOB=");
        return job.isEmpty() || farmers.isEmpty() || job.equals(farmers);
    }

    private static Optional<String> variable(List<String> environment, String prefix) {
        return environment.stream()
                .filter(word -> word.startsWith(prefix))
                .map(word -> word.substring(prefix.length()))
                .findFirst();
    }

    private static List<String> words(Path process, String file) throws IOException {
        try {
            byte[] bytes = Files.readAllBytes(process.resolve(file));
            return List.of(new String(bytes, StandardCharsets.ISO_8859_1).split("\0", -1));
        } catch (NoSuchFileException | AccessDeniedException e) {
            return List.of(); // gone, or another user's: not one of ours
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).endsWith(GONE_MEANWHILE)) {
                return List.of();
            }
            throw e;
        }
    }

    /** Returns whether {@code other} ran under the same kernel since the same boot, in the same PID namespace. */
    boolean seesPidsOf(Identity other) {
        return boot.equals(other.boot) && pidNamespace.equals(other.pidNamespace);
    }

    /** Returns whether it is proved that the process is not there any more; what runs elsewhere proves nothing to this one. */
    public boolean provesEndOf(Identity other) throws IOException {
        return seesPidsOf(other) && startOf(other.pid) != other.started;
    }

    /** Returns the farmer's name for people: node or host, PID, and the batch job if there is one. */
    public String name() {
        return place() + " (PID " + pid + (job.isKnown() ? ", job " + job.label() : "") + ')';
    }

    /** Returns the name of the node as the batch system has it, otherwise the host's. */
    public String place() {
        return job.node().equals(BatchJob.NONE.node()) ? host : job.node();
    }

    private static String namespace() throws IOException {
        String link = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
        return link.substring(link.indexOf('[') + 1, link.indexOf(']'));
    }

    private static String firstLine(Path path) throws IOException {
        String text = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Journal fields are words: whatever is no plain character is replaced. */
    private static String word(String text) {
        StringBuilder word = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            word.append(c > ' ' && c < 127 ? c : '_');
        }
        return word.toString();
    }
}
