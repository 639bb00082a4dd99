package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import taskfarmer.history.Excerpts;
import taskfarmer.history.History;
import taskfarmer.history.Standing;
import taskfarmer.model.FarmException;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;
import taskfarmer.view.MetricsFile;
import taskfarmer.view.SummaryFile;

/**
 * The files that {@code --metrics} and {@code --summary} ask for: how the farm stands, now and then while this farmer runs, and
 * when it has left. That they cannot be written stops no task.
 */
final class Bulletins {
    private static final long EVERY_SECONDS = 10;

    private final RunSettings.Reports wanted;
    private final Storage storage;
    private final WorkDirectory directory;
    private final Output output;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;
    private @Nullable History history;
    private boolean told; // that it does not work

    Bulletins(RunSettings.Reports wanted, Storage storage, WorkDirectory directory, Output output) {
        this.wanted = wanted;
        this.storage = storage;
        this.directory = directory;
        this.output = output;
    }

    /** Begins to write the metrics, on a thread of its own. */
    void begin() {
        if (wanted.metrics().isEmpty()) {
            return;
        }
        Thread writer = new Thread(
                () -> {
                    try {
                        long pause = 1; // so that the file is there soon
                        while (!closed.await(pause, TimeUnit.SECONDS)) {
                            write(false);
                            pause = EVERY_SECONDS;
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "metrics");
        writer.setDaemon(true);
        writer.start();
        thread = writer;
    }

    /** Writes all files for the last time. */
    void end() throws InterruptedException {
        closed.countDown();
        Thread writer = thread;
        if (writer != null) {
            writer.join(TimeUnit.SECONDS.toMillis(EVERY_SECONDS)); // but not for a file system that hangs
        }
        if (wanted.metrics().isPresent() || wanted.summary().isPresent()) {
            write(true);
        }
    }

    private void write(boolean last) {
        try {
            History known = history;
            if (known == null) {
                known = History.inShort(storage, directory);
                history = known;
            } else {
                known.follow();
            }
            Standing standing = Standing.now(known);
            if (wanted.metrics().isPresent()) {
                new MetricsFile(storage, wanted.metrics().get()).write(standing);
            }
            if (last && wanted.summary().isPresent()) {
                Path path = wanted.summary().get();
                new SummaryFile(storage, path).write(standing, new Excerpts(storage, known));
            }
        } catch (IOException | FarmException e) {
            history = null;
            if (!told) {
                output.warning("--metrics or --summary could not be written: " + e.getMessage());
            }
            told = true;
        }
    }
}
