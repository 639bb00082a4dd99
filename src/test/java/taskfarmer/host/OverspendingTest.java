package taskfarmer.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import taskfarmer.model.Resources;

/** Four processes and more take and give back at random, some are stopped, some killed: together they never have too much. */
@Timeout(120)
class OverspendingTest extends LedgerTest {
    private static final String STATED = "gpus=3,mem=20G,licences=2";
    private static final int SOME = 200;

    private final List<Process> users = new ArrayList<>();
    private final Map<Process, ProcessHandle> tasks = new HashMap<>(); // which outlive them

    @AfterEach
    void endAll() {
        users.forEach(Process::destroyForcibly);
        tasks.values().forEach(ProcessHandle::destroyForcibly);
    }

    private Process user(Path log, int seed) throws IOException {
        Process user = LedgerUser.start("use", directory.toString(), log.toString(), STATED, Integer.toString(seed));
        users.add(user);
        tasks.put(
                user,
                ProcessHandle.of(Long.parseLong(user.inputReader().readLine())).orElseThrow());
        return user;
    }

    @Test
    void isImpossible() throws Exception {
        Path log = Files.createFile(directory.resolve("log"));
        List<Process> lasting = new ArrayList<>();
        for (int seed = 0; seed < 3; seed++) {
            lasting.add(user(log, seed));
        }
        for (int round = 0; round < 3; round++) {
            Process victim = user(log, 100 + round);
            until(() -> taken(log, victim.pid()) > SOME);
            Process stopped = lasting.get(round);
            signal("STOP", stopped.pid());
            victim.destroyForcibly().waitFor();
            signal("CONT", stopped.pid());
            // From here on others know that it is dead; as long as its task runs, that must not be enough.
            long before = taken(log, stopped.pid());
            until(() -> taken(log, stopped.pid()) > before + SOME);
            Files.writeString(log, "K " + victim.pid() + " 0\n", StandardOpenOption.APPEND);
            assertThat(Objects.requireNonNull(tasks.get(victim)).destroyForcibly())
                    .isTrue();
        }
        for (Process user : lasting) {
            user.getOutputStream().close();
            assertThat(user.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(user.exitValue()).isZero();
        }
        Capacity node = Capacity.of(FakeNode.of("0-7", 64), Stated.parse(STATED));
        check(Files.readAllLines(log, StandardCharsets.US_ASCII), node);
        HostLedger last = ledger(node);
        until(() -> {
            boolean unused = last.refresh();
            return last.free().equals(node.amounts());
        });
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-s", name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static long taken(Path log, long pid) throws IOException {
        return Files.readAllLines(log, StandardCharsets.US_ASCII).stream()
                .filter(line -> line.startsWith("+ " + pid + " "))
                .count();
    }

    /** Goes through the log: whatever stands between the two lines of a share was written while it was held. */
    private static void check(List<String> log, Capacity node) {
        Map<String, String[]> held = new HashMap<>();
        int most = 0;
        for (String line : log) {
            String[] words = line.split(" ");
            String share = words[1] + '.' + words[2];
            switch (words[0]) {
                case "+" -> assertThat(held.put(share, words)).isNull();
                case "-" -> assertThat(held.remove(share)).isNotNull();
                default -> held.keySet().removeIf(key -> key.startsWith(words[1] + '.'));
            }
            long owners = held.keySet().stream()
                    .map(key -> key.substring(0, key.indexOf('.')))
                    .distinct()
                    .count();
            most = Math.max(most, (int) owners);
            checkSum(held, node, line);
        }
        assertThat(held).isEmpty();
        assertThat(most).as("how many held something at the same time").isGreaterThanOrEqualTo(3);
    }

    private static void checkSum(Map<String, String[]> held, Capacity node, String line) {
        Resources sum = Resources.NONE;
        Map<String, Long> units = new TreeMap<>();
        for (String[] words : held.values()) {
            Resources amounts = Resources.parse(words[3]);
            sum = sum.plus(amounts);
            count(units, "core ", words[4], amounts.amount(Resources.CORES));
            count(units, "gpu ", words[5], amounts.amount(Resources.GPUS));
        }
        assertThat(node.amounts().covers(sum)).as("after " + line + ": " + sum).isTrue();
        assertThat(units)
                .as("after " + line)
                .allSatisfy((unit, used) -> assertThat(used).isLessThanOrEqualTo(Resources.UNIT));
    }

    private static void count(Map<String, Long> units, String kind, String names, long amount) {
        for (String name : names.equals("-") ? new String[0] : names.split(",")) {
            units.merge(kind + name, Math.min(amount, Resources.UNIT), Long::sum);
        }
    }
}
