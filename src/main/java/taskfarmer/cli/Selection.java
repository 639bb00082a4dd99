package taskfarmer.cli;

import java.util.BitSet;
import taskfarmer.store.Ids;

/** Tasks that somebody has chosen, each once, in order of ID. */
final class Selection {
    private final BitSet tasks = new BitSet();

    void add(int task) {
        tasks.set(task);
    }

    Ids ids() {
        Ids.Builder ids = new Ids.Builder();
        tasks.stream().forEach(ids::add);
        return ids.build();
    }
}
