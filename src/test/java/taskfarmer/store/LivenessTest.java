package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskfarmer.config.BatchJob;
import taskfarmer.model.FarmException;

@Timeout(20)
class LivenessTest {
    @TempDir
    private Path directory;

    private Identity self;
    private Liveness liveness;
    private Heartbeat.@Nullable Pulse pulse = new Heartbeat.Pulse(1, false);
    private final AtomicLong now = new AtomicLong();

    @BeforeEach
    void look() throws IOException {
        self = Identity.ofThisProcess(BatchJob.NONE);
        liveness = new PeerLiveness(self, directory, farmer -> look(farmer), now::get);
    }

    private Heartbeat.Pulse look(int farmer) throws IOException {
        assertThat(farmer).isEqualTo(7);
        if (pulse == null) {
            throw new IOException("Input/output error");
        }
        return pulse;
    }

    private void shows(Heartbeat.@Nullable Pulse what) {
        pulse = what;
    }

    private static State.Farmer farmer(Identity identity) {
        return State.Farmer.of(7, TestStores.joined(identity, 1), 0);
    }

    private Liveness.Verdict of(Identity identity) throws IOException {
        return liveness.of(farmer(identity));
    }

    /** Starts what looks like the reaper of a farmer. */
    private static Process reaperOf(Identity identity) throws IOException {
        return new ProcessBuilder("bash", "-c", "read -r", "taskfarmer-reaper", identity.token()).start();
    }

    private Identity process(long pid, long started) {
        return new Identity(self.host(), self.boot(), self.pidNamespace(), pid, started, BatchJob.NONE);
    }

    private static Identity elsewhere() {
        return new Identity("other", "other-boot", "1", 1, 1, BatchJob.NONE);
    }

    private Liveness.Verdict elsewhereAfter(Duration time) throws IOException {
        now.addAndGet(time.toNanos());
        return of(elsewhere());
    }

    @Test
    void knowsThisProcess() throws IOException {
        assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(self.started()).isPositive().isEqualTo(Identity.startOf(self.pid()));
        assertThat(self.name()).isEqualTo(self.host() + " (PID " + self.pid() + ")");
        assertThat(self.host()).doesNotContain(" ").isNotEmpty();
        assertThat(self.boot()).hasSize(36);
    }

    @Test
    void findsALivingFarmerPresent() throws IOException {
        assertThat(of(self)).isEqualTo(Liveness.Verdict.PRESENT);
    }

    @Test
    void takesAPidThatIsUsedAgainForADeadFarmer() throws IOException {
        assertThat(of(process(self.pid(), self.started() - 1))).isEqualTo(Liveness.Verdict.GONE);
    }

    @Test
    void findsADeadFarmerDyingWhileItsReaperWorks() throws Exception {
        Identity dead = process(self.pid(), self.started() - 1);
        Process reaper = reaperOf(dead);
        assertThat(of(dead)).isEqualTo(Liveness.Verdict.DYING);
        reaper.destroyForcibly().waitFor();
        assertThat(of(dead)).isEqualTo(Liveness.Verdict.GONE);
    }

    @Test
    void findsAFarmerGoneThatHasEnded() throws Exception {
        Process other = new ProcessBuilder("sleep", "100").start();
        Identity identity = process(other.pid(), Identity.startOf(other.pid()));
        assertThat(of(identity)).isEqualTo(Liveness.Verdict.PRESENT);
        other.destroyForcibly();
        other.waitFor();
        assertThat(Identity.startOf(other.pid())).isEqualTo(-1);
        assertThat(of(identity)).isEqualTo(Liveness.Verdict.GONE);
    }

