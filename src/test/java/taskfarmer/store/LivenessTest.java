package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.Environment;

@Timeout(20)
class LivenessTest {
    @TempDir
    private Path directory;

    private Identity self;
    private LockDirectory locks;
    private Liveness liveness;

    @BeforeEach
    void look() throws IOException {
        self = Identity.ofThisProcess();
        locks = LockDirectory.open(new FileStorage(), directory.resolve("locks"), Environment.processUid());
        liveness = new HostLiveness(self, locks);
    }

    private Liveness.Verdict of(Identity identity, long reaper, long reaperStarted) throws IOException {
        Op.Joined joined = TestStores.joined(identity, 1, reaper, reaperStarted);
        return liveness.of(new State.Farmer(7, joined, 0, true));
    }

    private Identity with(String host, String machine, String boot, String namespace, long pid, long started) {
        return new Identity(host, machine, boot, namespace, pid, started);
    }

    private Identity process(long pid, long started) {
        return with(self.host(), self.machine(), self.boot(), self.pidNamespace(), pid, started);
    }

    @Test
    void knowsThisProcess() throws IOException {
        assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(self.started()).isPositive().isEqualTo(Identity.startOf(self.pid()));
        assertThat(self.name()).isEqualTo(self.host() + " " + self.pid());
        assertThat(self.host()).doesNotContain(" ").isNotEmpty();
        assertThat(self.boot()).hasSize(36);
    }

    @Test
    void findsALivingFarmerPresent() throws IOException {
        assertThat(of(self, 0, -1)).isEqualTo(Liveness.Verdict.PRESENT);
    }

    @Test
    void takesAPidThatIsUsedAgainForADeadFarmer() throws IOException {
        assertThat(of(process(self.pid(), self.started() - 1), 0, 5)).isEqualTo(Liveness.Verdict.GONE);
    }

    @Test
    void findsADeadFarmerDyingWhileItsReaperWorks() throws IOException {
        Identity dead = process(self.pid(), self.started() - 1);
        assertThat(of(dead, self.pid(), self.started())).isEqualTo(Liveness.Verdict.DYING);
        assertThat(of(dead, self.pid(), self.started() - 1)).isEqualTo(Liveness.Verdict.GONE);
    }

    @Test
    void findsAFarmerGoneThatHasEnded() throws Exception {
        Process other = new ProcessBuilder("sleep", "100").start();
        Identity identity = process(other.pid(), Identity.startOf(other.pid()));
        assertThat(of(identity, 0, 5)).isEqualTo(Liveness.Verdict.PRESENT);
        other.destroyForcibly();
        other.waitFor();
        assertThat(Identity.startOf(other.pid())).isEqualTo(-1);
        assertThat(of(identity, 0, 5)).isEqualTo(Liveness.Verdict.GONE);
    }

    @Test
    void takesAZombieForDead() throws Exception {
        // A shell that does not wait for its child.
        Process parent = new ProcessBuilder("bash", "-c", "sleep 0 & echo $!; exec sleep 100").start();
        try (var out = parent.inputReader()) {
            long child = Long.parseLong(out.readLine());
            while (Identity.startOf(child) >= 0) {
                Thread.onSpinWait();
            }
            assertThat(Path.of("/proc/" + child)).exists();
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void provesNothingAboutFarmersOfOtherHosts() throws IOException {
        Identity elsewhere = with("other", "m", "other-boot", "1", 1, 1);
        assertThat(of(elsewhere, 0, -1)).isEqualTo(Liveness.Verdict.PRESENT);
        Identity sameName = with(self.host(), "-", "other-boot", "1", 1, 1);
        assertThat(of(sameName, 0, -1)).isEqualTo(Liveness.Verdict.PRESENT);
    }

    @Test
    void looksAtTheLockOfAFarmerWhosePidsItCannotSee() throws IOException {
        Identity container = with(self.host(), self.machine(), self.boot(), "1", 1, 1);
        try (Storage.OpenFile life = locks.enter(7, container)) {
            assertThat(life.size()).isPositive();
            assertThat(of(container, 0, -1)).isEqualTo(Liveness.Verdict.PRESENT);
        }
        // What its reaper does cannot be seen either: it is given the time that it takes.
        assertThat(of(container, 0, -1)).isEqualTo(Liveness.Verdict.DYING);
    }

    @Test
    void findsADeadFarmerDyingWhileATaskOfItsLives() throws Exception {
        Identity dead = process(self.pid(), self.started() - 1);
        ProcessBuilder builder = new ProcessBuilder("sleep", "100");
        builder.environment().put("TASKFARMER_FARMER", dead.token());
        Process task = builder.start();
        try {
            while (!dead.hasProcesses()) {
                Thread.onSpinWait(); // until sleep has been executed
            }
            assertThat(of(dead, 0, -1)).isEqualTo(Liveness.Verdict.DYING);
        } finally {
            task.destroyForcibly().waitFor();
        }
        assertThat(of(dead, 0, -1)).isEqualTo(Liveness.Verdict.GONE);
    }

    @Test
    void findsAFarmerGoneAfterItsMachineWasBootedAnew() throws IOException {
        Liveness here = new HostLiveness(with("n", "machine", "boot-2", "1", 1, 1), locks);
        Op.Joined joined = TestStores.joined(with("n", "machine", "boot-1", "1", 1, 1), 1, 0, -1);
        assertThat(here.of(new State.Farmer(7, joined, 0, true))).isEqualTo(Liveness.Verdict.GONE);
    }

    @Test
    void isReadFromAProcessWithAnOddName() throws Exception {
        Path odd = java.nio.file.Files.copy(Path.of("/bin/sleep"), directory.resolve("a) Z 1 (b"));
        Process process = new ProcessBuilder(odd.toString(), "100").start();
        try {
            assertThat(Identity.startOf(process.pid())).isGreaterThanOrEqualTo(self.started());
        } finally {
            process.destroyForcibly();
        }
    }
}
