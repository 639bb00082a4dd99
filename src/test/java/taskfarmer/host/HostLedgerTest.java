package taskfarmer.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.Resources;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Identity;

@Timeout(60)
class HostLedgerTest extends LedgerTest {
    private static Resources resources(String text) {
        return Resources.parse(text);
    }

    private static Resources free(HostLedger ledger) throws IOException {
        ledger.refresh();
        return ledger.free();
    }

    /** The example of Lifeblood's documentation, to the digit. */
    @Test
    void tellsAllWorkersWhatIsLeft() throws IOException {
        Capacity node = Capacity.of(FakeNode.of("0-31", 64), Stated.NOTHING);
        HostLedger one = ledger(node);
        assertThat(one.free()).isEqualTo(resources("cores=32,mem=64G"));
        Share first = one.take(resources("cores=8,mem=16G"), "tasks.txt 1.1").orElseThrow();

        HostLedger two = ledger(node);
        assertThat(two.free()).isEqualTo(resources("cores=24,mem=48G"));
        Share second = two.take(resources("cores=20,mem=40G"), "tasks.txt 2.1").orElseThrow();

        HostLedger three = ledger(node);
        assertThat(three.free()).isEqualTo(resources("cores=4,mem=8G"));

        one.giveBack(first);
        one.close();
        assertThat(free(two)).isEqualTo(resources("cores=12,mem=24G"));
        assertThat(free(three)).isEqualTo(resources("cores=12,mem=24G"));

        two.giveBack(second);
        two.close();
        assertThat(three.refresh()).isTrue();
        assertThat(three.free()).isEqualTo(resources("cores=32,mem=64G"));
        assertThat(three.refresh()).isFalse();
    }

    @Test
    void keepsWhatADeadFarmerHeldUntilItsTasksHaveEnded() throws Exception {
        Process farmer = farmer();
        HostLedger dying = ledger(farmer, node(""));
        dying.take(resources("cores=30"), "tasks.txt 1.1").orElseThrow();
        Process task = task(Map.of("TASKFARMER_FARMER", identity(farmer).token()));
        HostLedger other = ledger(node(""));
        farmer.destroyForcibly().waitFor();
        for (int i = 0; i < 10; i++) {
            assertThat(other.refresh()).isFalse();
            assertThat(other.take(resources("cores=3"), "x")).isEmpty();
        }
        task.destroyForcibly().waitFor();
        until(other::refresh);
        assertThat(other.free()).isEqualTo(resources("cores=32,mem=64G"));
    }

    @Test
    void freesNothingOfAFarmerThatCannotBeSeen() throws IOException {
        Identity self = Identity.ofThisProcess(BatchJob.NONE);
        Identity unseen = new Identity(self.host(), self.boot(), "1", 999_999_999, 1, BatchJob.NONE);
        HostLedger elsewhere = HostLedger.open(new FileStorage(), environment(), unseen, node(""));
        elsewhere.take(resources("cores=30"), "x").orElseThrow();
        HostLedger here = ledger(node(""));
        assertThat(here.refresh()).isFalse();
        assertThat(here.free().amount("cores")).isEqualTo(2000);
        elsewhere.close();
    }

    @Test
    void remembersWhatItHoldsShouldTheFileBeRemoved() throws IOException {
        HostLedger one = ledger(node(""));
        HostLedger two = ledger(node(""));
        Share share = one.take(resources("cores=8"), "x").orElseThrow();
        Files.delete(one.path());
        Files.delete(one.path().getParent());
        one.refresh();
        two.refresh();
        assertThat(two.free().amount("cores")).isEqualTo(24_000);
        Files.delete(one.path());
        two.take(resources("cores=4"), "y").orElseThrow();
        one.giveBack(share);
        one.take(resources("cores=1"), "z").orElseThrow();
        assertThat(free(two).amount("cores")).isEqualTo(27_000);
    }

