package taskfarmer.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;

/** Opens stores for tests: with a clock that is the same in each run, and farmers who live or not as the test says. */
public final class TestStores {
    /** All farmers but the own one are dead. */
    static final Liveness ALL_GONE = farmer -> Liveness.Verdict.GONE;
    /** All farmers live. */
    static final Liveness ALL_PRESENT = farmer -> Liveness.Verdict.PRESENT;

    private final Storage storage;
    private final WorkDirectory directory;
    private final AtomicLong micros = new AtomicLong(1_700_000_000_000_000L);
    private final List<String> notices = new ArrayList<>();

    /** Opens a work directory, or makes it. */
    public TestStores(Storage storage, Path root) throws IOException {
        this(storage, root, Map.of());
    }

    TestStores(Storage storage, Path root, Map<String, String> variables) throws IOException {
        this.storage = storage;
        this.directory = WorkDirectory.open(storage, root, environment(root, variables));
    }

    /** Sets the clock to the time that it is. */
    void setClock() {
        micros.set(System.currentTimeMillis() * 1000);
    }

    static Environment environment(Path root, Map<String, String> variables) throws IOException {
        return new Environment(variables, root, root, Optional.empty(), Environment.processUid());
    }

    /** Opens a store whose other farmers live. */
    public Store open() throws IOException {
        return open(ALL_PRESENT);
    }

    /** Opens a store whose other farmers are all dead. */
    public Store openAlone() throws IOException {
        return open(ALL_GONE);
    }

    Store open(Liveness liveness) throws IOException {
        return open(liveness, Duration.ofSeconds(5));
    }

    Store open(Liveness liveness, Duration deadline) throws IOException {
        InstantSource clock = () -> {
            long now = micros.addAndGet(1000);
            return Instant.ofEpochSecond(now / 1_000_000, now % 1_000_000 * 1000);
        };
        Store.Terms terms = new Store.Terms(Environment.processUid(), deadline, 3, () -> false);
        return new Store(storage, directory, identity(1), terms, clock, notices::add).proving(liveness);
    }

    /** Returns what the stores had to say, but for the death of farmers. */
    public List<String> notices() {
        return notices.stream().filter(notice -> !notice.contains(" is gone")).toList();
    }

    WorkDirectory directory() {
        return directory;
    }

    /** Returns what a farmer with so many slots says of itself. */
    public static Op.Joined joined(int slots) {
        return joined(identity(1), slots);
    }

    static Op.Joined joined(Identity identity, int slots) {
        return new Op.Joined(identity, slots, 0, 60_000);
    }

    /** Lets a farmer join; nobody interrupts a test. */
    public static <T> T join(Store store, ListInput list, boolean update, Op.Joined joined, Store.Work<T> more)
            throws IOException {
        try {
            return store.join(list, update, joined, more);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    static Identity identity(long pid) {
        return new Identity("node1", "b00t", "4026531836", pid, pid * 100, BatchJob.NONE);
    }

    /** Returns the end of an attempt. */
    public static Op.Ended ended(int task, int attempt, int status) {
        return new Op.Ended(task, attempt, 0, 1_700_000_000_000_000L + task, 1000, status);
    }

    /** Returns the interruption of an attempt. */
    public static Op.Requeued requeued(int task, int attempt) {
        return new Op.Requeued(task, attempt, 0, 1_700_000_000_000_000L + task, 1000, "SIGTERM");
    }

    /** Returns the start of an attempt. */
    public static Op.Started started(int task, int attempt) {
        return new Op.Started(task, attempt, 0, 1_700_000_000_000_000L + task);
    }
}
