package taskfarmer.view;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import taskfarmer.store.Ids;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;

/**
 * A file of lines {@code ID command} that grows at its end. What is added follows from the journal alone, so what a writer that
 * died has left beyond the known length is simply written again, with the same bytes.
 */
final class GrowingList {
    private static final int AT_ONCE = 1024;
    private static final int CHUNK = 1 << 20;

    private final Storage storage;
    private final Store store;
    private final String name;
    private final Path path;
    private long length;
    private Ids.Builder ids = new Ids.Builder();
    private int count;

    GrowingList(Storage storage, Store store, String name, long length) {
        this.storage = storage;
        this.store = store;
        this.name = name;
        this.path = store.directory().view(name);
        this.length = length;
    }

    long length() {
        return length;
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
        try (Storage.OpenFile file = storage.open(path, length == 0 ? Storage.Mode.CREATE : Storage.Mode.UPDATE)) {
            file.write(lines, length);
        }
        length += added;
    }

    /** Takes the lines of tasks away; the file is replaced by one without them. */
    void remove(BitSet tasks) throws IOException {
        if (length == 0) {
            return;
        }
        long shorter;
        try (Draft draft = Draft.of(storage, store.directory(), name)) {
            Filter filter = new Filter(draft, tasks);
            try (Storage.OpenFile file = storage.open(path, Storage.Mode.READ)) {
                byte[] chunk = new byte[(int) Math.min(CHUNK, length)];
                for (long at = 0; at < length; at += chunk.length) {
                    int part = (int) Math.min(chunk.length, length - at);
                    file.read(ByteBuffer.wrap(chunk, 0, part), at);
                    filter.pass(chunk, part);
                }
            }
            if (!filter.removed) {
                return;
            }
            shorter = draft.publish(path);
        }
        length = shorter;
    }

    /** Lets lines through, but for those of some tasks. */
    private static final class Filter {
        private final Draft out;
        private final BitSet tasks;
        private final byte[] digits = new byte[16];
        private int count; // of digits of an ID that is not known as a whole
        private boolean inId = true;
        private boolean keeps;
        private boolean removed;

        Filter(Draft out, BitSet tasks) {
            this.out = out;
            this.tasks = tasks;
        }

        void pass(byte[] bytes, int length) throws IOException {
            for (int i = 0; i < length; i++) {
                if (inId && bytes[i] != ' ') {
                    digits[count++] = bytes[i];
                    continue;
                } else if (inId) {
                    int id = 0;
                    for (int d = 0; d < count; d++) {
                        id = id * 10 + digits[d] - '0';
                    }
                    keeps = !tasks.get(id);
                    removed |= !keeps;
                    if (keeps) {
                        out.write(digits, 0, count);
                    }
                    inId = false;
                    count = 0;
                }
                if (keeps) {
                    out.write(bytes[i]);
                }
                inId = bytes[i] == '\n';
            }
        }
    }
}
