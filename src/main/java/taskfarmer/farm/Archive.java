package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import taskfarmer.model.NativeText;
import taskfarmer.process.Errand;
import taskfarmer.process.SlotShell;

/**
 * An archive of a directory, such as a node's scratch, that is made anew now and then and once more at the end.
 *
 * <p>It is written beside and put in its place when it is whole: whenever the farmer dies, the latest one is there. That one cannot be
 * made stops no task.
 */
final class Archive implements Runnable {
    private static final long LOOK_MILLIS = 200;
    private static final int CHANGED_WHILE_READ = 1; // tar(1): "Some files differ"
    private static final String NICENESS = "10";

    private final Orders.Archiving what;
    private final Path file;
    private final Path draft;
    private final Path output;
    private final SlotShell.Setting setting;
    private final FarmListener listener;
    private final Runnable written;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this, "archive");
    private volatile long longest; // ns
    private boolean told; // that it does not work

    /**
     * Returns one of which nothing has been made.
     *
     * @param farmer the farmer's number
     * @param written is called whenever one has been made
     */
    Archive(
            Orders.Archiving what,
            SlotShell.Setting setting,
            String host,
            int farmer,
            FarmListener listener,
            Runnable written) {
        String name = host + '_' + farmer + ".tar.gz";
        this.what = what;
        this.file = what.target().resolve(name);
        this.draft = what.target().resolve(name + ".part");
        this.output = setting.workDirectory().resolve("logs").resolve("archive_" + farmer);
        this.setting = setting;
        this.listener = listener;
        this.written = written;
    }

    /** Begins to make it now and then, on a thread of its own. */
    void begin() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns how long the longest one has taken, in ns. */
    long longest() {
        return longest;
    }

    @Override
    public void run() {
        try {
            while (!closing.await(what.every().toMillis(), TimeUnit.MILLISECONDS)) {
                // What the directory is to hold may be made by a task.
                if (Files.isDirectory(what.directory())) {
                    make(() -> closing.getCount() == 0);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes the last one, in the place of one that is being made.
     *
     * @param enough tells that there is no more time for it; the one before remains
     */
    void finish(BooleanSupplier enough) throws InterruptedException {
        closing.countDown();
        thread.join();
        make(enough);
    }

    private void make(BooleanSupplier enough) throws InterruptedException {
        long began = System.nanoTime();
        try {
            Files.createDirectories(what.target());
            Errand tar = Errand.program(setting, argv(), output);
            while (!tar.await(LOOK_MILLIS)) {
                if (enough.getAsBoolean()) {
                    tar.kill();
                    tar.await(TimeUnit.SECONDS.toMillis(1));
                    Files.deleteIfExists(draft);
                    return;
                }
            }
            if (tar.status() <= CHANGED_WHILE_READ) {
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
                longest = Math.max(longest, System.nanoTime() - began);
                written.run();
                told = false;
            } else {
                Files.deleteIfExists(draft);
                if (!enough.getAsBoolean()) { // a stop ends it like tasks
                    tell("tar ended with exit status " + tar.status() + ", see " + NativeText.text(output));
                }
            }
        } catch (IOException e) {
            tell(e.toString());
        }
    }

    private List<String> argv() {
        return List.of(
                "nice",
                "-n",
                NICENESS,
                "tar",
                "-czf",
                NativeText.text(draft),
                "-C",
                NativeText.text(what.directory()),
                ".");
    }

    private void tell(String problem) {
        if (!told) {
            listener.notice(NativeText.text(what.directory()) + " could not be archived to " + NativeText.text(file)
                    + ": " + problem);
        }
        told = true;
    }
}
