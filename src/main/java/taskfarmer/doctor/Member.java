package taskfarmer.doctor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import taskfarmer.model.NativeText;
import taskfarmer.store.Identity;

/**
 * What one participant of a shared trial tells the others, in a file of its own.
 *
 * <p>What changes is appended, with a checksum; the last whole record counts. Nothing is overwritten: a client that keeps
 * what it has read as long as size and time of a file are the same (FUSE does, and NFS where the server has no better
 * change attribute) would miss one of two changes in the same tick of the clock. The file is opened for each reading and
 * writing, because NFS shows what others wrote only to those who open it afterwards ({@code nfs(5)}).
 *
 * @param id 16 hexadecimal digits that nobody else has
 * @param host the node's name
 * @param boot the kernel's boot ID: it tells nodes apart, whatever their names are
 * @param pid the process ID
 * @param state how far it has come; it only grows
 * @param seen the IDs of the others that it has seen
 * @param rounds how many times it has counted
 * @param handovers how many times another one had counted last
 * @param micros how long that took, in microseconds
 * @param counter the counter that it found at the end
 * @param problem what went wrong; empty if nothing has
 */
record Member(
        String id,
        String host,
        String boot,
        long pid,
        int state,
        List<String> seen,
        long rounds,
        long handovers,
        long micros,
        long counter,
        String problem) {
    private static final String HEAD = "id ";
    private static final String SEAL = "crc ";

    static Member of(String id, Identity identity) {
        return new Member(id, identity.place(), identity.boot(), identity.pid(), 0, List.of(), 0, 0, 0, 0, "");
    }

    Member at(int newState) {
        return new Member(id, host, boot, pid, newState, seen, rounds, handovers, micros, counter, problem);
    }

    Member seeing(List<String> ids) {
        return new Member(id, host, boot, pid, state, ids, rounds, handovers, micros, counter, problem);
    }

    Member counted(long newRounds, long newHandovers, long newMicros) {
        return new Member(id, host, boot, pid, state, seen, newRounds, newHandovers, newMicros, counter, problem);
    }

    Member finding(long newCounter) {
        return new Member(id, host, boot, pid, state, seen, rounds, handovers, micros, newCounter, problem);
    }

    Member failing(String newProblem) {
        return new Member(
                id, host, boot, pid, state, seen, rounds, handovers, micros, counter, newProblem.replace('\n', ' '));
    }

    /** Returns the name for people. */
    String name() {
        return host + " (pid " + pid + ")";
    }

    /** Returns a record of the file. */
    byte[] encode() {
        String text = String.join(
                "\n",
                "id " + id,
                "host " + host,
                "boot " + boot,
                "pid " + pid,
                "state " + state,
                "seen " + String.join(",", seen),
                "rounds " + rounds,
                "handovers " + handovers,
                "micros " + micros,
                "counter " + counter,
                "problem " + problem,
                "");
        return NativeText.bytes(text + SEAL + sum(NativeText.bytes(text)) + "\n");
    }

    /** Returns what the last whole record among these bytes says, or nothing if there is none. */
    static Optional<Member> decode(byte[] bytes) {
        String latin = new String(bytes, StandardCharsets.ISO_8859_1);
        int seal = latin.lastIndexOf("\n" + SEAL) + 1;
        while (seal > 0) {
            int head = latin.lastIndexOf("\n" + HEAD, seal - 1);
            byte[] text = Arrays.copyOfRange(bytes, head + 1, seal); // the first record has no line before it
            if (latin.startsWith(SEAL + sum(text) + "\n", seal)) {
                return parsed(NativeText.text(text));
            }
            seal = seal < 2 ? 0 : latin.lastIndexOf("\n" + SEAL, seal - 2) + 1;
        }
        return Optional.empty();
    }

    private static Optional<Member> parsed(String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.split("\n", -1)) {
            int space = line.indexOf(' ');
            values.put(line.substring(0, Math.max(0, space)), line.substring(space + 1));
        }
        try {
            return Optional.of(new Member(
                    values.getOrDefault("id", ""),
                    values.getOrDefault("host", ""),
                    values.getOrDefault("boot", ""),
                    Long.parseLong(values.getOrDefault("pid", "")),
                    Integer.parseInt(values.getOrDefault("state", "")),
                    ids(values.getOrDefault("seen", "")),
                    Long.parseLong(values.getOrDefault("rounds", "")),
                    Long.parseLong(values.getOrDefault("handovers", "")),
                    Long.parseLong(values.getOrDefault("micros", "")),
                    Long.parseLong(values.getOrDefault("counter", "")),
                    values.getOrDefault("problem", "")));
        } catch (NumberFormatException e) {
            return Optional.empty(); // of another version of the program
        }
    }

    private static List<String> ids(String text) {
        List<String> ids = new ArrayList<>();
        for (String id : text.split(",", -1)) {
            if (!id.isEmpty()) {
                ids.add(id);
            }
        }
        return List.copyOf(ids);
    }

    private static String sum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return String.format("%08x", crc.getValue());
    }
}
