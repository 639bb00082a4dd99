package taskfarmer.view;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import taskfarmer.store.Ids;
import taskfarmer.store.Journal;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.ViewLock;

/**
 * Keeps {@code toprocess}, {@code finished}, {@code failed} and {@code timeline.json} in step with the journal.
 *
 * <p>{@code finished}, {@code failed} and {@code cancelled} grow at their end; the latter two become shorter when tasks are tried
 * again. {@code toprocess} and {@code timeline.json} are replaced as a whole, so that
 * whoever reads them sees a whole file; that is done the more rarely the longer the file is, so that neither a tenth of
 * the time nor the bandwidth of the file system goes into it. Of several farmers, the one that comes first does the work.
 * Used by one thread.
 */
public final class Views implements AutoCloseable {
    private static final int LINES = 1024;

    private final Storage storage;
    private final Store store;
    private final ViewLock lock;
    private final TimelineFile timeline;
    private final Cadence timelineCadence = new Cadence();
    private final Cadence toprocessCadence = new Cadence();
    private Checkpoint last = Checkpoint.START;

    /** Nobody waits long to write a view: the next one to come does it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Returns the views of a store's work directory. */
    public Views(Storage storage, Store store) throws IOException {
        this(storage, store, PATIENCE);
    }

    /** Returns the views, with another time to wait while somebody else writes them. */
    public Views(Storage storage, Store store, Duration patience) throws IOException {
        this.storage = storage;
        this.store = store;
        this.lock = store.viewLock(patience);
        this.timeline = new TimelineFile(storage, store);
    }

    /** Brings the views nearer to what this farmer knows of the journal, unless another farmer is at it. */
    public void refresh() throws IOException {
        if (store.position() == last.lists().length()
                && last.timeline().length() == last.lists().length()
                && last.toprocess() == last.lists().length()) {
            return;
        }
        if (lock.tryAcquire()) {
            try {
                update(false, false);
            } finally {
                lock.release();
            }
        }
    }

    /** Makes all views say exactly what this farmer knows of the journal. */
    public void complete() throws IOException {
        lock.acquire();
        try {
            update(true, true);
        } finally {
            lock.release();
        }
    }

    /** Makes the lists say exactly what is known of the journal; the timeline, which may be long, is left to farmers. */
    public void completeLists() throws IOException {
        lock.acquire();
        try {
            update(true, false);
        } finally {
            lock.release();
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private void update(boolean lists, boolean all) throws IOException {
        Checkpoint checkpoint = valid(Checkpoint.parse(lock.line()));
        checkpoint = updateLists(checkpoint);
        if (all || !lists && timelineCadence.isDue()) {
            checkpoint = updateTimeline(checkpoint);
        }
        if (lists || toprocessCadence.isDue()) {
            checkpoint = updateToProcess(checkpoint);
        }
        if (!checkpoint.isSame(last)) {
            lock.write(checkpoint.line());
            last = checkpoint;
        }
    }

    /** Returns the checkpoint if the files are what it says, and otherwise one that makes everything be written anew. */
    private Checkpoint valid(@Nullable Checkpoint found) throws IOException {
        // A journal that was cut and has grown again since is another one, as far as the views are concerned.
        boolean known =
                found != null && (found.isSame(last) || isAtItsPlace(found.lists()) && isAtItsPlace(found.timeline()));
        Checkpoint checkpoint = known ? found : null;
        boolean lists = checkpoint != null
                && checkpoint.lists().length() > 0
                && size("finished") >= checkpoint.lengths().finished()
                && size("failed") >= checkpoint.lengths().failed()
                && Math.max(0, size("cancelled")) >= checkpoint.lengths().cancelled();
        Checkpoint valid = checkpoint == null ? Checkpoint.START : checkpoint;
        if (!lists) {
            keepForeignTimeline(checkpoint == null);
            // First: a writer that dies while it writes them anew leaves them in a state that no checkpoint tells of.
            valid = valid.withLists(Journal.Position.START, EndedLists.Lengths.NONE);
            if (found != null) {
                lock.write(valid.line());
            }
            replaceByEmpty("finished");
            replaceByEmpty("failed");
            storage.delete(store.directory().view("cancelled"));
        }
        if (size("timeline.json") != valid.timelineLength()) {
            valid = valid.withTimeline(Journal.Position.START, 0, 0);
        }
        return size("toprocess") < 0 ? valid.withToProcess(0) : valid;
    }

    private boolean isAtItsPlace(Journal.Position position) throws IOException {
        return Journal.at(storage, store.directory(), position).isAtItsPlace();
    }

    /** A timeline that lies there before this program has written one is PyTaskFarmer's. */
    private void keepForeignTimeline(boolean first) throws IOException {
        Path theirs = store.directory().view("timeline.json");
        Path kept = store.directory().view("timeline.pytaskfarmer.json");
        if (first && store.isAdopted() && Files.exists(theirs) && !Files.exists(kept)) {
            storage.replace(theirs, kept);
        }
    }

    private Checkpoint updateLists(Checkpoint from) throws IOException {
        Journal journal = Journal.at(storage, store.directory(), from.lists());
        EndedLists lists = new EndedLists(
                storage,
                store,
                from.lengths(),
                lengths ->
                        lock.write(from.withLists(journal.position(), lengths).line()));
        JournalPart.read(journal, store, lists::accept);
        lists.flush();
        return from.withLists(journal.position(), lists.lengths());
    }

    private Checkpoint updateTimeline(Checkpoint from) throws IOException {
        if (from.timeline().length() >= store.position() && from.timelineLength() > 0) {
            return from;
        }
        long began = System.nanoTime();
        Checkpoint to = timeline.update(from);
        timelineCadence.did(System.nanoTime() - began, to.timelineLength());
        return to;
    }

    private Checkpoint updateToProcess(Checkpoint from) throws IOException {
        Store.Pending pending = store.pending();
        if (from.toprocess() >= pending.position()) {
            return from;
        }
        long began = System.nanoTime();
        try (Draft draft = Draft.of(storage, store.directory(), "toprocess")) {
            int id = pending.ids().nextSetBit(0);
            while (id >= 0) {
                Ids.Builder some = new Ids.Builder();
                for (int n = 0; n < LINES && id >= 0; n++) {
                    some.add(id);
                    id = pending.ids().nextSetBit(id + 1);
                }
                Ids ids = some.build();
                draft.write(store.lines(ids));
            }
            long length = draft.publish(store.directory().view("toprocess"));
            toprocessCadence.did(System.nanoTime() - began, length);
            return from.withToProcess(pending.position());
        }
    }

    private void replaceByEmpty(String name) throws IOException {
        try (Draft draft = Draft.of(storage, store.directory(), name)) {
            draft.publish(store.directory().view(name));
        }
    }

    private long size(String name) throws IOException {
        try (Storage.OpenFile file = storage.open(store.directory().view(name), Storage.Mode.READ)) {
            return file.size();
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    /** When a file that is replaced as a whole may be replaced again. */
    private static final class Cadence {
        private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(900);
        private static final int SHARE_OF_TIME = 20;
        private static final long NANOS_PER_BYTE = 100; // 10 MB/s on average

        private long next = System.nanoTime();

        boolean isDue() {
            return System.nanoTime() - next >= 0;
        }

        void did(long nanos, long bytes) {
            long pause = Math.max(SHORTEST, Math.max(nanos * SHARE_OF_TIME, bytes * NANOS_PER_BYTE));
            next = System.nanoTime() + pause;
        }
    }
}
