package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.store.State.Phase;
import taskfarmer.view.Views;

class AdoptionTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private Path root;

    @BeforeEach
    void makeDirectory() throws IOException {
        root = Files.createDirectory(directory.resolve("work"));
    }

    private void write(String name, String contents) throws IOException {
        Files.writeString(root.resolve(name), contents, StandardCharsets.ISO_8859_1);
    }

    private Store join() throws IOException {
        Store store = new TestStores(new FaultyStorage(), root).open();
        TestStores.join(store, FakeList.of("a", "b x", "c", "d", "\u00e4"), false, TestStores.joined(2), t -> null);
        return store;
    }

    @Test
    void keepsWhatPyTaskFarmerRecorded() throws IOException {
        write("finished", "2 c\n4 \u00e4\n");
        write("failed", "0 a\n");
        write("toprocess", "1 b x\n3 d\n");
        try (Store store = join()) {
            assertThat(store.<Phase>look(state -> state.phase(0))).isEqualTo(Phase.FAILED);
            assertThat(store.<Phase>look(state -> state.phase(2))).isEqualTo(Phase.FINISHED);
            assertThat(store.<Phase>look(state -> state.phase(4))).isEqualTo(Phase.FINISHED);
            assertThat(store.<Integer>look(state -> state.count(Phase.PENDING))).isEqualTo(2);
            assertThat(store.isAdopted()).isTrue();
        }
    }

    @Test
    void doesAgainWhatIsInNoFile() throws IOException {
        write("finished", "2 c\n");
        write("toprocess", "");
        try (Store store = join()) {
            assertThat(store.<Integer>look(state -> state.count(Phase.PENDING))).isEqualTo(4);
        }
    }

    @Test
    void countsATaskOnceThatIsInTwoFiles() throws IOException {
        write("finished", "2 c\n2 c\n0 a\n");
        write("failed", "0 a\n1 b x\n");
        write("toprocess", "0 a\n1 b x\n");
        try (Store store = join()) {
            assertThat(store.<Integer>look(state -> state.count(Phase.FINISHED)))
                    .isEqualTo(2);
            assertThat(store.<Integer>look(state -> state.count(Phase.FAILED))).isEqualTo(1);
        }
    }

    @Test
    void toleratesBlankLinesAndAMissingLastLineFeed() throws IOException {
        write("finished", "\n2 c\n\n0 a");
        try (Store store = join()) {
            assertThat(store.<Integer>look(state -> state.count(Phase.FINISHED)))
                    .isEqualTo(2);
        }
    }

    @Test
    void writesTheViewsInTheSameOrderAndKeepsTheirTimeline() throws IOException {
        write("finished", "4 \u00e4\n2 c\n");
        write("failed", "0 a\n");
        write("toprocess", "1 b x\n3 d\n");
        write("timeline.json", "[ {\"theirs\": 1}");
        FaultyStorage storage = new FaultyStorage();
        try (Store store = join();
                Views views = new Views(storage, store)) {
            views.complete();
        }
        assertThat(Files.readString(root.resolve("finished"), StandardCharsets.ISO_8859_1))
                .isEqualTo("4 \u00e4\n2 c\n");
        assertThat(root.resolve("timeline.pytaskfarmer.json")).hasContent("[ {\"theirs\": 1}");
        JournalOracle.replay(root).checkViews();
    }

    @Test
    void adoptsOnlyOnce() throws IOException {
        write("finished", "2 c\n");
        join().close();
        write("finished", "2 c\n3 d\n");
        try (Store store = join()) {
            assertThat(store.<Integer>look(state -> state.count(Phase.FINISHED)))
                    .isEqualTo(1);
        }
    }

    /** PyTaskFarmer's README calls the ID a line number, and lists are edited. */
    @Test
    void knowsTasksByTheirTextWhereTheirIdsDoNotFit() throws IOException {
        write("finished", "7 c\n0 d\n");
        try (Store store = join()) {
            assertThat(store.<State.Phase>look(state -> state.phase(2))).isEqualTo(Phase.FINISHED);
            assertThat(store.<State.Phase>look(state -> state.phase(3))).isEqualTo(Phase.FINISHED);
            assertThat(store.<State.Phase>look(state -> state.phase(0))).isEqualTo(Phase.PENDING);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "finished, 2 x, the list has no command `x`",
        "failed, 5 e, the list has no command `e`",
        "toprocess, 1 b, the list has no command `b`",
        "finished, hello, not a task ID and a command",
        "finished, 2, not a task ID and a command",
        "finished, -1 a, not a task ID and a command",
        "finished, 99999999999 a, not a task ID and a command"
    })
    void refusesFilesOfAnotherListAndNamesTheLine(String name, String line, String problem) throws IOException {
        write("toprocess", "0 a\n");
        write(name, "0 a\n" + line + "\n");
        assertThatThrownBy(this::join)
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE))
                .hasMessageContaining(root.resolve(name) + ", line 2")
                .hasMessageContaining(problem);
        assertThat(root.resolve(name)).hasContent("0 a\n" + line + "\n");
        assertThat(root.resolve("farm/journal")).doesNotExist();
    }

    @Test
    void givesUpNothingWhenAMismatchIsMended() throws IOException {
        write("finished", "2 x\n");
        assertThatThrownBy(this::join).isInstanceOf(FarmException.class);
        write("finished", "2 c\n");
        try (Store store = join()) {
            assertThat(store.<Integer>look(state -> state.count(Phase.FINISHED)))
                    .isEqualTo(1);
        }
    }
}
