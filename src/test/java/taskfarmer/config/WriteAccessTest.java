package taskfarmer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

class WriteAccessTest {
    @TempDir
    private Path directory;

    private final List<String> warnings = new ArrayList<>();
    private WriteAccess access;
    private WriteAccess allowing;
    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        int uid = Environment.processUid();
        access = new WriteAccess(false, uid, warnings::add);
        allowing = new WriteAccess(true, uid, warnings::add);
        file = Files.createFile(directory.resolve("list"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-r--r--", "r--r--r--", "rwxr-xr-x"})
    void passesWhatOnlyTheOwnerCanWriteTo(String permissions) throws IOException {
        permit(file, permissions);
        access.check(file, "task list");
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw-rw-", "rw-----w-", "-------w-"})
    void refusesAFileThatEverybodyCanWriteTo(String permissions) throws IOException {
        permit(file, permissions);
        assertThatThrownBy(() -> access.check(file, "task list"))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.remedy()).contains("chmod o-w '" + file + "'").contains("--allow-writable-by-others");
                })
                .hasMessageContaining("every user of this machine can write to the task list " + file);
    }

    @Test
    void refusesADirectoryThatEverybodyCanWriteTo() throws IOException {
        permit(directory, "rwxrwxrwx");
        assertThatThrownBy(() -> access.check(directory, "work directory"))
                .hasMessageContaining("can write to the work directory " + directory);
    }

    @Test
    void refusesItDespiteAStickyBit() throws Exception {
        assertThat(new ProcessBuilder("chmod", "1777", directory.toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThatThrownBy(() -> access.check(directory, "work directory")).isInstanceOf(FarmException.class);
    }

    @Test
    void onlyWarnsWhereThatIsAllowed() throws IOException {
        permit(file, "rw-rw-rw-");
        allowing.check(file, "INI file");
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("INI file " + file)
                .contains("chmod o-w");
    }

    @Test
    void looksAtWhatALinkPointsTo() throws IOException {
        permit(file, "rw-rw-rw-");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThatThrownBy(() -> access.check(link, "task list")).isInstanceOf(FarmException.class);
    }

    @Test
    void passesDevicesAndWhatDoesNotExist() {
        assertThatCode(() -> access.check(Path.of("/dev/null"), "task list")).doesNotThrowAnyException();
        assertThatCode(() -> access.check(directory.resolve("none"), "task list"))
                .doesNotThrowAnyException();
        assertThat(warnings).isEmpty();
    }

    @Test
    void warnsOfAGroupThatCanWrite() throws IOException {
        try (FileSystem unix = unix()) {
            Path list = Files.createFile(unix.getPath("/list"));
            Files.getFileAttributeView(list, PosixFileAttributeView.class)
                    .setGroup(unix.getUserPrincipalLookupService().lookupPrincipalByGroupName("staff"));
            permit(list, "rw-rw-r--");

            new WriteAccess(false, uid(list), warnings::add).check(list, "task list");

            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains("by its group")
                    .contains("chmod g-w '/list'");
        }
    }

    @Test
    void doesNotMindTheOwnersPrivateGroup() throws IOException {
        try (FileSystem unix = unix()) {
            Path list = Files.createFile(unix.getPath("/list"));
            PosixFileAttributeView view = Files.getFileAttributeView(list, PosixFileAttributeView.class);
            view.setOwner(unix.getUserPrincipalLookupService().lookupPrincipalByName("ada"));
            view.setGroup(unix.getUserPrincipalLookupService().lookupPrincipalByGroupName("ada"));
            permit(list, "rw-rw-r--");

            new WriteAccess(false, uid(list), warnings::add).check(list, "task list");

            assertThat(warnings).isEmpty();
        }
    }

    @Test
    void refusesAnotherUsersFileInADirectoryForAll() throws IOException {
        try (FileSystem unix = unix()) {
            Path list = Files.createFile(unix.getPath("/list"));
            Path shared = Files.createDirectory(unix.getPath("/shared"));
            Path planted = Files.createFile(shared.resolve("a.ini"));
            for (Path path : List.of(list, planted)) {
                permit(path, "rw-r--r--");
                Files.setOwner(path, unix.getUserPrincipalLookupService().lookupPrincipalByName("eve"));
            }
            permit(shared, "rwxrwxrwx");
            WriteAccess mine = new WriteAccess(false, uid(planted) + 1, warnings::add);

            mine.check(list, "INI file");
            assertThatThrownBy(() -> mine.check(planted, "INI file"))
                    .hasMessageContaining("/shared/a.ini belongs to another user");
            new WriteAccess(false, uid(planted), warnings::add).check(planted, "INI file");
            assertThat(warnings).isEmpty();
        }
    }

    @Test
    void passesFilesOfFileSystemsWithoutPermissions() throws IOException {
        try (FileSystem plain = Jimfs.newFileSystem(Configuration.windows())) {
            Path list = Files.createFile(plain.getPath("C:\\work\\list"));
            access.check(list, "task list");
            assertThat(warnings).isEmpty();
        }
    }

    private static FileSystem unix() throws IOException {
        FileSystem unix = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setAttributeViews("basic", "owner", "posix", "unix")
                .build());
        permit(unix.getPath("/work"), "rwxr-xr-x");
        return unix;
    }

    private static int uid(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
