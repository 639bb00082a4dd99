package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.Command;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.store.State.Phase;

class ListReconcilerTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private TestStores stores;
    private final List<Store> open = new ArrayList<>();

    @BeforeEach
    void makeWorkDirectory() throws IOException {
        stores = new TestStores(new FaultyStorage(), directory.resolve("work"));
    }

    @AfterEach
    void close() throws IOException {
        for (Store store : open) {
            store.close();
        }
    }

    /** Lets a farmer come with a list. */
    private Store join(boolean update, ListInput list) throws IOException {
        Store store = stores.open();
        open.add(store);
        TestStores.join(store, list, update, TestStores.joined(1), t -> null);
        return store;
    }

    private Store join(String... commands) throws IOException {
        return join(false, FakeList.of(commands));
    }

    private Store update(String... commands) throws IOException {
        return join(true, FakeList.of(commands));
    }

    /** Returns all tasks that ever were, as ID, phase and command. */
    private static List<String> tasks(Store store) throws IOException {
        int size = store.look(State::size);
        Command[] commands = store.commands(Ids.range(0, size));
        List<String> tasks = new ArrayList<>();
        for (int id = 0; id < size; id++) {
            int task = id;
            Phase phase = store.look(state -> state.phase(task));
            tasks.add((phase == Phase.PENDING ? "" : phase + " ")
                    + new String(commands[id].bytes(), StandardCharsets.ISO_8859_1));
        }
        return tasks;
    }

    private void assertRefused(String difference, String... commands) throws IOException {
        Snapshot before = Snapshot.of(directory);
        Store store = stores.open();
        open.add(store);
        assertThatThrownBy(() -> TestStores.join(store, FakeList.of(commands), false, TestStores.joined(1), t -> null))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.remedy()).contains("--update-list");
                })
                .hasMessage("the task list tasks.txt is not the one this work directory was begun with: " + difference);
        assertThat(Snapshot.of(directory)).isEqualTo(before);
    }

    @Test
    void freezesTheListAtTheFirstStart() throws IOException {
        assertThat(tasks(join("a", "b", "a"))).containsExactly("a", "b", "a");
    }

    @Test
    void writesNothingForTheSameList() throws IOException {
        join("a", "b");
        Store store = join("a", "b");
        assertThat(tasks(store)).containsExactly("a", "b");
        assertThat(JournalOracle.replay(directory.resolve("work")).batches()).isEqualTo(2);
        assertThat(java.nio.file.Files.readString(directory.resolve("work/farm/journal"))
                        .split("\nlist "))
                .hasSize(2);
    }

    @Test
    void takesAdditionsAtTheEnd() throws IOException {
        join("a", "b");
        assertThat(tasks(join("a", "b", "c", "a"))).containsExactly("a", "b", "c", "a");
        assertThat(tasks(join("a", "b", "c", "a", "d"))).containsExactly("a", "b", "c", "a", "d");
    }

    @Test
    void acceptsAnEmptyListThatGrows() throws IOException {
        assertThat(tasks(join())).isEmpty();
        assertThat(tasks(join("a"))).containsExactly("a");
    }

    @Test
    void acceptsBytesThatOnlyTheHandlerIgnores() throws IOException {
        join("a", "b");
        // Another handler's word: the list is read anew, and found to be the same.
        assertThat(tasks(join(false, new FakeList("other", List.of("a", "b"))))).containsExactly("a", "b");
    }

    @Test
    void refusesAChangeAndShowsTheFirst() throws IOException {
        join("a", "b", "c");
        assertRefused("command 1 was `b` and is now `B`", "a", "B", "C");
        assertRefused("command 0 was `a` and is now `b`", "b", "c");
        assertRefused("command 1 was `b` and is now `x`", "a", "x", "b", "c");
    }

    @Test
    void refusesAListThatBecameShorter() throws IOException {
        join("a", "b", "c");
        assertRefused("it ends before command 2, `c`", "a", "b");
        assertRefused("it ends before command 0, `a`");
    }

    @Test
    void comparesWithTheListAsItWasLastAccepted() throws IOException {
        join("a", "b", "c");
        update("c", "a", "d");
        assertThat(tasks(join("c", "a", "d", "e"))).containsExactly("a", "DROPPED b", "c", "d", "e");
        assertRefused("command 0 was `c` and is now `a`", "a", "b", "c");
    }

    @Test
    void findsTheFirstDifferenceInALongList() throws IOException {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 9000; i++) {
            commands.add("command " + i);
        }
        join(false, new FakeList(commands));
        List<String> longer = new ArrayList<>(commands);
        longer.add("one more");
        assertThat(join(false, new FakeList(longer)).<Integer>look(State::size)).isEqualTo(9001);
        longer.set(8500, "another");
        assertThatThrownBy(() -> join(false, new FakeList(longer)))
                .hasMessageContaining("command 8500 was `command 8500` and is now `another`");
    }

    // ---- --update-list ----

    @Test
    void keepsNumbersByTextWhenUpdated() throws IOException {
        join("a", "b", "c");
        assertThat(tasks(update("c", "new", "a", "b"))).containsExactly("a", "b", "c", "new");
    }

    @Test
    void dropsWhatVanishedWhenUpdated() throws IOException {
        join("a", "b", "c");
        assertThat(tasks(update("a", "c"))).containsExactly("a", "DROPPED b", "c");
    }

    @Test
    void treatsDuplicatesAsTasksOfTheirOwnWhenUpdated() throws IOException {
        join("a", "a", "b", "a");
        assertThat(tasks(update("b", "a", "a"))).containsExactly("a", "a", "b", "DROPPED a");
        assertThat(tasks(update("a", "b", "a", "a"))).containsExactly("a", "a", "b", "DROPPED a", "a");
    }

    @Test
    void dropsOnlyWhatNobodyHoldsOrEnded() throws IOException {
        Store store = join("a", "b", "c", "d");
        store.transact(t -> t.claim(3));
        store.transact(t -> t.ended(TestStores.ended(0, 1, 0)) && t.ended(TestStores.ended(1, 1, 1)));
        assertThat(tasks(update("x"))).containsExactly("FINISHED a", "FAILED b", "CLAIMED c", "DROPPED d", "x");
        assertThat(store.<Boolean>transact(t -> t.ended(TestStores.ended(2, 1, 0))))
                .isTrue();
    }

    @Test
    void mayDropEverythingWhenUpdated() throws IOException {
        join("a", "b");
        assertThat(tasks(update())).containsExactly("DROPPED a", "DROPPED b");
        assertThat(tasks(join("a"))).containsExactly("DROPPED a", "DROPPED b", "a");
    }

    @Test
    void writesNothingWhenUpdatedWithoutNeed() throws IOException {
        join("a", "b");
        assertThat(tasks(update("a", "b"))).containsExactly("a", "b");
        assertThat(java.nio.file.Files.readString(directory.resolve("work/farm/journal")))
                .doesNotContain("drop");
    }
}
