package taskfarmer.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;

/**
 * Somebody who reads the journal without the lock: knows what it says, and can be brought up to date again and again, while
 * the farm runs or after. Good for knowing, not for deciding. Used by one thread.
 */
public final class Follower {
    private static final int TRIES = 6;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);

    private final Storage storage;
    private final WorkDirectory directory;
    private final State state = new State();
    private final List<Op.Frozen> frozen = new ArrayList<>();
    private final Journal journal;
    private @Nullable TaskFile tasks;
    private int accepted;
    private boolean asking;
    private long lastTime;
    private boolean refused; // a batch that is whole, but does not fit

    /** Hears of each entry. */
    public interface Observer {
        /**
         * An entry counts; the state knows it already.
         *
         * @param farmer the number of the farmer that wrote it, 0 if it was none
         * @param time when it was written, µs since the epoch by the writer's clock
         */
        void saw(Op op, int farmer, long time);
    }

    /** Returns a reader that has read nothing yet. */
    public Follower(Storage storage, WorkDirectory directory) {
        this.storage = storage;
        this.directory = directory;
        this.journal = Journal.at(storage, directory, Journal.Position.START);
    }

    /**
     * Reads what has been written since; a batch that is being written just now does not count yet.
     *
     * @return whether there was anything new
     * @throws taskfarmer.model.FarmException if the journal is damaged, naming the place
     */
    public boolean follow(Observer observer) throws IOException {
        long before = journal.length();
        Journal.Damage damage = read(observer);
        // Without the lock, it may be read while it is written, or while its unfinished end is cut off; and a network
        // file
        // system may show that it has become longer before it shows by what. What is damaged stays so.
        for (int tries = 1; isWrong(damage) && !refused && tries < TRIES; tries++) {
            LockFile.pause(PAUSE);
            damage = read(observer);
        }
        if (damage != null && isWrong(damage)) {
            throw damage.refusal(directory.journal());
        }
        return journal.length() != before;
    }

    private static boolean isWrong(Journal.@Nullable Damage damage) {
        return damage != null && !damage.unfinished();
    }

    private Journal.@Nullable Damage read(Observer observer) throws IOException {
        try {
            return journal.read(Long.MAX_VALUE, batch -> {
                refused = true;
                for (Op op : batch.ops()) {
                    state.apply(op, batch.farmer(), batch.time());
                    if (op instanceof Op.Frozen more) {
                        accept(more);
                    }
                    observer.saw(op, batch.farmer(), batch.time());
                }
                refused = false;
                lastTime = batch.time();
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Where tasks ask for something, that is learnt before anything becomes of them. */
    private void accept(Op.Frozen more) {
        frozen.add(more);
        asking |= more.asking();
        if (asking) {
            try {
                tasks();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns the work directory. */
    public WorkDirectory directory() {
        return directory;
    }

    /** Returns what the journal said when it was last read. */
    public State state() {
        return state;
    }

    /** Returns when the last batch was written, µs since the epoch by its writer's clock; 0 if there is none. */
    public long lastTime() {
        return lastTime;
    }

    /** Returns the commands of many tasks, in their order; the first time, all of the task file is read and checked. */
    public Command[] commands(Ids ids) throws IOException {
        return tasks().commands(ids);
    }

    /** Returns what tasks ask for, in their order. */
    public Attributes[] attributes(Ids ids) throws IOException {
        return state.agenda().attributes(ids, tasks().attributes(ids));
    }

    private TaskFile tasks() throws IOException {
        TaskFile file = tasks == null ? new TaskFile(storage, directory.tasks(), state.agenda()::set) : tasks;
        tasks = file;
        for (; accepted < frozen.size(); accepted++) {
            file.accept(frozen.get(accepted));
        }
        return file;
    }

    /** Returns the command of a task, without reading all the others. */
    public Command command(int task) throws IOException {
        return tasks == null
                ? TaskSearch.find(storage, directory.tasks(), state.tasksLength(), task)
                : commands(Ids.of(task))[0];
    }
}
