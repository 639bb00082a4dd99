package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FarmFinderTest {
    @TempDir
    private Path directory;

    private Path farm(String name) throws IOException {
        Path root = directory.resolve(name);
        Files.createDirectories(root.resolve("farm"));
        Files.createFile(root.resolve("farm/id"));
        return root;
    }

    @Test
    void findsFarmsAtSeveralDepths() throws IOException {
        Path first = farm("a_workdir");
        Path second = farm("x/y/b_workdir");
        Path deep = farm("1/2/3/4/5/6");
        farm("1/2/3/4/5/other/7");
        assertThat(new FarmFinder().find(directory)).containsExactly(deep, first, second);
        assertThat(new FarmFinder().find(first)).containsExactly(first);
    }

    @Test
    void leavesOutLinksHiddenDirectoriesAndTheInsidesOfFarms() throws IOException {
        Path outer = farm("outer");
        farm("outer/logs/inner");
        farm(".snapshot/daily/outer");
        Files.createSymbolicLink(directory.resolve("link"), outer);
        assertThat(new FarmFinder().find(directory)).containsExactly(outer);
    }

    @Test
    void doesNotLookForEver() throws IOException {
        for (int i = 0; i < 30; i++) {
            Files.createFile(directory.resolve("file" + i));
        }
        FarmFinder enough = new FarmFinder(31);
        enough.find(directory);
        assertThat(enough.isCut()).isFalse();
        FarmFinder few = new FarmFinder(20);
        few.find(directory);
        assertThat(few.isCut()).isTrue();
    }
}
