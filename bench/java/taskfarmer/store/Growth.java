package taskfarmer.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.view.Views;

/**
 * What a task costs in a long list and in a short one, from joining to leaving, with journal and views, without execution:
 * {@code Growth SHORT LONG ROUNDS}.
 */
public final class Growth {
    private static final int BATCH = 1000;
    private static final long VIEWS_EVERY = TimeUnit.SECONDS.toNanos(1);

    private Growth() {}

    /** Prints µs per task in the short list and in the long one, and their ratio: medians over the rounds, tab-separated. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int few = Integer.parseInt(args[0]);
        int many = Integer.parseInt(args[1]);
        int rounds = Integer.parseInt(args[2]);
        perTask(many);
        double[] shorts = new double[rounds];
        double[] longs = new double[rounds];
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            // As many short lists as it takes for a time that can be measured.
            int times = Math.max(1, many / few / 10);
            for (int i = 0; i < times; i++) {
                shorts[round] += perTask(few) / times;
            }
            longs[round] = perTask(many);
            ratios[round] = longs[round] / shorts[round];
        }
        System.out.printf("%.2f\t%.2f\t%.2f%n", median(shorts), median(longs), median(ratios));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double perTask(int tasks) throws IOException, InterruptedException {
        Path root = Files.createTempDirectory(Path.of("").toAbsolutePath(), "growth").resolve("work");
        FakeList list = FakeList.ofSize(tasks);
        Storage storage = new FileStorage();
        Environment environment =
                new Environment(Map.of(), root, root, Optional.empty(), Environment.processUid());
        Identity self = Identity.ofThisProcess(BatchJob.NONE);
        Store.Terms terms = new Store.Terms(environment.uid(), Duration.ofSeconds(10), 3, () -> false);
        long began = System.nanoTime();
        WorkDirectory directory = WorkDirectory.open(storage, root, environment);
        try (Store store = new Store(storage, directory, self, terms, InstantSource.system(), notice -> {});
                Views views = new Views(storage, store)) {
            Ids held = store.join(list, false, new Op.Joined(self, 4, 0, 60_000), t -> t.claim(BATCH, BATCH));
            long viewed = System.nanoTime();
            while (!held.isEmpty()) {
                int[] ids = held.toArray();
                store.commands(held);
                held = store.transact(transaction -> {
                    for (int id : ids) {
                        transaction.ended(new Op.Ended(id, 1, 0, 1_700_000_000_000_000L + id, 1000, 0));
                    }
                    return transaction.claim(BATCH, BATCH);
                });
                if (System.nanoTime() - viewed > VIEWS_EVERY) {
                    store.force();
                    views.refresh();
                    viewed = System.nanoTime();
                }
            }
            store.leave(t -> null);
            views.complete();
        }
        double micros = (System.nanoTime() - began) / 1e3;
        try (var files = Files.walk(root.getParent())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        return micros / tasks;
    }
}
