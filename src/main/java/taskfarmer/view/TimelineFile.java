package taskfarmer.view;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import taskfarmer.history.Load;
import taskfarmer.store.Journal;
import taskfarmer.store.State;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;

/**
 * The file {@code timeline.json}: events, to which new ones are added, and after them the counters of the whole farm, which are
 * written anew each time.
 */
final class TimelineFile {
    private static final byte[] OPEN = {'['};
    private static final byte[] CLOSE = {'\n', ']', '\n'};
    private static final int CHUNK = 1 << 20;

    private final Storage storage;
    private final Store store;
    private Load load = new Load();
    private Journal counted; // how far the load has come

    TimelineFile(Storage storage, Store store) {
        this.storage = storage;
        this.store = store;
        this.counted = journal(Journal.Position.START);
    }

    private Journal journal(Journal.Position position) {
        return Journal.at(storage, store.directory(), position);
    }

    /** Replaces the file by one that shows all that is known of the journal. */
    Checkpoint update(Checkpoint from) throws IOException {
        Path path = store.directory().view("timeline.json");
        try (Draft draft = Draft.of(storage, store.directory(), "timeline.json")) {
            if (from.eventsLength() == 0) {
                draft.write(OPEN);
            } else {
                copy(path, draft, from.eventsLength());
            }
            Timeline timeline = new Timeline(store, draft, from.eventsLength() <= OPEN.length);
            Journal journal = journal(from.timeline());
            long before = counted.length();
            boolean inStep = before == journal.length() && counted.isAtItsPlace();
            JournalPart.read(journal, store, batch -> {
                timeline.accept(batch);
                if (inStep) {
                    batch.ops().forEach(op -> load.saw(op, batch.time()));
                }
            });
            draft.flush();
            long events = draft.length();
            if (inStep) {
                counted = journal(journal.position());
            } else {
                recount();
            }
            timeline.counters(loadNow());
            draft.write(CLOSE);
            return from.withTimeline(journal.position(), draft.publish(path), events);
        }
    }

    /** Counts what this farmer has not counted, because another one has written the file meanwhile. */
    private void recount() throws IOException {
        if (!counted.isAtItsPlace()) {
            counted = journal(Journal.Position.START);
            load = new Load();
        }
        JournalPart.read(counted, store, batch -> batch.ops().forEach(op -> load.saw(op, batch.time())));
    }

    /** Returns the load with what runs at this moment. */
    private Load loadNow() {
        Load now = load.copy();
        store.look(state -> {
            long time = store.time();
            for (State.Claim claim : state.claims().values()) {
                if (claim.isRunning()) {
                    now.add(claim.start(), Math.max(claim.start(), time), false);
                }
            }
            return now;
        });
        return now;
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
}
