package taskfarmer.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.model.Command;
import taskfarmer.model.Task;

/**
 * The real store, transactions and all, as the one memory of thousands of simulated farmers: each of them would have the same
 * copy of the state after catching up, so one is enough.
 */
public final class SharedStore implements AutoCloseable {
    private final Path root;
    private final Store store;
    private final Set<Integer> dead = new HashSet<>();

    /** A list of so many tasks, which need no memory. */
    private record Tasks(int size) implements ListInput {
        @Override
        public String name() {
            return "simulated";
        }

        @Override
        public String handler() {
            return "simulated";
        }

        @Override
        public Fingerprint fingerprint() {
            return new Fingerprint(size, size);
        }

        @Override
        public Fingerprint read(Consumer<Task> tasks) {
            Task task = Task.of(Command.of("t"));
            for (int i = 0; i < size; i++) {
                tasks.accept(task);
            }
            return fingerprint();
        }
    }

    /** Founds a farm with so many tasks and farmers, numbered from 1. */
    public SharedStore(int tasks, int farmers, int slots) throws IOException, InterruptedException {
        root = Files.createTempDirectory(Path.of("").toAbsolutePath(), "simulation").resolve("work");
        Environment environment =
                new Environment(Map.of(), root, root, Optional.empty(), Environment.processUid());
        Storage storage = new FileStorage();
        Store.Terms terms = new Store.Terms(environment.uid(), Duration.ofSeconds(10), 3, () -> false);
        store = new Store(
                        storage,
                        WorkDirectory.open(storage, root, environment),
                        identity(1),
                        terms,
                        InstantSource.system(),
                        notice -> {})
                .proving(farmer -> dead.contains(farmer.number()) ? Liveness.Verdict.GONE : Liveness.Verdict.PRESENT);
        store.join(new Tasks(tasks), false, joined(1, slots), transaction -> 0);
        for (int number = 2; number <= farmers; number++) {
            Op.Joined joined = joined(number, slots);
            store.speakingFor(number).transact(transaction -> {
                transaction.append(joined);
                return 0;
            });
        }
    }

    private static Op.Joined joined(int number, int slots) {
        return new Op.Joined(identity(number), slots, 0, 60_000);
    }

    private static Identity identity(int number) {
        return new Identity("node" + number, "boot" + number, "1", number, number, BatchJob.NONE);
    }

    /** Runs a transaction of one farmer. */
    public <T> T transact(int farmer, Store.Work<T> work) throws IOException {
        return store.speakingFor(farmer).transact(work);
    }

    /** Lets a farmer be dead: its tasks go back with the next {@link Transaction#releaseGone}. */
    public void kill(int farmer) {
        dead.add(farmer);
    }

    /** Returns how many tasks are in a phase. */
    public int count(State.Phase phase) {
        return store.look(state -> state.count(phase));
    }

    /** Returns how often a task has been begun. */
    public int attempts(int task) {
        return store.look(state -> state.attempts(task));
    }

    @Override
    public void close() throws IOException {
        store.close();
        try (var files = Files.walk(root.getParent())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