    @Test
    void takesAZombieForDead() throws Exception {
        // A shell that becomes another program, which does not wait for the child.
        Process parent =
                new ProcessBuilder("bash", "-c", "exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 100").start();
        try (var out = parent.inputReader()) {
            long child = Long.parseLong(out.readLine());
            while (!Files.readString(Path.of("/proc/" + parent.pid() + "/comm")).equals("sleep\n")) {
                Thread.onSpinWait();
            }
            parent.getOutputStream().close(); // the child ends
            while (Identity.startOf(child) >= 0) {
                Thread.onSpinWait();
            }
            assertThat(Path.of("/proc/" + child)).exists();
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void findsAFarmerElsewherePresentAsLongAsItsHeartMoves() throws IOException {
        shows(new Heartbeat.Pulse(1, false));
        for (int beat = 1; beat < 30; beat++) {
            shows(new Heartbeat.Pulse(beat, false));
            assertThat(elsewhereAfter(Duration.ofSeconds(20))).isEqualTo(Liveness.Verdict.PRESENT);
        }
    }

    @Test
    void findsAFarmerElsewhereGoneWhenItsHeartHasRestedAsLongAsItPromised() throws IOException {
        shows(new Heartbeat.Pulse(5, false));
        for (int seconds = 0; seconds <= 30; seconds += 10) {
            assertThat(elsewhereAfter(Duration.ofSeconds(10))).isEqualTo(Liveness.Verdict.PRESENT);
        }
        for (int seconds = 40; seconds < 60; seconds += 10) {
            assertThat(elsewhereAfter(Duration.ofSeconds(10))).isEqualTo(Liveness.Verdict.SUSPECT);
        }
        assertThat(elsewhereAfter(Duration.ofSeconds(10))).isEqualTo(Liveness.Verdict.GONE);
        assertThat(liveness.isStillGone(farmer(elsewhere()))).isTrue();
        shows(new Heartbeat.Pulse(6, false)); // under the lock it is looked at once more
        assertThat(liveness.isStillGone(farmer(elsewhere()))).isFalse();
        assertThat(elsewhereAfter(Duration.ofSeconds(10))).isEqualTo(Liveness.Verdict.PRESENT);
    }

    @Test
    void suspectsAFarmerWhoseLockCanBeHadOrWhoseFileIsGone() throws IOException {
        shows(new Heartbeat.Pulse(5, true));
        assertThat(elsewhereAfter(Duration.ofSeconds(1))).isEqualTo(Liveness.Verdict.SUSPECT);
        shows(new Heartbeat.Pulse(-1, true));
        assertThat(elsewhereAfter(Duration.ofSeconds(20))).isEqualTo(Liveness.Verdict.SUSPECT);
    }

    @Test
    void doesNotCountTheTimeInWhichNobodyLooked() throws IOException {
        shows(new Heartbeat.Pulse(5, false));
        assertThat(elsewhereAfter(Duration.ZERO)).isEqualTo(Liveness.Verdict.PRESENT);
        assertThat(elsewhereAfter(Duration.ofHours(1))).isEqualTo(Liveness.Verdict.PRESENT);
    }

    @Test
    void doesNotCountTheTimeInWhichTheFileSystemFailed() throws IOException {
        shows(new Heartbeat.Pulse(5, false));
        assertThat(elsewhereAfter(Duration.ZERO)).isEqualTo(Liveness.Verdict.PRESENT);
        shows(null);
        for (int i = 0; i < 20; i++) {
            assertThat(elsewhereAfter(Duration.ofSeconds(10))).isEqualTo(Liveness.Verdict.PRESENT);
        }
        shows(new Heartbeat.Pulse(5, false));
        assertThat(elsewhereAfter(Duration.ofSeconds(10))).isEqualTo(Liveness.Verdict.PRESENT);
    }

    @Test
    void refusesLocksThatDoNotExclude() throws IOException {
        shows(new Heartbeat.Pulse(5, true));
        assertThat(elsewhereAfter(Duration.ZERO)).isEqualTo(Liveness.Verdict.SUSPECT);
        shows(new Heartbeat.Pulse(6, true));
        assertThatThrownBy(() -> elsewhereAfter(Duration.ofSeconds(10)))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("locks do not exclude: farmer other (PID 1) is alive")
                .hasMessageContaining("mounted at");
    }

    @Test
    void believesInLocksThatWereFreeOnlyOnce() throws IOException {
        shows(new Heartbeat.Pulse(5, true)); // while its owner was about to take it
        assertThat(elsewhereAfter(Duration.ZERO)).isEqualTo(Liveness.Verdict.SUSPECT);
        shows(new Heartbeat.Pulse(6, false));
        assertThat(elsewhereAfter(Duration.ofSeconds(10))).isEqualTo(Liveness.Verdict.PRESENT);
        shows(new Heartbeat.Pulse(7, true)); // it beat once more and died
        assertThat(elsewhereAfter(Duration.ofSeconds(10))).isEqualTo(Liveness.Verdict.SUSPECT);
    }

    @Test
    void takesAFarmerOfThisHostThatHasBeenStoppedForDead() throws Exception {
        shows(new Heartbeat.Pulse(5, false));
        State.Farmer stopped = farmer(self);
        Process reaper = reaperOf(self);
        for (int seconds = 0; seconds <= 60; seconds += 10) {
            liveness.of(stopped);
            now.addAndGet(Duration.ofSeconds(10).toNanos());
        }
        assertThat(liveness.of(stopped)).isEqualTo(Liveness.Verdict.DYING); // as long as its reaper lives
        assertThat(liveness.isStillGone(stopped)).isFalse();
        // Its reaper's time is up; but not if nobody looked, because this process may have been stopped as well.
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(liveness.of(stopped)).isEqualTo(Liveness.Verdict.DYING);
        for (int seconds = 0; seconds <= 14; seconds += 2) {
            now.addAndGet(Duration.ofSeconds(2).toNanos());
            liveness.of(stopped);
        }
        assertThat(liveness.of(stopped)).isEqualTo(Liveness.Verdict.GONE); // the reaper may be stopped as well
        reaper.destroyForcibly();
    }

    /** What was seen of its dying before does not shorten the time that its reaper gets when it dies indeed. */
    @Test
    void waitsForTheTasksOfAFarmerThatSeemedDeadOnceBefore() throws Exception {
        Process other = new ProcessBuilder("sleep", "100").start();
        Identity identity = process(other.pid(), Identity.startOf(other.pid()));
        Process reaper = reaperOf(identity);
        shows(new Heartbeat.Pulse(5, false));
        for (int seconds = 0; seconds <= 60; seconds += 10) {
            of(identity);
            now.addAndGet(Duration.ofSeconds(10).toNanos());
        }
        assertThat(of(identity)).isEqualTo(Liveness.Verdict.DYING);
        shows(new Heartbeat.Pulse(6, false)); // it was held, with its reaper, and goes on
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(of(identity)).isEqualTo(Liveness.Verdict.PRESENT);
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        other.destroyForcibly().waitFor();
        assertThat(of(identity)).isEqualTo(Liveness.Verdict.DYING);
        for (int seconds = 0; seconds <= 14; seconds += 2) {
            now.addAndGet(Duration.ofSeconds(2).toNanos());
            of(identity);
        }
        assertThat(of(identity)).isEqualTo(Liveness.Verdict.GONE);
        reaper.destroyForcibly();
    }

    /** What a task has submitted is another job. */
    @ParameterizedTest
    @CsvSource({", , true", "1, 1, true", "1, 2, false", "'', 2, false", "1, , true", ", 1, true"})
    void findsTheProcessesOfATask(@Nullable String farmersJob, @Nullable String job, boolean expected)
            throws Exception {
        Identity dead = process(self.pid(), self.started() - 1);
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "echo; read -r");
        builder.environment().keySet().removeAll(Set.of("TASKFARMER_JOB", "SLURM_JOB_ID"));
        builder.environment().put("TASKFARMER_FARMER", dead.token());
        if (farmersJob != null) {
            builder.environment().put("TASKFARMER_JOB", farmersJob);
        }
        if (job != null) {
            builder.environment().put("SLURM_JOB_ID", job);
        }
        Process task = builder.start();
        try {
            assertThat(task.getInputStream().read()).isEqualTo('\n'); // bash has been executed
            assertThat(dead.traces().processes().equals(List.of(task.pid()))).isEqualTo(expected);
        } finally {
            task.destroyForcibly().waitFor();
        }
    }

    @Test
    void findsADeadFarmerDyingWhileATaskOfItsLives() throws Exception {
        Identity dead = process(self.pid(), self.started() - 1);
        ProcessBuilder builder = new ProcessBuilder("sleep", "100");
        builder.environment().put("TASKFARMER_FARMER", dead.token());
        Process task = builder.start();
        try {
            while (dead.traces().processes().isEmpty()) {
                Thread.onSpinWait(); // until sleep has been executed
            }
            for (int seconds = 0; seconds <= 60; seconds += 2) { // for as long as it takes
                now.addAndGet(Duration.ofSeconds(2).toNanos());
                of(dead);
            }
            assertThat(of(dead)).isEqualTo(Liveness.Verdict.DYING);
        } finally {
            task.destroyForcibly().waitFor();
        }
        assertThat(of(dead)).isEqualTo(Liveness.Verdict.GONE);
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
