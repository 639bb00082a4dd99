package taskfarmer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeTextTest {
    @TempDir
    private Path directory;

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void isTheTextWhereTheBytesAreUtf8() {
        byte[] bytes = "a \u00e4 \u20ac \ud83d\ude00".getBytes(StandardCharsets.UTF_8);
        assertThat(NativeText.text(bytes)).isEqualTo("a \u00e4 \u20ac \ud83d\ude00");
        assertThat(NativeText.bytes("a \u00e4 \u20ac \ud83d\ude00")).isEqualTo(bytes);
    }

    @Test
    void escapesWhatIsNoUtf8() {
        assertThat(NativeText.text(latin1("gr\u00fc\u00dfe"))).isEqualTo("gr\udcfc\udcdfe");
        assertThat(NativeText.bytes("gr\udcfc\udcdfe")).isEqualTo(latin1("gr\u00fc\u00dfe"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\u0080",
                "\u00ff\u00fe",
                "\u00c3",
                "\u00c3x",
                "\u00c3\u00a4\u00e4",
                "\u00e2\u0082",
                "\u00e2\u0082x",
                "\u00f0\u009f\u0098",
                "\u00c0\u0080",
                "\u00ed\u00a0\u0080",
                "\u00f5\u0080\u0080\u0080",
                "\u00ed\u00b3\u00bf"
            })
    void losesNoByteOfWhatIsNoUtf8(String bytes) {
        assertThat(NativeText.bytes(NativeText.text(latin1(bytes)))).isEqualTo(latin1(bytes));
    }

    @Test
    void losesNoByteWhateverTheyAre() {
        Random random = new Random(17);
        for (int round = 0; round < 5000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            assertThat(NativeText.bytes(NativeText.text(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void keepsTheBytesOfPaths() {
        for (String name : new String[] {"plain", "a b", "100%", "\u00fcml\u00e4ut", "a+b&c=d#e?f", "it's"}) {
            Path path = NativeText.path(directory, name);
            assumeThat(NativeText.isUtf8()).isTrue();
            assertThat(NativeText.text(path)).isEqualTo(directory + "/" + name);
            assertThat(NativeText.bytes(path)).isEqualTo((directory + "/" + name).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void opensFilesWhoseNamesAreNoUtf8() throws IOException {
        Path path = NativeText.path(directory, "gr\udcfc\udcdfe list");
        Files.writeString(path, "hello");
        Path found = Path.of(URI.create("file://" + directory + "/gr%FC%DFe%20list"));
        assertThat(found).hasContent("hello");
        assertThat(NativeText.text(path)).isEqualTo(directory + "/gr\udcfc\udcdfe list");
        assertThat(NativeText.text(found)).isEqualTo(directory + "/gr\udcfc\udcdfe list");
        assertThat(NativeText.bytes(path)).isEqualTo(latin1(directory + "/gr\u00fc\u00dfe list"));
        Path longer = NativeText.withSuffix(path, "_workdir");
        assertThat(NativeText.text(longer)).isEqualTo(directory + "/gr\udcfc\udcdfe list_workdir");
        Path below = NativeText.path(path, "farm/locks");
        assertThat(NativeText.text(below)).isEqualTo(directory + "/gr\udcfc\udcdfe list/farm/locks");
    }

    @Test
    void knowsTheBytesOfADirectoryWithSuchAName() throws IOException {
        Path path = NativeText.path(directory, "d\udcff");
        Files.createDirectory(path);
        assertThat(NativeText.text(path)).isEqualTo(directory + "/d\udcff");
        assertThat(NativeText.text(path.resolve("x"))).isEqualTo(directory + "/d\udcff/x");
    }

    @Test
    void resolvesRelativeAndAbsoluteNames() {
        assertThat(NativeText.path(directory, "a/b")).isEqualTo(directory.resolve("a/b"));
        assertThat(NativeText.path(directory, "/a/b")).isEqualTo(Path.of("/a/b"));
        assertThat(NativeText.bytes(NativeText.path(directory, "/a/\udcff"))).isEqualTo(latin1("/a/\u00ff"));
    }

    @Test
    void leavesIntactArgumentsAlone() throws IOException {
        String[] arguments = {"a", "\u00e4"};
        assertThat(NativeText.arguments(arguments)).isSameAs(arguments);
    }
}