    /** Whatever a job that cleans up does to the file: what running tasks hold is taken by nobody else. */
    @Test
    void restoresWhatRunningTasksHold() throws IOException {
        HostLedger owner = ledger(node(""));
        for (int i = 1; i <= 3; i++) {
            task(owner.take(resources("cores=10,mem=2G"), "tasks.txt " + i + ".1")
                    .orElseThrow()
                    .environment());
        }
        byte[] file = Files.readAllBytes(owner.path());
        assertThat(file).hasSize(4 * Block.SIZE);
        for (int cut = 0; cut < file.length; cut += 173) {
            assertIsRestoredFrom(owner.path(), Arrays.copyOf(file, cut));
        }
        for (int from = 0; from < file.length; from += 331) {
            byte[] damaged = file.clone();
            Arrays.fill(damaged, from, Math.min(file.length, from + 500), (byte) 'x');
            assertIsRestoredFrom(owner.path(), damaged);
        }
        assertIsRestoredFrom(owner.path(), new byte[5 * Block.SIZE]);
    }

    private void assertIsRestoredFrom(Path path, byte[] damaged) throws IOException {
        Files.write(path, damaged);
        HostLedger newcomer = ledger(node(""));
        assertThat(newcomer.free()).isEqualTo(resources("cores=2,mem=58G"));
        assertThat(newcomer.take(resources("cores=3"), "x")).isEmpty();
        Share share = newcomer.take(resources("cores=2"), "x").orElseThrow();
        assertThat(share.cores()).containsExactly("30", "31");
        newcomer.close();
    }

    @Test
    void takesNoNoticeOfAWriteThatWasKilledHalfWay() throws IOException {
        HostLedger owner = ledger(node(""));
        owner.take(resources("cores=8"), "x").orElseThrow();
        byte[] file = Files.readAllBytes(owner.path());
        for (int written : new int[] {1, 20, Block.SIZE - 1}) {
            byte[] torn = Arrays.copyOf(file, file.length + written);
            Arrays.fill(torn, file.length, torn.length, (byte) 'y');
            Files.write(owner.path(), torn);
            HostLedger newcomer = ledger(node(""));
            owner.refresh();
            assertThat(free(newcomer).amount("cores")).isEqualTo(24_000);
            newcomer.close();
            assertThat(Files.size(owner.path())).isEqualTo(file.length);
        }
    }

