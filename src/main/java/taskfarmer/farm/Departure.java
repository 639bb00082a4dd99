package taskfarmer.farm;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import taskfarmer.model.FarmException;
import taskfarmer.process.Reaper;
import taskfarmer.store.Failures;
import taskfarmer.store.Ids;
import taskfarmer.store.Store;
import taskfarmer.view.Views;

/** How a farmer leaves: the last things are recorded, what is left goes back, and the views are made exact. */
final class Departure {
    private static final long RETRY_MILLIS = 1000;
    private static final int VIEW_TRIES = 5;

    private final Store store;
    private final Board board;
    private final Exchange exchange;
    private final Reaper reaper;
    private final Views views;
    private final Conduct conduct;
    private final Errands errands;
    private final FarmListener listener;

    Departure(
            Store store,
            Board board,
            Exchange exchange,
            Reaper reaper,
            Views views,
            Conduct conduct,
            Errands errands,
            FarmListener listener) {
        this.store = store;
        this.board = board;
        this.exchange = exchange;
        this.reaper = reaper;
        this.views = views;
        this.conduct = conduct;
        this.errands = errands;
        this.listener = listener;
    }

    /**
     * Records what is left to record, gives back what is left, and leaves; the views are exact afterwards.
     *
     * @param tasksEnded whether no process of a task is left; otherwise what may still run is not given back: whoever finds
     *     this farmer dead sees to it that it has ended first
     * @param reason why it leaves before the end, in one word; empty if nothing is left for it
     * @return whether the end was recorded as a whole
     */
    boolean leave(boolean tasksEnded, String reason) throws InterruptedException {
        exchange.takeTheLast();
        try {
            sayTheLast(tasksEnded, reason);
            exchange.announce();
        } catch (IOException e) {
            return fail(Failures.untrusted(e));
        } catch (FarmException e) {
            return fail(e);
        }
        return afterLeaving();
    }

    /** Makes the views exact, after the farmer has left. */
    boolean afterLeaving() throws InterruptedException {
        if (!errands.areLeft()) {
            reaper.dismiss();
        }
        completeViews();
        errands.finish();
        reaper.dismiss();
        return true;
    }

    private void sayTheLast(boolean tasksEnded, String reason) throws IOException, InterruptedException {
        Ids notStarted = board.takeReady();
        boolean said = false;
        while (!said) {
            try {
                if (tasksEnded) {
                    store.leave(
                            transaction -> {
                                exchange.record(transaction);
                                conduct.sayTheLast(transaction);
                                return transaction;
                            },
                            reason);
                } else {
                    store.transact(transaction -> {
                        exchange.record(transaction);
                        transaction.unclaim(notStarted);
                        return notStarted;
                    });
                    listener.notice("some processes of tasks could not be ended; their tasks go back when they have");
                }
                said = true;
            } catch (IOException e) {
                // As long as nobody takes this farmer for dead, its results are worth waiting for the file system.
                if (!Failures.mayPass(e) || reaper.isOverdue()) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }

    /** The journal is complete without the views, and the next farmer writes them anew if need be. */
    private void completeViews() throws InterruptedException {
        for (int tries = 1; tries <= VIEW_TRIES; tries++) {
            try {
                views.complete();
                return;
            } catch (IOException | FarmException e) {
                if (tries == VIEW_TRIES || !(e instanceof IOException failure) || !Failures.mayPass(failure)) {
                    listener.notice("finished, failed, toprocess and timeline.json are not up to date ("
                            + e.getMessage() + "); the next start mends that");
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }

    private boolean fail(FarmException problem) {
        listener.notice("the end could not be written down as a whole (" + problem.getMessage()
                + "): what is missing is done again at the next start");
        return false;
    }
}
