package taskfarmer.host;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskfarmer.config.Environment;
import taskfarmer.model.Resources;
import taskfarmer.store.Identity;
import taskfarmer.store.Storage;

/**
 * What the ledger of this host says at the moment, for who only looks: nothing is locked, made or changed.
 *
 * @param ledger where it is, whether there is one or not
 * @param all what is held
 * @param free what is left of a capacity
 */
public record Holdings(Path ledger, List<Holding> all, Resources free) {
    /** What is known of the farmer that holds something. */
    public enum Holder {
        /** Its process is there. */
        ALIVE,
        /** It has died; what it held is free as soon as its tasks have ended and a farmer looks. */
        DEAD,
        /** Its process is in another PID namespace, so that nothing can be known of it here. */
        UNSEEN
    }

    /**
     * Something that somebody holds.
     *
     * @param entry what
     * @param holder what is known of who holds it
     */
    public record Holding(Entry entry, Holder holder) {}

    /**
     * Looks.
     *
     * @param self the process that looks
     */
    public static Holdings look(Storage storage, Environment environment, Identity self, Capacity capacity)
            throws IOException {
        Path path = LedgerPlace.of(environment, capacity.scope()).file();
        List<Entry> entries = new ArrayList<>();
        try (LedgerFile file = new LedgerFile(storage, path, () -> storage.open(path, Storage.Mode.UPDATE))) {
            file.read();
            for (Optional<Entry> block : file.entries()) {
                block.ifPresent(entries::add);
            }
        } catch (NoSuchFileException e) {
            // nobody has held anything yet
        }
        List<Holding> all = new ArrayList<>();
        for (Entry entry : entries) {
            Identity owner = entry.owner();
            boolean seen = owner.pidNamespace().equals(self.pidNamespace());
            boolean dead = seen && self.provesEndOf(owner);
            all.add(new Holding(entry, dead ? Holder.DEAD : seen ? Holder.ALIVE : Holder.UNSEEN));
        }
        return new Holdings(
                path, List.copyOf(all), new Room(capacity).without(entries).free());
    }
}
