package taskfarmer.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskfarmer.config.Environment;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.Resources;

class BindingTest extends LedgerTest {
    private static Environment environment(String path) {
        Path root = Path.of("/");
        return new Environment(Map.of("PATH", path), root, root, Optional.empty(), 0);
    }

    @Test
    void runsCommandsOnTheCoresOfTheirShares() throws IOException {
        Path taskset = directory.resolve("taskset");
        assertThat(taskset.toFile().createNewFile() && taskset.toFile().setExecutable(true))
                .isTrue();
        Binding binding = Binding.of(node(""), environment(directory.toString()));
        HostLedger ledger = ledger(node(""));
        Share first = ledger.take(Resources.parse("cores=2"), "x").orElseThrow();
        Share second = ledger.take(Resources.parse("cores=0.5"), "x").orElseThrow();
        Share third = ledger.take(Resources.parse("cores=2"), "x").orElseThrow();
        ledger.giveBack(first);
        ledger.giveBack(third);
        Share fourth = ledger.take(Resources.parse("cores=4"), "x").orElseThrow();
        assertThat(binding.prefix(first)).containsExactly(taskset.toString(), "-c", "0-1");
        assertThat(binding.prefix(second)).containsExactly(taskset.toString(), "-c", "2");
        assertThat(binding.prefix(fourth)).containsExactly(taskset.toString(), "-c", "0-1,3-4");
        assertThat(binding.prefix(new Share(1, Resources.NONE, List.of(), List.of(), Map.of())))
                .isEmpty();
    }

    @Test
    void isRefusedWhereItCannotBeDone() {
        assertThatThrownBy(() -> Binding.of(node("cores=40"), environment("/usr/bin:/bin")))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.remedy()).contains("--resources");
                })
                .hasMessageContaining("40 cores were stated", "0-31");
        Capacity slurm = Capacity.of(FakeNode.of("0-31", 64).variable("SLURM_CPUS_ON_NODE", "8"), Stated.NOTHING);
        assertThatThrownBy(() -> Binding.of(slurm, environment("/usr/bin:/bin")))
                .hasMessageContaining("nobody says which");
        assertThatThrownBy(() -> Binding.of(node(""), environment("/nowhere")))
                .hasMessageContaining("no taskset on PATH");
    }
}
