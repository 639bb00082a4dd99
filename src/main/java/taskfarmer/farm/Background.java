package taskfarmer.farm;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import taskfarmer.model.FarmException;
import taskfarmer.process.Reaper;
import taskfarmer.store.Failures;
import taskfarmer.store.Store;
import taskfarmer.view.Views;

/**
 * What a farmer does beside its work, on two threads: one tells the reaper that the farmer lives, and nothing that a
 * file system does can delay it; the other makes the journal survive a power cut and brings the views up to date.
 */
final class Background implements AutoCloseable {
    private static final Duration BEAT = Duration.ofSeconds(10);
    private static final Duration TIDY = Duration.ofSeconds(1);

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Stop stop;
    private final Thread beating;
    private final Thread tidying;

    private interface Job {
        void run() throws IOException;
    }

    Background(Reaper reaper, Store store, Views views, Stop stop) {
        this.stop = stop;
        this.beating = every(BEAT, "beat", reaper::ping);
        this.tidying = every(TIDY, "views", new Job() {
            private long forced;

            @Override
            public void run() throws IOException {
                long position = store.position();
                if (position != forced) {
                    store.force();
                    forced = position;
                }
                views.refresh();
            }
        });
    }

    private Thread every(Duration period, String name, Job job) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!stopped.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                            job.run();
                        }
                    } catch (IOException e) {
                        stop.ask(Stop.Reason.of(Failures.untrusted(e)));
                    } catch (FarmException e) {
                        stop.ask(Stop.Reason.of(e));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        stop.ask(Stop.Reason.bug(e));
                        throw e;
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Ends both threads and waits until they have. */
    @Override
    public void close() throws InterruptedException {
        stopped.countDown();
        beating.join();
        tidying.join();
    }
}
