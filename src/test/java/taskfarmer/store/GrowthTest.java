package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.Command;
import taskfarmer.model.Task;
import taskfarmer.view.Views;

/** A task costs the same in a long list as in a short one: ratios, which no slow machine changes. */
class GrowthTest {
    private static final int FEW = 5_000;
    private static final int MANY = 160_000;
    private static final int BATCH = 100;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private int runs;

    /** What so many tasks cost, each: from joining to leaving, with all views. */
    private record Cost(double operations, double bytes, double cpuNanos) {}

    /** Counts operations, and the bytes that are read and written. */
    private static final class Counting extends ForwardingStorage {
        private long operations;
        private long bytes;

        @Override
        public OpenFile open(Path path, Mode mode) throws IOException {
            operations++;
            return new ForwardingFile(files.open(path, mode)) {
                @Override
                public void read(ByteBuffer into, long position) throws IOException {
                    int before = into.remaining();
                    super.read(into, position);
                    operations++;
                    bytes += before - into.remaining();
                }

                @Override
                public void write(ByteBuffer from, long position) throws IOException {
                    operations++;
                    bytes += from.remaining();
                    super.write(from, position);
                }
            };
        }
    }

    /** Two stages, of which the second waits for the first; all tasks ask for the same otherwise. */
    private static FakeList asking(int tasks) {
        String[] lines = new String[tasks];
        for (int i = 0; i < tasks; i++) {
            lines[i] = "cores=2 mem=4G time=1h stage=" + i / (tasks / 2) + ": run --number " + i;
        }
        return FakeList.asking(lines);
    }

    private Cost run(int tasks, FakeList list) throws IOException {
        Counting storage = new Counting();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = threads.getCurrentThreadCpuTime();
        try (Store store = new TestStores(storage, directory.resolve("run" + runs++)).open();
                Views views = new Views(storage, store)) {
            Ids held = TestStores.join(store, list, false, TestStores.joined(4), t -> t.claim(BATCH));
            while (!held.isEmpty()) {
                int[] ids = held.toArray();
                store.commands(held);
                held = store.transact(t -> {
                    for (int id : ids) {
                        t.ended(TestStores.ended(id, 1, 0));
                    }
                    return t.claim(BATCH);
                });
            }
            store.leave(t -> null);
            views.complete();
        }
        double cpu = threads.getCurrentThreadCpuTime() - began;
        return new Cost((double) storage.operations / tasks, (double) storage.bytes / tasks, cpu / tasks);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void doesNotMakeTasksDearer(boolean asking) throws IOException {
        FakeList fewTasks = asking ? asking(FEW) : FakeList.ofSize(FEW);
        FakeList manyTasks = asking ? asking(MANY) : FakeList.ofSize(MANY);
        run(FEW, fewTasks); // warms up
        run(MANY, manyTasks);
        double cpuRatio = Double.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            Cost few = run(FEW, fewTasks);
            Cost many = run(MANY, manyTasks);
            assertThat(many.operations() / few.operations()).as("operations").isLessThan(1.05);
            assertThat(many.bytes() / few.bytes())
                    .as("bytes; IDs of two more digits")
                    .isLessThan(1.15);
            cpuRatio = Math.min(cpuRatio, many.cpuNanos() / few.cpuNanos());
        }
        assertThat(cpuRatio).as("processor time").isLessThan(1.25);
    }

    /** No task of a farm where none asks for anything is ever put into a lane, whatever becomes of it. */
    @Test
    void doesWithoutLanesWhereNoTaskAsksForAnything() throws IOException {
        TestStores stores = new TestStores(new FileStorage(), directory.resolve("plain"));
        try (Store store = stores.open()) {
            TestStores.join(store, FakeList.ofSize(FEW), false, TestStores.joined(4), t -> t.claim(BATCH));
            store.transact(t -> {
                t.ended(TestStores.ended(0, 1, 0));
                t.ended(TestStores.ended(1, 1, 3));
                t.requeued(TestStores.requeued(2, 1));
                t.unclaim(Ids.of(3));
                t.cancel(Ids.of(FEW - 1));
                return t.claim(1);
            });
            store.transact(t -> {
                t.retry(Ids.of(1));
                return t.add(List.of(Task.of(Command.of("more"))));
            });
            State state = store.look(now -> now);
            assertThat(state.count(State.Phase.PENDING)).isPositive();
            assertThat(state.isAsking()).isFalse();
            assertThat(state.agenda().lanes().hasAny(Means.UNLIMITED)).isFalse();
            assertThat(state.prospect(Means.UNLIMITED)).isEqualTo(State.Prospect.NOW);
            store.transact(t -> t.add(List.of(new Task(Command.of("more"), FakeList.attributes("cores=2")))));
            assertThat(state.agenda().lanes().hasAny(Means.UNLIMITED))
                    .as("from the first one that asks on, all stand in lanes")
                    .isTrue();
            assertThat(store.transact(t -> t.claim(FEW)).count()).isGreaterThan(FEW - 2 * BATCH);
        }
    }

    /** What is written as a whole, however often there is something new, is not written each time. */
    @Test
    void replacesViewsRarely() throws IOException {
        AtomicInteger replaced = new AtomicInteger();
        Storage storage = new ForwardingStorage() {
            @Override
            public void replace(Path from, Path to) throws IOException {
                replaced.incrementAndGet();
                super.replace(from, to);
            }
        };
        long began = System.nanoTime();
        try (Store store = new TestStores(storage, directory.resolve("run")).open();
                Views views = new Views(storage, store)) {
            TestStores.join(store, FakeList.ofSize(FEW), false, TestStores.joined(4), t -> null);
            views.refresh();
            int atFirst = replaced.get();
            for (int i = 0; i < 200; i++) {
                store.transact(t -> t.claim(1));
                views.refresh();
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            assertThat(replaced.get() - atFirst).isLessThanOrEqualTo((int) (2 * seconds / 0.9) + 2);
        }
    }
}
