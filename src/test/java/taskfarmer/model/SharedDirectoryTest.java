package taskfarmer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedDirectoryTest {
    @TempDir
    private Path directory;

    @Test
    void isMadeWithThoseAboveIt() throws IOException {
        Path path = directory.resolve("dirs/0/7");
        SharedDirectory.make(path);
        SharedDirectory.make(path);
        assertThat(path).isEmptyDirectory();
    }

    /** As on GlusterFS, where another node has just made it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 12})
    void comesIntoSight(int looks) throws IOException {
        Path path = directory.resolve("dirs/0");
        int[] left = {looks};
        SharedDirectory.make(
                path,
                wanted -> {
                    if (left[0]-- > 0) {
                        throw left[0] % 2 == 0
                                ? new FileAlreadyExistsException(wanted.toString())
                                : new NoSuchFileException(wanted.toString());
                    }
                    Files.createDirectories(wanted);
                },
                0);
        assertThat(path).isDirectory();
        assertThat(left[0]).isEqualTo(-1);
    }

    @Test
    void isGivenUpIfItStaysOutOfSight() {
        int[] looks = {0};
        assertThatThrownBy(() -> SharedDirectory.make(
                        directory.resolve("dirs"),
                        wanted -> {
                            looks[0]++;
                            throw new FileAlreadyExistsException(wanted.toString());
                        },
                        0))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(looks[0]).isGreaterThan(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "link", "file/below", "link/below"})
    void isGivenUpAtOnceIfSomethingElseIsInTheWay(String name) throws IOException {
        Files.createFile(directory.resolve("file"));
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
        int[] looks = {0};
        assertThatThrownBy(() -> SharedDirectory.make(
                        directory.resolve(name),
                        wanted -> {
                            looks[0]++;
                            Files.createDirectories(wanted);
                        },
                        0))
                .isInstanceOf(IOException.class);
        assertThat(looks[0]).isEqualTo(1);
    }
}
