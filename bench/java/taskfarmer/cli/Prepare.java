package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import taskfarmer.config.BatchJob;
import taskfarmer.config.DefinitionFiles;
import taskfarmer.config.Definitions;
import taskfarmer.config.Environment;
import taskfarmer.config.WriteAccess;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Identity;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.WorkDirectory;
import taskfarmer.tasks.TaskList;
import taskfarmer.tasks.TaskLists;
import taskfarmer.view.Views;

/** Makes a work directory in which so many tasks of a list have finished, without running them: {@code Prepare LIST COUNT}. */
public final class Prepare {
    private static final int BATCH = 1000;

    private Prepare() {}

    /** Makes it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path path = Path.of(args[0]).toAbsolutePath();
        int finished = Integer.parseInt(args[1]);
        Path root = Path.of(path + "_workdir");
        Environment environment = new Environment(
                System.getenv(), path.getParent(), path.getParent(), Optional.empty(), Environment.processUid());
        Definitions<TaskList> handlers = new Definitions<>(
                TaskLists.kind(),
                DefinitionFiles.find(environment, warning -> {}),
                environment,
                new WriteAccess(false, environment.uid(), warning -> {}));
        TaskOptions options = TaskOptions.of(name -> Optional.empty(), name -> Optional.empty(), path.getParent());
        ListReading reading =
                ListReading.of(options, handlers, "default", runner -> {}, new Shown(path.getParent()));
        ListFile list = ListFile.at(path, args[0], reading);
        Storage storage = new FileStorage();
        WorkDirectory directory = WorkDirectory.open(storage, root, environment);
        Files.createDirectories(directory.logs());
        Store.Terms terms = new Store.Terms(environment.uid(), Duration.ofSeconds(10), 3, () -> false);
        Identity self = Identity.ofThisProcess(BatchJob.NONE);
        try (Store store = new Store(storage, directory, self, terms, InstantSource.system(), System.err::println);
                Views views = new Views(storage, store)) {
            store.join(list, false, new Op.Joined(self, 4, 0, 60_000), transaction -> 0);
            for (int done = 0; done < finished; done += BATCH) {
                int most = Math.min(BATCH, finished - done);
                Ids held = store.transact(transaction -> transaction.claim(most, most));
                store.transact(transaction -> {
                    for (int id : held.toArray()) {
                        transaction.ended(new Op.Ended(id, 1, 0, 1_700_000_000_000_000L + id, 1000, 0));
                    }
                    return held;
                });
            }
            store.leave(transaction -> 0);
            views.complete();
        }
    }
}