    @Test
    void worksOnWhileSomebodyHoldsItsLock() throws Exception {
        HostLedger one = ledger(node(""));
        HostLedger two = ledger(node(""));
        Share share = one.take(resources("cores=8"), "x").orElseThrow();
        assertThat(free(two).amount("cores")).isEqualTo(24_000);
        Process holder = LedgerUser.start("hold", one.path().toString());
        try (BufferedReader words = holder.inputReader()) {
            assertThat(words.readLine()).isEqualTo("held");
            assertThat(two.take(resources("cores=1"), "y")).isEmpty();
            one.giveBack(share);
            assertThat(two.refresh()).as("giving back needs no lock").isTrue();
            assertThat(two.take(resources("cores=1"), "y")).isEmpty();
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertThat(two.take(resources("cores=32"), "y")).isPresent();
        assertThat(one.take(resources("cores=1"), "y")).isEmpty();
    }

    @Test
    void belongsToItsUserAlone() throws IOException {
        HostLedger ledger = ledger(node(""));
        ledger.take(resources("cores=8"), "x").orElseThrow();
        Path parent = ledger.path().getParent();
        assertThat(parent).isEqualTo(directory.resolve("taskfarmer-" + Environment.processUid()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ledger.path())))
                .isEqualTo("rw-------");
        ledger.close();
        assertThat(directory).isEmptyDirectory();

        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.createSymbolicLink(parent, elsewhere);
        assertThatThrownBy(() -> ledger(node("")))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.UNTRUSTED))
                .hasMessageContaining("only you can write to");
        Files.delete(parent);
        Files.createDirectory(parent);
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> ledger(node(""))).hasMessageContaining("only you can write to");
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(ledger.path(), elsewhere.resolve("file"));
        assertThatThrownBy(() -> ledger(node(""))).hasMessageContaining("cannot be kept");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void saysWhatToDoWhereThereIsNoPlaceForIt() throws IOException {
        Path missing = directory.resolve("missing");
        Environment environment = new Environment(
                Map.of("TASKFARMER_LEDGER_DIR", missing.toString()), directory, directory, Optional.empty(), 0);
        assertThatThrownBy(() -> HostLedger.open(
                        new FileStorage(), environment, Identity.ofThisProcess(BatchJob.NONE), node("")))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.remedy()).contains("TASKFARMER_LEDGER_DIR=DIR"))
                .hasMessageContaining(missing.toString());
    }

    @Test
    void isLeftToTheOthersWhenOneLeaves() throws IOException {
        HostLedger one = ledger(node(""));
        HostLedger two = ledger(node(""));
        one.take(resources("cores=8"), "x").orElseThrow();
        two.close();
        assertThat(two.take(resources("cores=1"), "x")).isEmpty();
        assertThat(two.refresh()).isFalse();
        assertThat(one.path()).exists();
        HostLedger three = ledger(node(""));
        assertThat(three.free().amount("cores")).isEqualTo(24_000);
        one.close();
        assertThat(one.path()).doesNotExist();
        assertThat(three.refresh()).isTrue();
        assertThat(three.take(resources("cores=32"), "x")).isPresent();
        assertThat(three.path()).exists();
    }

    @Test
    void tellsTasksWhatTheyHave() throws IOException {
        HostLedger ledger = ledger(node("gpus=4"));
        Share first = ledger.take(resources("cores=0.5,gpus=0.5"), "x").orElseThrow();
        assertThat(first.environment())
                .containsEntry("TASKFARMER_CPUS", "0")
                .containsEntry("OMP_NUM_THREADS", "1")
                .containsEntry("TASKFARMER_GPUS", "0")
                .doesNotContainKey("TASKFARMER_MEM");
        Share second = ledger.take(resources("cores=3,gpus=2,mem=1.5G"), "x").orElseThrow();
        assertThat(second.environment())
                .containsEntry("TASKFARMER_CPUS", "1,2,3")
                .containsEntry("OMP_NUM_THREADS", "3")
                .containsEntry("TASKFARMER_GPUS", "1,2")
                .containsEntry("CUDA_VISIBLE_DEVICES", "1,2")
                .containsEntry("ROCR_VISIBLE_DEVICES", "1,2")
                .containsEntry("TASKFARMER_MEM", "1610612736");
        assertThat(ledger.take(resources("cores=1"), "x").orElseThrow().environment())
                .containsEntry("TASKFARMER_CPUS", "4")
                .doesNotContainKeys("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "TASKFARMER_GPUS");
    }

    /** HIP counts in CUDA_VISIBLE_DEVICES what ROCR_VISIBLE_DEVICES has left. */
    @Test
    void tellsTasksOnAmdGpusTheSameTwiceInOtherWords() throws IOException {
        FakeNode node = FakeNode.of("0-31", 64).variable("ROCR_VISIBLE_DEVICES", "2,3,5");
        HostLedger ledger = ledger(Capacity.of(node, Stated.NOTHING));
        ledger.take(resources("cores=1,gpus=1"), "x").orElseThrow();
        assertThat(ledger.take(resources("cores=1,gpus=2"), "x").orElseThrow().environment())
                .containsEntry("ROCR_VISIBLE_DEVICES", "3,5")
                .containsEntry("CUDA_VISIBLE_DEVICES", "0,1")
                .containsEntry("TASKFARMER_GPUS", "3,5");
    }

    @Test
    void canBeLookedAtWithoutLeavingATrace() throws Exception {
        Identity self = Identity.ofThisProcess(BatchJob.NONE);
        Holdings before = Holdings.look(new FileStorage(), environment(), self, node(""));
        assertThat(before.all()).isEmpty();
        assertThat(before.free()).isEqualTo(resources("cores=32,mem=64G"));
        assertThat(directory).isEmptyDirectory();

        Process farmer = farmer();
        ledger(farmer, node("")).take(resources("cores=2,mem=1G"), "a b 1.1").orElseThrow();
        byte[] file = Files.readAllBytes(before.ledger());
        Holdings during = Holdings.look(new FileStorage(), environment(), self, node(""));
        assertThat(during.free()).isEqualTo(resources("cores=30,mem=63G"));
        assertThat(during.all()).singleElement().satisfies(held -> {
            assertThat(held.holder()).isEqualTo(Holdings.Holder.ALIVE);
            assertThat(held.entry().label()).isEqualTo("a b 1.1");
            assertThat(held.entry().owner().pid()).isEqualTo(farmer.pid());
        });
        farmer.destroyForcibly().waitFor();
        assertThat(Holdings.look(new FileStorage(), environment(), self, node(""))
                        .all())
                .singleElement()
                .extracting(Holdings.Holding::holder)
                .isEqualTo(Holdings.Holder.DEAD);
        assertThat(Files.readAllBytes(before.ledger())).isEqualTo(file);
    }
}
