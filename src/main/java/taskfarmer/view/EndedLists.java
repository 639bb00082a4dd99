package taskfarmer.view;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import taskfarmer.store.Batch;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;

/** The lines {@code ID command} that a part of the journal adds to {@code finished} and {@code failed}. */
final class EndedLists {
    private static final int AT_ONCE = 1024;

    private final Storage storage;
    private final Store store;
    private final Growing finished;
    private final Growing failed;

    /** Returns what continues the two files from their given lengths on. */
    EndedLists(Storage storage, Store store, long finishedLength, long failedLength) {
        this.storage = storage;
        this.store = store;
        this.finished = new Growing(store.directory().view("finished"), finishedLength);
        this.failed = new Growing(store.directory().view("failed"), failedLength);
    }

    void accept(Batch batch) throws IOException {
        for (Op op : batch.ops()) {
            if (op instanceof Op.Ended ended) {
                (ended.succeeded() ? finished : failed).add(Ids.of(ended.id()));
            } else if (op instanceof Op.Adopted adopted) {
                (adopted.finished() ? finished : failed).add(adopted.ids());
            } else if (op instanceof Op.GivenUp givenUp) {
                failed.add(givenUp.ids());
            }
        }
    }

    /** Writes what is left. */
    void flush() throws IOException {
        finished.flush();
        failed.flush();
    }

    long finishedLength() {
        return finished.length;
    }

    long failedLength() {
        return failed.length;
    }

    /**
     * A file that grows at its end. Its contents follow from the journal alone, so what a writer that died has left
     * beyond the known length is simply written again, with the same bytes.
     */
    private final class Growing {
        private final Path path;
        private long length;
        private Ids.Builder ids = new Ids.Builder();
        private int count;

        Growing(Path path, long length) {
            this.path = path;
            this.length = length;
        }

        void add(Ids more) throws IOException {
            more.forEach(ids::add);
            count += more.count();
            if (count >= AT_ONCE) {
                flush();
            }
        }

        void flush() throws IOException {
            Ids batch = ids.build();
            ids = new Ids.Builder();
            count = 0;
            if (batch.isEmpty()) {
                return;
            }
            ByteBuffer lines = ByteBuffer.wrap(store.lines(batch));
            int added = lines.remaining();
            try (Storage.OpenFile file = storage.open(path, Storage.Mode.UPDATE)) {
                file.write(lines, length);
            }
            length += added;
        }
    }
}
