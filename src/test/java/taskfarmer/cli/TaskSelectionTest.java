package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.history.History;
import taskfarmer.history.TaskState;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.store.FakeList;
import taskfarmer.store.FileStorage;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;
import taskfarmer.store.WorkDirectory;

class TaskSelectionTest {
    private static final Set<TaskState> ALL = EnumSet.allOf(TaskState.class);

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private History history;

    @BeforeEach
    void makeFarm() throws IOException {
        Storage storage = new FileStorage();
        Path root = directory.resolve("work");
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            commands.add(i == 4321 ? "caf\u00e9 caf\u00c3\u00a9 (1)" : "run --seed=" + i);
        }
        commands.set(4322, "ab".repeat(30_000));
        try (Store store = new TestStores(storage, root).open()) {
            TestStores.join(store, new FakeList(commands), false, TestStores.joined(1), t -> t.claim(100));
            store.transact(t -> {
                t.started(TestStores.started(7, 1));
                t.ended(TestStores.ended(1, 1, 0));
                return t.ended(TestStores.ended(99, 1, 2));
            });
        }
        history = History.inFull(storage, WorkDirectory.existing(storage, root, "work"));
    }

    private List<Integer> select(List<String> ids, Set<TaskState> states, String pattern) {
        List<Integer> found = new ArrayList<>();
        try {
            Optional<Pattern> compiled =
                    pattern.isEmpty() ? Optional.empty() : Optional.of(TaskSelection.pattern(pattern));
            new TaskSelection(ids, states, compiled).forEach(history, () -> false, (id, state, command) -> {
                assertThat(command).isEqualTo(history.command(id));
                assertThat(state).isEqualTo(TaskState.of(history.state(), id));
                found.add(id);
            });
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    @Test
    void takesAllTasksInOrder() {
        assertThat(select(List.of(), ALL, ""))
                .hasSize(5000)
                .isSorted()
                .startsWith(0)
                .endsWith(4999);
    }

    @Test
    void takesThoseInTheStates() {
        assertThat(select(List.of(), TaskSelection.states("failed,finished"), ""))
                .containsExactly(1, 99);
        assertThat(select(List.of(), TaskSelection.states("running"), "")).containsExactly(7);
        assertThat(select(List.of(), TaskSelection.states("claimed"), ""))
                .hasSize(97)
                .doesNotContain(1, 7, 99);
        assertThat(select(List.of(), TaskSelection.states("pending"), ""))
                .hasSize(4900)
                .startsWith(100);
        assertThat(select(List.of(), TaskSelection.states("cancelled,dropped"), ""))
                .isEmpty();
    }

    @Test
    void takesTheIdsInTheOrderInWhichTheyAreGiven() {
        assertThat(select(List.of("4999", "3-5,1"), ALL, "")).containsExactly(4999, 3, 4, 5, 1);
        assertThat(select(List.of("0-10"), TaskSelection.states("running"), "seed"))
                .containsExactly(7);
    }

    @Test
    void takesThoseWhoseCommandMatches() {
        assertThat(select(List.of(), ALL, "seed=1[0-2]$")).containsExactly(10, 11, 12);
        assertThat(select(List.of(), ALL, "^caf. caf\u00e9 \\(")).containsExactly(4321);
        assertThat(select(List.of(), ALL, "caf\udce9"))
                .as("a byte that is not UTF-8")
                .containsExactly(4321);
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> TaskSelection.states("failed,broken"))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e).hasMessageContaining("'broken'");
                    assertThat(e.remedy()).contains("pending, claimed, running, finished, failed, cancelled, dropped");
                });
        assertThatThrownBy(() -> TaskSelection.pattern("a(b"))
                .hasMessage("--grep: 'a(b' is no regular expression: Unclosed group at character 4");
        assertThatThrownBy(() -> select(List.of("4322"), ALL, "(a|b|ab)*c"))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("60000 bytes");
    }

    @Test
    void endsWhenSomebodyWishesSo() {
        assertThatThrownBy(() -> new TaskSelection(List.of(), ALL, Optional.empty())
                        .forEach(history, () -> true, (id, state, command) -> {}))
                .isInstanceOf(InterruptedException.class);
    }
}
