package taskfarmer.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.Environment;
import taskfarmer.store.FileStorage;
import taskfarmer.store.LockSite;
import taskfarmer.store.Storage;

@Timeout(60)
class LockTrialTest {
    @TempDir
    private Path directory;

    private String look(Storage storage) throws IOException {
        List<Finding> findings = new ArrayList<>();
        List<String> second = LockTrial.java(List.of("doctor", "--second-process"));
        new LockTrial(storage, LockSite.within(directory), Environment.processUid(), second).look(findings::add);
        assertThat(findings).hasSize(1);
        assertThat(directory).isEmptyDirectory();
        return findings.get(0).toString();
    }

    @Test
    void findsThatAnotherProcessIsRefused() throws IOException {
        assertThat(look(new FileStorage())).startsWith("ok    locks exclude another process");
    }

    @Test
    void findsThatAnotherProcessIsNotRefused() throws IOException {
        Storage lying = new OtherStorage() {
            @Override
            boolean tryLock(OpenFile file) {
                return true; // and nobody else sees anything of it
            }
        };
        assertThat(look(lying)).startsWith("FAIL  locks do not exclude").contains(" mounted at ", "SCRATCH");
    }

    @Test
    void namesTheCureWhereThereAreNoLocks() throws IOException {
        Storage without = new OtherStorage() {
            @Override
            boolean tryLock(OpenFile file) throws IOException {
                throw new FileSystemException("x", null, "No locks available");
            }
        };
        assertThat(look(without)).startsWith("FAIL  no lock").contains("No locks available", " mounted at ", "SCRATCH");
    }
}
