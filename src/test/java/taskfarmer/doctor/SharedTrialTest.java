package taskfarmer.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.doctor.Finding.Level;
import taskfarmer.model.FarmException;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Identity;
import taskfarmer.store.LockSite;
import taskfarmer.store.Storage;

/** Participants of one process; locks of this process exclude each other as those of several do. */
@Timeout(120)
class SharedTrialTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Pause PAUSE = Thread::sleep;

    @TempDir
    private Path root;

    private Path directory;

    @BeforeEach
    void knowTheDirectory() throws IOException {
        directory = root.resolve(".taskfarmer-doctor-" + Environment.processUid() + "-shared");
    }

    private SharedTrial trial(Storage storage, int number, int participants, Duration patience, Pause pause)
            throws IOException {
        SharedTrial.Options options =
                new SharedTrial.Options("shared", participants, patience, Environment.processUid());
        String id = String.format("%016x", 0xabc0 + number);
        return new SharedTrial(
                storage,
                LockSite.within(root),
                options,
                Identity.ofThisProcess(BatchJob.NONE),
                id,
                pause,
                notice -> {});
    }

    private List<Finding> alone(Duration patience) throws IOException, InterruptedException {
        return trial(new FileStorage(), 0, 2, patience, PAUSE).run();
    }

    private List<List<Finding>> all(Storage storage, int participants) throws Exception {
        List<CompletableFuture<List<Finding>>> running = new ArrayList<>();
        for (int i = 0; i < participants; i++) {
            SharedTrial trial = trial(storage, i, participants, LONG, PAUSE);
            running.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return trial.run();
                        } catch (IOException | InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    },
                    work -> new Thread(work).start()));
        }
        List<List<Finding>> findings = new ArrayList<>();
        for (CompletableFuture<List<Finding>> one : running) {
            findings.add(one.get());
        }
        return findings;
    }

    private static Finding failure(List<Finding> findings) {
        assertThat(findings)
                .filteredOn(finding -> finding.level() == Level.FAILURE)
                .hasSize(1);
        return findings.get(findings.size() - 1);
    }

    @Test
    void provesThatLocksExclude() throws Exception {
        List<List<Finding>> findings = all(new FileStorage(), 3);
        assertThat(findings.get(0)).noneMatch(finding -> finding.level() == Level.FAILURE);
        assertThat(findings.get(0))
                .extracting(Finding::text)
                .anySatisfy(text -> assertThat(text).startsWith("3 participants on one node: "))
                .anySatisfy(text -> assertThat(text).contains("the others were refused"))
                .anySatisfy(text -> assertThat(text).contains("increments under the lock, none lost"));
        assertThat(Set.copyOf(findings)).as("verdicts").hasSize(1);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void noticesThatALockIsGrantedTwice() throws Exception {
        Storage lying = new OtherStorage() {
            @Override
            boolean tryLock(OpenFile file) {
                return true;
            }
        };
        List<List<Finding>> findings = all(lying, 2);
        for (List<Finding> each : findings) {
            assertThat(failure(each).text()).contains("locks do not exclude", "got the lock while");
            assertThat(failure(each).cure()).contains(root.toString(), " mounted at ", "SCRATCH");
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void noticesALostIncrement() throws Exception {
        List<List<Finding>> findings = all(new LosingStorage(), 2);
        for (List<Finding> each : findings) {
            assertThat(each).extracting(Finding::text).contains("while one held the lock, the others were refused");
            assertThat(failure(each).text()).contains("did not read under it", "increments the counter was");
            assertThat(failure(each).cure()).contains(" mounted at ", "SCRATCH");
        }
        assertThat(root).isEmptyDirectory();
    }

    /** Locks exclude until one participant counts; then the other one is let in, and both have read the same number. */
    private static final class LosingStorage extends OtherStorage {
        private final CyclicBarrier bothHaveRead = new CyclicBarrier(2);
        private final Set<Object> readers = ConcurrentHashMap.newKeySet();
        private volatile boolean lying;

        @Override
        boolean tryLock(OpenFile file) throws IOException {
            return lying || file.tryLock();
        }

        @Override
        void haveReadLockFile(OpenFile file) throws IOException {
            lying = true;
            if (readers.add(file)) {
                try {
                    bothHaveRead.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    @Test
    void tellsAllWhatOneOfThemMet() throws Exception {
        Storage without = new OtherStorage() {
            @Override
            boolean tryLock(OpenFile file) throws IOException {
                throw new FileSystemException("the lock", null, "Function not implemented");
            }
        };
        for (List<Finding> each : all(without, 2)) {
            assertThat(failure(each).text()).contains("Function not implemented");
            assertThat(failure(each).cure()).contains("SCRATCH");
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void givesUpWhenNobodyElseComes() throws Exception {
        Finding failure = failure(alone(Duration.ofMillis(200)));
        assertThat(failure.text()).contains("only 1 of 2 participants came within");
        assertThat(failure.cure()).contains("srun -N2", " mounted at ");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void isNotMisledByWhatAnEarlierRunHasLeft() throws Exception {
        leaveBehind();
        assertThat(failure(alone(Duration.ofMillis(200))).text()).contains("only 1 of 2");
        assertThat(directory).isNotEmptyDirectory();

        List<List<Finding>> findings = all(new FileStorage(), 2);
        assertThat(findings.get(0)).noneMatch(finding -> finding.level() == Level.FAILURE);
        assertThat(root).isEmptyDirectory();
    }

    private void leaveBehind() throws IOException {
        LockSite.trial(new FileStorage(), root, "shared", Environment.processUid());
        Member dead = Member.of("00000000deadbeef", Identity.ofThisProcess(BatchJob.NONE))
                .seeing(List.of("0123456789abcdef"))
                .at(7);
        Files.write(directory.resolve("member-" + dead.id()), dead.encode());
        Files.write(directory.resolve("member-half"), new byte[] {'i', 'd'});
        Files.write(directory.resolve("lock-00000000deadbeef"), new byte[] {1, 2, 3});
    }

    @Test
    void refusesAPlaceThatIsNotItsOwn() throws Exception {
        Files.createSymbolicLink(directory, root);
        assertThatThrownBy(() -> alone(LONG)).isInstanceOf(FarmException.class);
    }

    @Test
    void leavesNothingWhenItIsStopped() throws Exception {
        Pause stopped = millis -> {
            throw new InterruptedException();
        };
        SharedTrial trial = trial(new FileStorage(), 0, 2, LONG, stopped);
        assertThatThrownBy(trial::run).isInstanceOf(InterruptedException.class);
        assertThat(root).isEmptyDirectory();
    }
}
