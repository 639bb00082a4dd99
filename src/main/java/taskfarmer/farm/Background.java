package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import taskfarmer.model.FarmException;
import taskfarmer.store.Failures;
import taskfarmer.store.Store;
import taskfarmer.view.Views;

/** What a farmer does beside its work, each on a thread of its own: a file system may hold up any of them. */
final class Background implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration TIDY = Duration.ofSeconds(1);
    private static final long ENDS_WITHIN_MILLIS = 2000;
    private static final long FOREVER = 0;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final Stop stop;
    private final long endsWithin;

    private interface Job {
        /** Does it; returns when it is to be done again. */
        Duration run() throws IOException;
    }

    private Background(Stop stop, long endsWithin) {
        this.stop = stop;
        this.endsWithin = endsWithin;
    }

    /** Begins to write heartbeats, and to look whether that succeeds. */
    static Background beating(Lease lease, Duration heartbeat, Path locks, Stop stop) {
        Background beating = new Background(stop, ENDS_WITHIN_MILLIS);
        Duration retry = heartbeat.compareTo(RETRY) < 0 ? heartbeat : RETRY;
        beating.start("beat", heartbeat, () -> lease.beat() ? heartbeat : retry);
        beating.start("lease", retry, () -> {
            String problem = lease.lookForProblem();
            if (!problem.isEmpty()) {
                stop.ask(Stop.Reason.of(FarmException.untrusted(
                        "no heartbeat could be written in " + locks + " for too long: " + problem,
                        "The tasks have been ended, because others may take them over now. When the file system is well, start"
                                + " again: the farm goes on where it was. Where it often stalls, allow more time with"
                                + " --dead-after.")));
            }
            return retry;
        });
        return beating;
    }

    /** Begins to make the journal survive a power cut, and to bring the views up to date. */
    static Background tidying(Store store, Views views, Stop stop) {
        Background tidying = new Background(stop, FOREVER);
        tidying.start("views", TIDY, new Job() {
            private long forced;

            @Override
            public Duration run() throws IOException {
                try {
                    long position = store.position();
                    if (position != forced) {
                        store.force();
                        forced = position;
                    }
                    views.refresh();
                } catch (IOException e) {
                    if (!Failures.mayPass(e)) {
                        throw e;
                    }
                }
                return TIDY;
            }
        });
        return tidying;
    }

    private void start(String name, Duration first, Job job) {
        Thread thread = new Thread(
                () -> {
                    try {
                        Duration next = first;
                        while (!stopped.await(next.toMillis(), TimeUnit.MILLISECONDS)) {
                            next = job.run();
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
        threads.add(thread);
    }

    /** Ends all threads and waits until they have; for heartbeats not longer than a moment, should a file system hold them up. */
    @Override
    public void close() throws InterruptedException {
        stopped.countDown();
        for (Thread thread : threads) {
            thread.join(endsWithin);
        }
    }
}
