package taskfarmer.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import taskfarmer.config.BatchJob;

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

    /** Returns whether any process of a task of this farmer lives; asked on the farmer's own host. */
    boolean hasProcesses() throws IOException {
        byte[] sought = ("TASKFARMER_FARMER=" + token() + '\0').getBytes(StandardCharsets.US_ASCII);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (contains(environmentOf(process), sought)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static byte[] environmentOf(Path process) throws IOException {
        try {
            return Files.readAllBytes(process.resolve("environ"));
        } catch (NoSuchFileException | AccessDeniedException e) {
            return new byte[0]; // gone, or another user's: not one of ours
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).endsWith(GONE_MEANWHILE)) {
                return new byte[0];
            }
            throw e;
        }
    }

    private static boolean contains(byte[] bytes, byte[] sought) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(new String(sought, StandardCharsets.ISO_8859_1));
    }

    /** Returns whether {@code other} ran under the same kernel since the same boot, in the same PID namespace. */
    boolean seesPidsOf(Identity other) {
        return boot.equals(other.boot) && pidNamespace.equals(other.pidNamespace);
    }

    /** Returns the farmer's name for people: node or host, PID, and the batch job if there is one. */
    public String name() {
        return job.isKnown() ? place() + ' ' + pid + " (job " + job.label() + ')' : place() + ' ' + pid;
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
