package taskfarmer.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;

/** The store alone: one farmer claims tasks and records their ends, so many in a transaction; nothing is executed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class StoreBenchmark {
    private static final int TASKS = 4_000_000;

    /** How many tasks there are in a transaction; a farmer of 4 slots has some thousands of {@code /bin/true} in each. */
    @Param({"10", "100", "1000"})
    public int batch;

    private Path root;
    private Store store;
    private Ids held;

    /** Counts tasks beside transactions. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Counter {
        public long tasks;
    }

    /** Opens a store with a fresh list. */
    @Setup(Level.Iteration)
    public void open() throws IOException, InterruptedException {
        root = Files.createTempDirectory(Path.of("").toAbsolutePath(), "store").resolve("work");
        Storage storage = new FileStorage();
        Environment environment =
                new Environment(Map.of(), root, root, Optional.empty(), Environment.processUid());
        Identity self = Identity.ofThisProcess(BatchJob.NONE);
        Store.Terms terms = new Store.Terms(environment.uid(), Duration.ofSeconds(10), 3, () -> false);
        store = new Store(
                storage,
                WorkDirectory.open(storage, root, environment),
                self,
                terms,
                InstantSource.system(),
                notice -> {});
        held = store.join(FakeList.ofSize(TASKS), false, new Op.Joined(self, 4, 0, 60_000), t -> t.claim(batch, batch));
    }

    /** Removes everything. */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        store.close();
        try (var files = Files.walk(root.getParent())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One transaction: the ends of what was held, and as many claims. */
    @Benchmark
    public void endAndClaim(Counter counter) throws IOException {
        counter.tasks += held.count();
        held = store.transact(transaction -> {
            for (int id : held.toArray()) {
                transaction.ended(new Op.Ended(id, 1, 0, 1_700_000_000_000_000L + id, 1000, 0));
            }
            return transaction.claim(batch, batch);
        });
        if (held.isEmpty()) {
            throw new IllegalStateException("more tasks are needed");
        }
    }
}
