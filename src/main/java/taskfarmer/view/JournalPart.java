package taskfarmer.view;

import java.io.IOException;
import java.io.UncheckedIOException;
import taskfarmer.model.FarmException;
import taskfarmer.store.Batch;
import taskfarmer.store.Journal;
import taskfarmer.store.Store;

/** Reads a part of the journal: from where a reader is to what the store knows of it. */
final class JournalPart {
    private JournalPart() {}

    /** Takes batches. */
    interface Reader {
        void accept(Batch batch) throws IOException;
    }

    static void read(Journal journal, Store store, Reader reader) throws IOException {
        long until = store.position();
        if (journal.length() >= until) {
            return;
        }
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
    }
}
