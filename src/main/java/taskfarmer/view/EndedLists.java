package taskfarmer.view;

import java.io.IOException;
import java.util.BitSet;
import taskfarmer.store.Batch;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;

/**
 * The lines {@code ID command} that a part of the journal adds to {@code finished}, {@code failed} and {@code cancelled}, and
 * those that it takes away from the latter two, because tasks are tried again.
 */
final class EndedLists {
    private final GrowingList finished;
    private final GrowingList failed;
    private final GrowingList cancelled;
    private final Mark mark;

    /** How long the three files are, in bytes. */
    record Lengths(long finished, long failed, long cancelled) {
        static final Lengths NONE = new Lengths(0, 0, 0);
    }

    /** Takes down how far the files have come. */
    interface Mark {
        /** The files have these lengths, and show the journal up to the batch that is being read. */
        void at(Lengths lengths) throws IOException;
    }

    /**
     * Returns what continues the files from their given lengths on.
     *
     * @param mark told before and after a file becomes shorter: what a writer that dies has added is written again by the next
     *     one, but what it has taken away is not there any more
     */
    EndedLists(Storage storage, Store store, Lengths lengths, Mark mark) {
        this.finished = new GrowingList(storage, store, "finished", lengths.finished());
        this.failed = new GrowingList(storage, store, "failed", lengths.failed());
        this.cancelled = new GrowingList(storage, store, "cancelled", lengths.cancelled());
        this.mark = mark;
    }

    void accept(Batch batch) throws IOException {
        BitSet again = new BitSet();
        for (Op op : batch.ops()) {
            if (op instanceof Op.Retried retried) {
                retried.ids().forEach(again::set);
            }
        }
        if (!again.isEmpty()) {
            flush();
            mark.at(lengths());
            failed.remove(again);
            cancelled.remove(again);
            mark.at(lengths());
        }
        for (Op op : batch.ops()) {
            if (op instanceof Op.Ended ended) {
                if (ended.verdict() != Op.Verdict.AGAIN) {
                    (ended.succeeded() ? finished : failed).add(Ids.of(ended.id()));
                }
            } else if (op instanceof Op.Skipped skipped) {
                cancelled.add(without(again, skipped.ids()));
            } else if (op instanceof Op.Adopted adopted) {
                (adopted.finished() ? finished : failed).add(adopted.ids());
            } else if (op instanceof Op.GivenUp givenUp) {
                failed.add(without(again, givenUp.ids()));
            } else if (op instanceof Op.Cancelled more) {
                cancelled.add(without(again, more.ids()));
            } else if (op instanceof Op.Retried retried) {
                retried.ids().forEach(again::clear);
            }
        }
    }

    /** Whoever takes tasks of the dead away may have those that end so tried again at once, in the same batch. */
    private static Ids without(BitSet again, Ids ids) {
        if (again.isEmpty()) {
            return ids;
        }
        Ids.Builder left = new Ids.Builder();
        ids.forEach(id -> {
            if (!again.get(id)) {
                left.add(id);
            }
        });
        return left.build();
    }

    /** Writes what is left. */
    void flush() throws IOException {
        finished.flush();
        failed.flush();
        cancelled.flush();
    }

    Lengths lengths() {
        return new Lengths(finished.length(), failed.length(), cancelled.length());
    }
}
