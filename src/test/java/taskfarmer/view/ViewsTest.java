package taskfarmer.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.store.FakeList;
import taskfarmer.store.FaultyStorage;
import taskfarmer.store.Ids;
import taskfarmer.store.JournalOracle;
import taskfarmer.store.Op;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Snapshot;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;

class ViewsTest {
    private static final FakeList LIST =
            FakeList.of("a", "b \"quoted\" \\ back", "c", "d \u00e4\u00ff", "e", "f", "g", "h");
    private static final List<String> NAMES = List.of("toprocess", "finished", "failed", "timeline.json");

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private Path root;
    private FaultyStorage storage;
    private TestStores stores;
    private Store store;
    private Views views;

    @BeforeEach
    void join() throws IOException {
        root = directory.resolve("work");
        storage = new FaultyStorage();
        stores = new TestStores(storage, root);
        store = stores.open();
        TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(6));
        views = new Views(storage, store);
    }

    @AfterEach
    void close() throws IOException {
        views.close();
        store.close();
    }

    private void end(int task, int status) throws IOException {
        store.transact(t -> t.ended(TestStores.ended(task, 1, status)));
    }

    private void checkViews() throws IOException {
        JournalOracle.replay(root).checkViews();
    }

    private String text(String name) throws IOException {
        return Files.readString(root.resolve(name), StandardCharsets.ISO_8859_1);
    }

    private Map<String, String> viewFiles() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (String name : NAMES) {
            files.put(name, text(name));
        }
        return files;
    }

    @Test
    void areAllThereFromTheBeginning() throws IOException {
        views.refresh();
        for (String name : NAMES) {
            assertThat(root.resolve(name)).exists();
        }
        checkViews();
        assertThat(text("toprocess")).isEqualTo("6 g\n7 h\n");
        assertThat(text("finished")).isEmpty();
        assertThat(text("failed")).isEmpty();
    }

    @Test
    void followTheJournal() throws IOException {
        views.refresh();
        end(3, 0);
        end(0, 2);
        end(1, 0);
        views.complete();
        assertThat(text("finished")).isEqualTo("3 d \u00e4\u00ff\n1 b \"quoted\" \\ back\n");
        assertThat(text("failed")).isEqualTo("0 a\n");
        checkViews();
    }

    @Test
    void showEndsAtOnceAndTheRestWhenComplete() throws IOException {
        views.refresh();
        end(2, 0);
        views.refresh(); // too soon for what is replaced as a whole
        assertThat(text("finished")).isEqualTo("2 c\n");
        views.complete();
        checkViews();
    }

    @Test
    void markWhatHappenedBetweenAttempts() throws IOException {
        store.transact(t -> t.requeued(TestStores.requeued(0, 1)));
        views.complete();
        try (Store second = stores.openAlone();
                Views others = new Views(storage, second)) {
            TestStores.join(second, LIST, false, TestStores.joined(1), t -> t.claim(1));
            second.leave(t -> null, "SIGUSR1");
            others.complete();
        }
        checkViews();
        List<String> events = JournalOracle.events(root.resolve("timeline.json"));
        assertThat(events).contains("i requeue of task 0: SIGTERM", "i farmer lost", "i left: SIGUSR1");
    }

    @Test
    void countNothingBeforeAnythingRan() throws IOException {
        views.complete();
        assertThat(counters()).isZero();
    }

    @Test
    void countWhatRanAnewEachTime() throws IOException {
        end(0, 0);
        views.complete();
        long counters = counters();
        assertThat(counters).isPositive();
        end(1, 0); // in the same second
        views.complete();
        assertThat(counters()).isEqualTo(counters);
        try (Views others = new Views(storage, store)) { // which have counted nothing yet
            end(2, 0);
            others.complete();
        }
        assertThat(counters()).isEqualTo(counters);
        checkViews();
    }

    private long counters() throws IOException {
        return JournalOracle.events(root.resolve("timeline.json")).stream()
                .filter(event -> event.startsWith("C "))
                .count();
    }

    @Test
    void sortTheTasksThatAreLeft() throws IOException {
        store.transact(t -> {
            t.unclaim(Ids.of(4));
            t.requeued(TestStores.requeued(5, 1));
            t.requeued(TestStores.requeued(0, 1));
            return null;
        });
        views.complete();
        assertThat(text("toprocess")).isEqualTo("0 a\n4 e\n5 f\n6 g\n7 h\n");
    }

    @Test
    void writeNothingWhenNothingHappened() throws IOException {
        views.complete();
        int operations = storage.operations();
        views.refresh();
        views.complete();
        assertThat(storage.operations()).isEqualTo(operations);
    }

    @Test
    void appendToTheListsInsteadOfWritingThemAnew() throws IOException {
        end(0, 0);
        views.complete();
        Object before = storage.identity(root.resolve("finished")).orElseThrow();
        end(1, 0);
        views.complete();
        assertThat(storage.identity(root.resolve("finished"))).contains(before);
        assertThat(storage.latest().path().getFileName()).hasToString("views");
    }

    @Test
    void doNotListWhatEndsAndIsTriedAgainInOneBatch() throws IOException {
        store.transact(t -> {
            t.started(TestStores.started(1, 1));
            t.cancel(Ids.range(0, 2));
            t.ended(TestStores.ended(2, 1, 1));
            return t.ended(TestStores.ended(3, 1, 0));
        });
        views.complete();
        try (Store visitor = stores.openAlone()) {
            visitor.transact(t -> {
                t.releaseGone(); // the farmer is dead, and so both end as cancelled
                t.retry(Ids.range(1, 2));
                return null;
            });
            try (Views visitors = new Views(storage, visitor)) {
                visitors.complete();
            }
        }
        assertThat(text("cancelled")).isEqualTo("0 a\n");
        assertThat(text("failed")).isEmpty();
        checkViews();
    }

    // ---- files that are gone or wrong ----

    @Test
    void areWrittenAnewWhenTheCheckpointIsMissing() throws IOException {
        end(0, 0);
        end(1, 1);
        views.complete();
        Map<String, String> before = viewFiles();
        views.close();
        Files.delete(root.resolve("farm/locks/views"));
        for (String name : NAMES) {
            Files.writeString(root.resolve(name), "rubbish that is longer than what it was before\n".repeat(100));
        }
        views = new Views(storage, store);
        views.complete();
        assertThat(viewFiles()).isEqualTo(before);
        checkViews();
    }

    @ParameterizedTest
    @ValueSource(strings = {"toprocess", "finished", "failed", "timeline.json"})
    void areWrittenAnewWhenOneWasDeleted(String name) throws IOException {
        end(0, 0);
        end(1, 1);
        views.complete();
        Map<String, String> before = viewFiles();
        Files.delete(root.resolve(name));
        views.complete();
        assertThat(viewFiles()).isEqualTo(before);
        Files.delete(root.resolve(name));
        end(2, 0);
        end(3, 1);
        views.complete();
        checkViews();
    }

    @ParameterizedTest
    @ValueSource(strings = {"finished", "failed", "timeline.json"})
    void areWrittenAnewWhenOneBecameShorter(String name) throws IOException {
        end(0, 0);
        end(1, 1);
        views.complete();
        Map<String, String> before = viewFiles();
        byte[] bytes = Files.readAllBytes(root.resolve(name));
        for (int length = 0; length < bytes.length; length++) {
            Files.write(root.resolve(name), Arrays.copyOf(bytes, length));
            views.complete();
            assertThat(viewFiles()).as("cut at %d", length).isEqualTo(before);
        }
    }

    @Test
    void areTheSameWhereverTheirWriterDies() throws IOException {
        views.complete();
        end(0, 0);
        end(1, 1);
        end(2, 0);
        Snapshot before = Snapshot.of(root);
        int start = storage.operations();
        views.complete();
        int operations = storage.operations() - start;
        Map<String, String> expected = viewFiles();
        close();
        for (int k = 1; k <= operations; k++) {
            for (int bytes : new int[] {0, 1, 7, 1000}) {
                Snapshot.remove(root);
                before.restore(root);
                FaultyStorage faulty = new FaultyStorage();
                Store dying = new TestStores(faulty, root).open();
                dying.transact(t -> null);
                Views unfinished = new Views(faulty, dying);
                faulty.crashingAt(faulty.operations() + k).afterBytes(bytes);
                assertThatThrownBy(unfinished::complete).isInstanceOf(FaultyStorage.CrashError.class);
                JournalOracle.checkWhole(root);
                open();
                views.complete();
                assertThat(viewFiles()).as("after %s", faulty.latest()).isEqualTo(expected);
                close();
            }
        }
    }

    private void open() throws IOException {
        storage = new FaultyStorage();
        stores = new TestStores(storage, root);
        store = stores.open();
        store.transact(t -> null);
        views = new Views(storage, store);
    }

    @Test
    void goOnWhenAWriteHasFailed() throws IOException {
        views.complete();
        for (int k = 1; k < 12; k++) {
            int task = k % 6;
            store.transact(t -> t.requeued(TestStores.requeued(task, t.state().attempts(task) + 1)));
            store.transact(t -> t.claim(1));
            storage.failingAt(storage.operations() + k, "No space left on device");
            try {
                views.complete();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left on device");
            }
            storage.mend();
            views.complete();
            checkViews();
        }
    }

    /** A power cut took the end of the journal, but not of the views. */
    @Test
    void takeBackWhatTheJournalHasForgotten() throws IOException {
        end(0, 0);
        views.complete();
        byte[] journal = Files.readAllBytes(root.resolve("farm/journal"));
        byte[] lock = Files.readAllBytes(root.resolve("farm/locks/lock"));
        end(1, 0);
        end(2, 1);
        views.complete();
        close();
        Files.write(root.resolve("farm/journal"), journal);
        Files.write(root.resolve("farm/locks/lock"), lock);
        open();
        views.complete();
        checkViews();
        TestStores.join(store, LIST, false, TestStores.joined(2), t -> t.claim(2));
        store.transact(t -> {
            for (int id : t.state().claimsOf(store.farmer()).toArray()) {
                t.ended(TestStores.ended(id, 1, 0));
            }
            return null;
        });
        store.leave(t -> null);
        views.complete();
        checkViews();
    }

    // ---- two farmers ----

    @Test
    void areKeptByWhicheverFarmerComesFirst() throws IOException {
        try (Store other = stores.open();
                Views viewsOfOther = new Views(storage, other)) {
            TestStores.join(other, LIST, false, TestStores.joined(1), t -> t.claim(2));
            views.complete();
            other.transact(t -> t.ended(TestStores.ended(6, 1, 0)));
            viewsOfOther.refresh();
            end(0, 0);
            views.refresh();
            other.transact(t -> t.ended(TestStores.ended(7, 1, 9)));
            end(5, 0);
            viewsOfOther.complete();
            views.complete();
            assertThat(text("finished")).isEqualTo("6 g\n0 a\n5 f\n");
            other.leave(t -> null);
            viewsOfOther.complete();
            checkViews();
        }
    }

    @Test
    void areNotSetBackByAFarmerThatKnowsLess() throws IOException {
        try (Store other = stores.open();
                Views viewsOfOther = new Views(storage, other)) {
            TestStores.join(other, LIST, false, TestStores.joined(1), t -> t.claim(2));
            end(0, 0);
            end(1, 3);
            views.complete();
            Map<String, String> before = viewFiles();
            viewsOfOther.refresh();
            viewsOfOther.complete();
            assertThat(viewFiles()).isEqualTo(before);
        }
        checkViews();
    }

    @Test
    void areLeftAloneWhileAnotherFarmerIsAtThem() throws IOException {
        try (var busy = store.viewLock(Duration.ofSeconds(10))) {
            busy.acquire();
            int operations = storage.operations();
            views.refresh();
            assertThat(storage.operations()).isEqualTo(operations);
        }
        views.refresh();
        checkViews();
    }

    // ---- the timeline ----

    @Test
    void drawEveryAttempt() throws IOException {
        store.transact(t -> {
            t.ended(new Op.Ended(1, 1, 1, 1_700_000_000_000_123L, 4567, 0));
            t.ended(new Op.Ended(0, 1, 0, 1_700_000_000_000_001L, 89, 3));
            t.ended(new Op.Ended(2, 1, 0, 1_700_000_000_000_001L, 89, 137));
            t.requeued(TestStores.requeued(3, 1));
            return null;
        });
        views.complete();
        List<Map<String, String>> events = events();
        assertThat(events.get(0))
                .containsEntry("ph", "M")
                .containsEntry("name", "process_name")
                .containsEntry("pid", "1")
                .containsEntry("args.name", "node1 (PID 1)");
        assertThat(events.get(2)).containsEntry("name", "thread_name").containsEntry("tid", "1");
        assertThat(events.get(3))
                .containsEntry("ph", "X")
                .containsEntry("name", "b \"quoted\" \\ back")
                .containsEntry("ts", "1700000000000123")
                .containsEntry("dur", "4567")
                .containsEntry("pid", "1")
                .containsEntry("tid", "1")
                .containsEntry("args.id", "1")
                .containsEntry("args.attempt", "1")
                .containsEntry("args.exit", "0")
                .containsEntry("args.outcome", "finished");
        assertThat(events.get(4)).containsEntry("args.exit", "3").containsEntry("args.outcome", "failed");
        assertThat(events.get(5)).containsEntry("args.signal", "KILL").doesNotContainKey("args.exit");
        assertThat(events.get(6))
                .containsEntry("args.outcome", "requeued: SIGTERM")
                .containsEntry("name", "d \ufffd\ufffd");
    }

    private List<Map<String, String>> events() throws IOException {
        List<Map<String, String>> events = new java.util.ArrayList<>();
        try (JsonParser json =
                new JsonFactory().createParser(root.resolve("timeline.json").toFile())) {
            json.nextToken();
            while (json.nextToken().isStructStart()) {
                events.add(fields(json));
            }
        }
        return events;
    }

    private static Map<String, String> fields(JsonParser json) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        while (!json.nextToken().isStructEnd()) {
            String name = json.currentName();
            if (json.nextToken().isStructStart()) {
                fields(json).forEach((inner, value) -> fields.put(name + "." + inner, value));
            } else {
                fields.put(name, json.getText());
            }
        }
        return fields;
    }

    // ---- size ----

    @Test
    void showTensOfThousandsOfTasks() throws IOException {
        Path large = directory.resolve("large");
        Storage files = new FaultyStorage();
        try (Store many = new TestStores(files, large).open();
                Views viewsOfMany = new Views(files, many)) {
            TestStores.join(many, FakeList.ofSize(30_000), false, TestStores.joined(2), t -> t.claim(20_000));
            many.transact(t -> {
                for (int id = 0; id < 20_000; id++) {
                    t.ended(TestStores.ended(id, 1, id % 2));
                }
                return null;
            });
            viewsOfMany.complete();
            JournalOracle.replay(large).checkViews();
            many.transact(t -> t.claim(5));
            many.transact(t -> t.ended(TestStores.ended(20_001, 1, 0)));
            viewsOfMany.complete();
            JournalOracle.replay(large).checkViews();
        }
    }
}
