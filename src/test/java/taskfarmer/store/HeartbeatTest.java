package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class HeartbeatTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("farmer-1");
    }

    private Heartbeat enter(Storage storage) throws IOException {
        return new Heartbeat(storage, file, "node1 77");
    }

    private String text() throws IOException {
        return Files.readString(file).lines().filter(line -> !line.isEmpty()).reduce("", (first, last) -> last);
    }

    @Test
    void movesItsCounterAndNamesItsOwner() throws IOException {
        try (Heartbeat heart = enter(new FileStorage())) {
            assertThat(text()).startsWith("farmer 1 node1 77");
            heart.beat();
            heart.beat();
            assertThat(text()).startsWith("farmer 3 node1 77");
        }
        assertThat(Heartbeat.look(new FileStorage(), file)).isEqualTo(new Heartbeat.Pulse(3, true));
    }

    @Test
    void makesItsFileAgainIfItIsDeletedOrReplaced() throws IOException {
        try (Heartbeat heart = enter(new FileStorage())) {
            heart.beat();
            Files.delete(file);
            heart.beat();
            assertThat(text()).startsWith("farmer 3 ");
            Files.delete(file);
            Files.writeString(file, "somebody's note");
            heart.beat();
            assertThat(text()).startsWith("farmer 4 ");
        }
    }

    @Test
    void makesNoFileAnyMoreOnceItIsRetired() throws IOException {
        try (Heartbeat heart = enter(new FileStorage())) {
            heart.retire();
            Files.delete(file);
            heart.beat();
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void countsOnlyWhatWasWritten() throws IOException {
        FailingStorage storage = new FailingStorage("Stale file handle");
        try (Heartbeat heart = enter(storage)) {
            storage.failNow();
            assertThatThrownBy(heart::beat).hasMessageContaining("Stale file handle");
            assertThat(text()).startsWith("farmer 1 ");
            storage.mend();
            heart.beat();
            assertThat(text()).startsWith("farmer 2 ");
        }
    }

    @Test
    void goesOnAfterAnyOperationHasFailed() throws IOException {
        for (int k = 1; k <= 6; k++) {
            FailingStorage storage = new FailingStorage("Transport endpoint is not connected");
            try (Heartbeat heart = enter(storage)) {
                Files.delete(file);
                int before = storage.operations();
                storage.failing(before + k, before + k);
                for (int beat = 0; beat < 3; beat++) {
                    try {
                        heart.beat();
                    } catch (IOException e) {
                        assertThat(e).hasMessageContaining(file.toString());
                    }
                }
                assertThat(Heartbeat.look(new FileStorage(), file).counter())
                        .as("operation " + k)
                        .isGreaterThan(1);
            }
        }
    }

    @Test
    void showsNothingWhereThereIsNoFileOrNoCounterInIt() throws IOException {
        assertThat(Heartbeat.look(new FileStorage(), file)).isEqualTo(new Heartbeat.Pulse(-1, true));
        for (String text : new String[] {"", "farmer", "farmer x", "a note"}) {
            Files.writeString(file, text);
            assertThat(Heartbeat.look(new FileStorage(), file)).isEqualTo(new Heartbeat.Pulse(-1, true));
        }
    }
}
