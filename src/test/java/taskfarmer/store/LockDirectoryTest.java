package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.config.Environment;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

class LockDirectoryTest {
    @TempDir
    private Path directory;

    private final Storage storage = new FileStorage();

    private LockDirectory open(Path path) throws IOException {
        return LockDirectory.open(storage, path, Environment.processUid());
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private void assertRefused(Path path) {
        assertThatThrownBy(() -> open(path))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.UNTRUSTED);
                    assertThat(e.remedy()).contains("ls -ld");
                })
                .hasMessageContaining("is not a directory that only you can write to");
    }

    @Test
    void isForItsOwnerOnly() throws IOException {
        Path path = directory.resolve(".taskfarmer-0/abc");
        LockDirectory locks = open(path);
        assertThat(permissions(path)).isEqualTo("rwx------");
        assertThat(permissions(path.getParent())).isEqualTo("rwx------");
        try (LockFile lock = locks.lock(notice -> {});
                Heartbeat farmer = locks.enter(1, "n1 1")) {
            assertThat(permissions(path.resolve("lock"))).isEqualTo("rw-------");
            assertThat(permissions(path.resolve("farmer-1"))).isEqualTo("rw-------");
            farmer.beat();
            assertThat(path.resolve("farmer-1")).content().contains("\nfarmer 2 n1 1 ");
        }
    }

    @Test
    void refusesASymbolicLink() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwx------"));
        assertRefused(Files.createSymbolicLink(directory.resolve("link"), real));
        Path parent = Files.createSymbolicLink(directory.resolve(".taskfarmer-0"), real);
        assertRefused(parent.resolve("abc"));
        assertThat(real).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
    void refusesADirectoryThatOthersCanWriteTo(String permissions) throws IOException {
        Path path = Files.createDirectory(directory.resolve("locks"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        assertRefused(path);
        Path parent = Files.createDirectory(directory.resolve(".taskfarmer-0"));
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString(permissions));
        assertRefused(parent.resolve("abc"));
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void refusesADirectoryOfAnotherUser() throws IOException {
        assumeThat(Environment.processUid()).isZero();
        Path path = Files.createDirectory(directory.resolve("locks"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        Files.setAttribute(path, "unix:uid", 12345);
        assertRefused(path);
    }

    @Test
    void refusesAFile() throws IOException {
        assertRefused(Files.createFile(directory.resolve("locks")));
    }

    @Test
    void doesNotMindWhoCanWriteToTheDirectoryAround() throws IOException {
        Path scratch = Files.createDirectory(directory.resolve("scratch"));
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(open(scratch.resolve(".taskfarmer-0/abc")).path()).isDirectory();
    }

    @Test
    void knowsWhichFarmersHoldTheirLocks() throws IOException {
        LockDirectory locks = open(directory.resolve("locks"));
        assertThat(locks.pulse(1)).isEqualTo(new Heartbeat.Pulse(-1, true));
        Heartbeat life = locks.enter(1, "n1 1");
        assertThat(locks.isAnyHeldBut(1)).isFalse();
        assertThat(locks.isAnyHeldBut(2)).isTrue();
        assertThatThrownBy(() -> locks.enter(1, "n1 1"))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("is locked by another process");
        life.close();
        assertThat(locks.pulse(1)).isEqualTo(new Heartbeat.Pulse(1, true));
        assertThat(locks.isAnyHeldBut(2)).isFalse();
        locks.remove(1);
        locks.remove(1);
        assertThat(directory.resolve("locks")).isEmptyDirectory();
    }
}
