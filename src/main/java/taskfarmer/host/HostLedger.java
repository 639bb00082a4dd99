package taskfarmer.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import taskfarmer.config.Environment;
import taskfarmer.model.Resources;
import taskfarmer.store.Identity;
import taskfarmer.store.Storage;

/**
 * What the tasks of all farmers of one user hold of this host, or of a batch job's part of it, whichever farms they work for: so
 * that together they never take more than there is.
 *
 * <p>Whoever takes does so under the ledger's lock and checks all that is held against what it knows of the node itself
 * ({@link Capacity}), which need not be what the others know. What a dead farmer held is free when it is proved that none of its
 * tasks runs any more. Each farmer remembers what it holds itself and writes it again should it be missing; and a ledger that is
 * found new or damaged is first filled with what running tasks bear in their environments. Safe for use by several threads.
 */
public final class HostLedger implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LITTLE_PATIENCE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Capacity capacity;
    private final NodeView node;
    private final Identity self;
    private final Path path;
    private final String key;
    private final Room whole;
    private final Owners owners;
    private final LedgerFile file;
    private final Map<Integer, Entry> held = new HashMap<>();
    private int lastNumber;
    private boolean refused; // the lock was not to be had the last time
    private boolean closed;
    private volatile Room left; // never changed

    private HostLedger(Storage storage, Environment environment, Identity self, Capacity capacity) throws IOException {
        LedgerPlace place = LedgerPlace.of(environment, capacity.scope());
        this.capacity = capacity;
        this.node = new ThisNode(environment);
        this.self = Entry.owner(self);
        this.path = place.file();
        this.key = place.key();
        this.whole = new Room(capacity);
        this.left = whole;
        this.owners = new Owners(this.self, System::nanoTime);
        this.file = new LedgerFile(storage, path, () -> place.open(storage));
    }

    /**
     * Opens the ledger of this host, or makes it.
     *
     * @param self the farmer that takes
     * @throws taskfarmer.model.FarmException if there is no place for it
     */
    public static HostLedger open(Storage storage, Environment environment, Identity self, Capacity capacity)
            throws IOException {
        HostLedger ledger = new HostLedger(storage, environment, self, capacity);
        ledger.refresh();
        return ledger;
    }

    /** Returns where it is. */
    public Path path() {
        return path;
    }

    /** Returns what there is for tasks, were nothing held. */
    public Resources capacity() {
        return capacity.amounts();
    }

    /** Returns what is free as of the last look; cheap. Parts of several cores or GPUs make no whole one. */
    public Resources free() {
        return left.free();
    }

    /** Returns what is free as of the last look, for trying what fits into it. */
    public Room room() {
        return left.copy();
    }

    /**
     * Looks again, also for farmers that have died: it is through this that what they held becomes free. To be asked now and then
     * by whoever waits for something; takes some µs, unless there are dead ones.
     *
     * @return whether there is more of anything than before
     */
    public boolean refresh() throws IOException {
        Resources before = free();
        Set<Identity> others = new LinkedHashSet<>();
        synchronized (this) {
            if (closed) {
                return false;
            }
            if (isCurrent()) {
                left = whole.without(entries());
            } else if (acquire()) {
                release();
            }
            for (Entry entry : entries()) {
                if (!entry.owner().equals(self)) {
                    others.add(entry.owner());
                }
            }
        }
        List<Identity> gone = others.isEmpty() ? List.of() : owners.gone(others);
        if (!gone.isEmpty()) {
            remove(new HashSet<>(gone));
        }
        return !before.covers(free());
    }

    /** Reads the file without the lock; false if that is not enough, because something has to be written or is being written. */
    private boolean isCurrent() throws IOException {
        if (!file.isInPlace() || !file.read()) {
            return false;
        }
        int mine = 0;
        for (Entry entry : entries()) {
            mine += entry.owner().equals(self) ? 1 : 0;
        }
        return mine == held.size();
    }

    private synchronized void remove(Set<Identity> gone) throws IOException {
        if (!closed && acquire()) {
            try {
                List<Optional<Entry>> blocks = file.entries();
                for (int i = 0; i < blocks.size(); i++) {
                    if (blocks.get(i)
                            .filter(entry -> gone.contains(entry.owner()))
                            .isPresent()) {
                        file.clear(i);
                    }
                }
            } finally {
                release();
            }
        }
    }

    /**
     * Takes what a task needs, all or nothing.
     *
     * @param label what for, for people: the task and the farm
     * @return nothing if it does not fit now, or if the lock was not to be had within 0.25 s
     */
    public synchronized Optional<Share> take(Resources demand, String label) throws IOException {
        if (closed || !acquire()) {
            return Optional.empty();
        }
        try {
            Optional<Room.Place> place = whole.without(entries()).place(demand);
            if (place.isEmpty()) {
                return Optional.empty();
            }
            Entry entry = new Entry(
                    self, ++lastNumber, demand, place.get().cores(), place.get().gpus(), label);
            if (!Block.hasRoomFor(entry.text())) {
                return Optional.empty(); // hundreds of cores, scattered: they gather when others end
            }
            file.add(entry);
            held.put(entry.number(), entry);
            return Optional.of(Share.of(entry, key, capacity.amd()));
        } finally {
            release();
        }
    }

    /** Gives back what a task held; its processes have ended. What is not held any more is given back already. */
    public synchronized void giveBack(Share share) throws IOException {
        if (held.remove(share.number()) == null) {
            return;
        }
        if (acquire()) { // which clears what is not held any more
            release();
            return;
        }
        // Somebody who was stopped has the lock, or tries others' patience: this block is no business of theirs.
        clearOwn();
        left = whole.without(entries());
    }

    private void clearOwn() throws IOException {
        List<Optional<Entry>> blocks = file.entries();
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).filter(this::isToBeCleared).isPresent()) {
                file.clear(i);
            }
        }
    }

    private boolean isToBeCleared(Entry entry) {
        return entry.owner().pid() == self.pid() && entry.owner().equals(self) && !held.containsKey(entry.number());
    }

    /** Takes the lock and brings up to date what is known, and what the file says of this farmer. */
    private boolean acquire() throws IOException {
        boolean ready = false;
        try {
            if (lock() && (file.read() || restore())) {
                clearOwn();
                addMissing();
                ready = true;
            }
        } finally {
            if (!ready) {
                file.unlock();
            }
        }
        return ready;
    }

    private boolean lock() throws IOException {
        refused = !file.lock(refused ? LITTLE_PATIENCE : PATIENCE);
        return !refused;
    }

    private void release() throws IOException {
        try {
            left = whole.without(entries());
        } finally {
            file.unlock();
        }
    }

    /** Puts into a file that is new or damaged what can be found out; the lock is not held meanwhile. */
    private boolean restore() throws IOException {
        file.unlock();
        List<Entry> found = Survivors.find(node, key);
        if (!lock()) {
            return false;
        }
        if (!file.read()) {
            List<Entry> known = entries();
            for (Entry entry : found) {
                if (!entry.owner().equals(self) && known.stream().noneMatch(entry::isSameAs)) {
                    file.add(entry);
                }
            }
            file.mend();
        }
        return true;
    }

    private void addMissing() throws IOException {
        if (held.isEmpty()) {
            return;
        }
        Set<Integer> missing = new HashSet<>(held.keySet());
        for (Entry entry : entries()) {
            if (entry.owner().pid() == self.pid() && entry.owner().equals(self)) {
                missing.remove(entry.number());
            }
        }
        for (int number : missing) {
            file.add(java.util.Objects.requireNonNull(held.get(number)));
        }
    }

    private List<Entry> entries() {
        List<Entry> all = new ArrayList<>();
        for (Optional<Entry> block : file.entries()) {
            block.ifPresent(all::add);
        }
        return all;
    }

    /** Gives back everything; removes the ledger if nobody else holds anything. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        held.clear();
        try {
            if (acquire()) {
                if (entries().isEmpty()) {
                    file.remove();
                }
                release();
            } else {
                clearOwn();
            }
        } finally {
            file.close();
        }
    }
}
