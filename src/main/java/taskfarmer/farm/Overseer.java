package taskfarmer.farm;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Looks after what tasks ask for while they run: that none takes longer than it may, and that what others of this host have given
 * back is used. Where no task asks for anything, nobody does.
 */
final class Overseer implements Runnable {
    private static final long LOOK_MILLIS = 100;

    private final Board board;
    private final Limits limits;
    private final Aborts aborts;
    private final Supplies supplies;
    private final Stop stop;

    Overseer(Board board, Limits limits, Aborts aborts, Supplies supplies, Stop stop) {
        this.board = board;
        this.limits = limits;
        this.aborts = aborts;
        this.supplies = supplies;
        this.stop = stop;
    }

    /** Begins, on a thread of its own, and goes on until the farm stops. */
    void start() {
        Thread thread = new Thread(this, "overseer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (!stop.await(LOOK_MILLIS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            stop.ask(Stop.Reason.bug(e));
            throw e;
        }
    }

    private void look() throws InterruptedException {
        try {
            aborts.end(limits.exceeded());
            if (supplies.areCounted() && board.isShort() && supplies.refresh()) {
                board.supplied();
            }
        } catch (IOException e) {
            // The reaper, or the ledger, was not to be had just now: the next look comes soon.
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
