package taskfarmer.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.Environment;
import taskfarmer.store.FileStorage;
import taskfarmer.store.LockSite;
import taskfarmer.store.Storage;

class PlacesTest {
    @TempDir
    private Path directory;

    private final List<Finding> findings = new ArrayList<>();

    private Environment environment(Map<String, String> variables) throws IOException {
        return new Environment(variables, directory, directory, Optional.empty(), Environment.processUid());
    }

    private Places places(Storage storage, Map<String, String> variables, InstantSource clock) throws IOException {
        return new Places(storage, environment(variables), LockSite.within(directory.resolve("new/dir")), clock);
    }

    private Places places() throws IOException {
        return places(new FileStorage(), Map.of(), InstantSource.system());
    }

    private String only() {
        assertThat(findings).hasSize(1);
        assertThat(directory).isEmptyDirectory();
        return findings.get(0).toString();
    }

    @Test
    void findsClocksThatAgree() throws IOException {
        places().clock(findings::add);
        assertThat(only()).startsWith("ok");
    }

    @Test
    void findsAClockThatIsAhead() throws IOException {
        InstantSource ahead = () -> InstantSource.system().instant().plus(Duration.ofMinutes(1));
        places(new FileStorage(), Map.of(), ahead).clock(findings::add);
        assertThat(only()).startsWith("warn").contains("s ahead of that of the files", "Nothing depends on it");
    }

    @Test
    void findsAClockThatIsBehind() throws IOException {
        InstantSource behind = () -> InstantSource.system().instant().minus(Duration.ofMinutes(1));
        places(new FileStorage(), Map.of(), behind).clock(findings::add);
        assertThat(only()).startsWith("warn").contains("s behind that of the files");
    }

    @Test
    void triesLinksAndRenaming() throws IOException {
        places().names(findings::add);
        assertThat(only()).startsWith("ok").contains("hard links and atomic renaming work");
    }

    @Test
    void warnsWhereThereAreNoHardLinks() throws IOException {
        Storage linkless = new OtherStorage() {
            @Override
            public void link(Path existing, Path name) throws IOException {
                throw new IOException("Operation not supported");
            }
        };
        places(linkless, Map.of(), InstantSource.system()).names(findings::add);
        assertThat(only()).startsWith("warn").contains("no hard links");
    }

    @Test
    void failsWhereRenamingReplacesNothing() throws IOException {
        Storage stiff = new OtherStorage() {
            @Override
            public void replace(Path from, Path to) {}
        };
        places(stiff, Map.of(), InstantSource.system()).names(findings::add);
        assertThat(only()).startsWith("FAIL").contains("--workdir");
    }

    @Test
    void tellsWhatIsFree() throws Exception {
        Files.createDirectory(directory.resolve("new"));
        places().space(findings::add);
        Files.delete(directory.resolve("new"));
        assertThat(only()).contains(" GiB are free in " + directory.resolve("new"));
    }

    @Test
    void tellsWhereTheLocksLie() throws IOException {
        Path root = directory.resolve("root");
        Places.tell(LockSite.of(new FileStorage(), root, environment(Map.of())), environment(Map.of()), findings::add);
        assertThat(only()).startsWith("ok    SCRATCH is not set");
        Path scratch = Files.createDirectory(directory.resolve("scratch"));
        LockSite site = LockSite.of(new FileStorage(), root, environment(Map.of("SCRATCH", scratch.toString())));
        assertThat(site.locksBase()).isEqualTo(scratch);
        assertThat(site.rootBase()).isEqualTo(directory);
    }
}
