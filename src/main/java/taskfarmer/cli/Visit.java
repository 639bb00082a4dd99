package taskfarmer.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.model.FarmException;
import taskfarmer.store.Failures;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Identity;
import taskfarmer.store.Op;
import taskfarmer.store.State;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.Transaction;
import taskfarmer.store.WorkDirectory;
import taskfarmer.view.Views;

/**
 * A short stay at a farm by somebody who is no farmer: one transaction, after which the lists say what it has said.
 *
 * <p>Farmers that are dead, as far as that can be proved from here at once, are taken off first: what they held is nobody's.
 */
final class Visit implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** A task that was lost too often is given up by farmers, who have been told how often that is, the next time that it is lost. */
    private static final int MAX_LOSSES = Integer.MAX_VALUE;

    private static final Duration VIEWS_PATIENCE = Duration.ofSeconds(2);

    private final Storage storage = new FileStorage();
    private final Output output;
    private final Store store;

    /** Comes to a farm. */
    Visit(WorkDirectory directory, Environment environment, Output output) throws IOException {
        this.output = output;
        WorkDirectory.check(directory.root(), environment);
        Store.Terms terms = new Store.Terms(environment.uid(), PATIENCE, MAX_LOSSES, () -> false);
        this.store = new Store(
                storage,
                directory,
                Identity.ofThisProcess(BatchJob.of(environment)),
                terms,
                InstantSource.system(),
                output::warning);
        store.follow(); // what has been read before need not be read under the lock
    }

    /** Returns the store, of which the state was read before the lock was taken. */
    Store store() {
        return store;
    }

    /** Makes the transaction. */
    <T> T transact(Store.Work<T> work) throws IOException {
        long before = store.position();
        boolean[] released = {false};
        T result = store.transact(transaction -> {
            int farmers = farmers(transaction);
            transaction.releaseGone();
            released[0] = farmers(transaction) != farmers;
            return work.in(transaction);
        });
        if (store.position() != before) {
            force();
            updateViews(released[0]);
        }
        return result;
    }

    /** What was said counts already, and is not to be said twice because this fails. */
    private void force() {
        try {
            store.force();
        } catch (IOException e) {
            output.warning("done, but a power cut may undo it: " + Failures.describe(e));
        }
    }

    /** What was said counts already; whoever comes next brings the lists up to date if this cannot. */
    private void updateViews(boolean timeline) {
        try (Views views = new Views(storage, store, VIEWS_PATIENCE)) {
            if (timeline) {
                views.complete();
            } else {
                views.completeLists();
            }
        } catch (IOException | FarmException e) {
            output.warning("done, but toprocess, finished, failed and cancelled do not show it yet: " + e.getMessage());
        }
    }

    /** Returns how many farmers are there to take tasks, as far as is known. */
    int farmers() {
        return store.look(Visit::farmers);
    }

    /** Returns how many farmers are there, as far as is known within a transaction. */
    static int farmers(Transaction transaction) {
        return farmers(transaction.state());
    }

    private static int farmers(State state) {
        int present = 0;
        for (State.Farmer farmer : state.farmers().values()) {
            present += farmer.present() && farmer.wish() == Op.Wish.WORK ? 1 : 0;
        }
        return present;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
