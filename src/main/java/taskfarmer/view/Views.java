package taskfarmer.view;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;
import taskfarmer.store.Batch;
import taskfarmer.store.Ids;
import taskfarmer.store.Journal;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.ViewLock;

/**
 * Keeps {@code toprocess}, {@code finished}, {@code failed} and {@code timeline.json} in step with the journal.
 *
 * <p>{@code finished} and {@code failed} only ever grow at their end. The other two are replaced as a whole, so that
 * whoever reads them sees a whole file; that is done the more rarely the longer the file is, so that neither a tenth of
 * the time nor the bandwidth of the file system goes into it. Of several farmers, the one that comes first does the work.
 * Used by one thread.
 */
public final class Views implements AutoCloseable {
    private static final byte[] OPEN = {'['};
    private static final byte[] CLOSE = {'\n', ']', '\n'};
    private static final int CHUNK = 1 << 20;
    private static final int LINES = 1024;

    private final Storage storage;
    private final Store store;
    private final ViewLock lock;
    private final Cadence timelineCadence = new Cadence();
    private final Cadence toprocessCadence = new Cadence();
    private Checkpoint last = Checkpoint.START;

    /** Returns the views of a store's work directory. */
    public Views(Storage storage, Store store) throws IOException {
        this.storage = storage;
        this.store = store;
        this.lock = store.viewLock();
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
                update(false);
            } finally {
                lock.release();
            }
        }
    }

    /** Makes all views say exactly what this farmer knows of the journal. */
    public void complete() throws IOException {
        lock.acquire();
        try {
            update(true);
        } finally {
            lock.release();
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private void update(boolean all) throws IOException {
        Checkpoint checkpoint = valid(Checkpoint.parse(lock.line()));
        checkpoint = updateLists(checkpoint);
        if (all || timelineCadence.isDue()) {
            checkpoint = updateTimeline(checkpoint);
        }
        if (all || toprocessCadence.isDue()) {
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
                && size("finished") >= checkpoint.finished()
                && size("failed") >= checkpoint.failed();
        Checkpoint valid = checkpoint == null ? Checkpoint.START : checkpoint;
        if (!lists) {
            keepForeignTimeline(checkpoint == null);
            replaceByEmpty("finished");
            replaceByEmpty("failed");
            valid = valid.withLists(Journal.Position.START, 0, 0);
        }
        if (size("timeline.json") != valid.timelineLength()) {
            valid = valid.withTimeline(Journal.Position.START, 0);
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
        EndedLists lists = new EndedLists(storage, store, from.finished(), from.failed());
        Journal.Position to = read(from.lists(), lists::accept);
        lists.flush();
        return from.withLists(to, lists.finishedLength(), lists.failedLength());
    }

    private Checkpoint updateTimeline(Checkpoint from) throws IOException {
        if (from.timeline().length() >= store.position() && from.timelineLength() > 0) {
            return from;
        }
        long began = System.nanoTime();
        Path file = store.directory().view("timeline.json");
        try (Draft draft = draft("timeline.json")) {
            if (from.timelineLength() == 0) {
                draft.write(OPEN);
            } else {
                copy(file, draft, from.timelineLength() - CLOSE.length);
            }
            boolean empty = from.timelineLength() <= OPEN.length + CLOSE.length;
            Timeline timeline = new Timeline(store, draft, empty);
            Journal.Position to = read(from.timeline(), timeline::accept);
            draft.write(CLOSE);
            long length = draft.publish(file);
            timelineCadence.did(System.nanoTime() - began, length);
            return from.withTimeline(to, length);
        }
    }

    private Checkpoint updateToProcess(Checkpoint from) throws IOException {
        Store.Pending pending = store.pending();
        if (from.toprocess() >= pending.position()) {
            return from;
        }
        long began = System.nanoTime();
        try (Draft draft = draft("toprocess")) {
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

    private interface Reader {
        void accept(Batch batch) throws IOException;
    }

    private Journal.Position read(Journal.Position from, Reader reader) throws IOException {
        long until = store.position();
        if (from.length() >= until) {
            return from;
        }
        Journal journal = Journal.at(storage, store.directory(), from);
        try {
            Journal.Damage damage = journal.read(until, batch -> {
                try {
                    reader.accept(batch);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            if (damage != null) {
                throw FarmException.untrusted(
                        "the journal " + store.directory().journal() + " cannot be read at byte " + damage.offset()
                                + ": " + damage.problem(),
                        "Start again: the state is checked then.");
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return journal.position();
    }

    private void copy(Path from, Draft draft, long length) throws IOException {
        try (Storage.OpenFile in = storage.open(from, Storage.Mode.READ)) {
            byte[] chunk = new byte[(int) Math.min(CHUNK, length)];
            for (long at = 0; at < length; at += chunk.length) {
                int count = (int) Math.min(chunk.length, length - at);
                in.read(ByteBuffer.wrap(chunk, 0, count), at);
                draft.write(chunk, 0, count);
            }
        }
    }

    private void replaceByEmpty(String name) throws IOException {
        try (Draft draft = draft(name)) {
            draft.publish(store.directory().view(name));
        }
    }

    /** Begins a new version of a view; nobody else writes one while we hold the lock. */
    private Draft draft(String name) throws IOException {
        return new Draft(storage, store.directory().view("farm").resolve(name + ".new"));
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
