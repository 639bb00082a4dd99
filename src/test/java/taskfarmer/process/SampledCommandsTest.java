package taskfarmer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import taskfarmer.model.Command;
import taskfarmer.model.Invocation;
import taskfarmer.model.Usage;

/** What real commands have used. */
@Timeout(60)
class SampledCommandsTest {
    private static final long MIB = 1 << 20;
    private static final String HOLD_200_MIB =
            "dd if=/dev/zero bs=200M count=1 2>/dev/null | { sleep 2.2; cat >/dev/null; }";

    @TempDir
    private Path directory;

    static List<List<String>> coShells() {
        return Shelves.coShells();
    }

    private Usage usage(List<String> coShell, String... commands) throws IOException {
        Files.createDirectories(directory.resolve("logs"));
        Usage last = Usage.UNKNOWN;
        try (Shelves shelves = new Shelves(coShell, directory, Map.of());
                SlotShell slot = new SlotShell(shelves.setting, 0)) {
            for (int i = 0; i < commands.length; i++) {
                Order order = Order.of(i, 1, new Invocation.Shell(Command.of(commands[i])));
                last = ((SlotShell.End.Exited) slot.start(order).await()).usage();
            }
        }
        return last;
    }

    /** Returns a command whose processes burn so much processor time, in a child of a child. */
    private static String burn(double seconds) {
        return "bash -c 'bash -c \"while :; do :; done\" & p=$!; t() { set -- $(< /proc/$p/stat);"
                + " echo $((${14} + ${15})); }; while [ $(t) -lt " + Math.round(seconds * 100)
                + " ]; do sleep 0.05; done; kill $p; wait $p'; :";
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void seesTheMemoryOfAllProcesses(List<String> coShell) throws IOException {
        // dd holds what it is to print until all has been read; two at once
        Usage usage = usage(coShell, "echo begins; (" + HOLD_200_MIB + ") & " + HOLD_200_MIB + "; wait");
        assertThat(usage.memory()).isBetween(390 * MIB, 600 * MIB);
        assertThat(usage.log()).isEqualTo(7);
        assertThat(usage.cpu()).isBetween(10_000L, 20_000_000L);
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void seesTheProcessorTimeOfChildrenThatHaveEnded(List<String> coShell) throws IOException {
        Usage usage = usage(coShell, burn(0.25) + "; " + burn(0.25) + "; sleep 1.2");
        assertThat(usage.cpu()).isBetween(500_000L, 3_000_000L);
        assertThat(usage.memory()).isBetween(MIB, 100 * MIB);
    }

    /** The account of the slot's shell holds what others have used before. */
    @ParameterizedTest
    @MethodSource("coShells")
    void countsNothingOfTheCommandsBefore(List<String> coShell) throws IOException {
        String busy = burn(0.3);
        assertThat(usage(coShell, busy, busy + "; sleep 1", "true", "sleep 2.2").cpu())
                .isLessThan(200_000L); // or unknown, on a machine on which looking takes long
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void saysNothingOfACommandThatEndsWithinASecond(List<String> coShell) throws IOException {
        assertThat(usage(coShell, "sleep 0.1")).isEqualTo(Usage.UNKNOWN);
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void doesNotSeeWhatHasLeftItsSession(List<String> coShell) throws IOException {
        Usage usage = usage(coShell, "setsid bash -c '" + HOLD_200_MIB + "'; sleep 0.1");
        assertThat(usage.memory()).isBetween(1L, 100 * MIB);
    }
}
