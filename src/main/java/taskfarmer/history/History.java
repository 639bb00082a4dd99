package taskfarmer.history;

import java.io.IOException;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.store.Follower;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.State;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/** A farm as its journal tells of it: where every task is now, and how it came to that. Used by one thread. */
public final class History {
    private final Follower follower;
    private final Tally tally = new Tally();
    private final Attempts attempts = new Attempts();
    private final boolean each;

    private History(Follower follower, boolean each) {
        this.follower = follower;
        this.each = each;
    }

    /** Reads a farm's history, but for the single attempts: quick with a million tasks. */
    public static History inShort(Storage storage, WorkDirectory directory) throws IOException {
        return read(new History(new Follower(storage, directory), false));
    }

    /** Reads a farm's history with every attempt of every task. */
    public static History inFull(Storage storage, WorkDirectory directory) throws IOException {
        return read(new History(new Follower(storage, directory), true));
    }

    private static History read(History history) throws IOException {
        history.follow();
        return history;
    }

    /**
     * Reads what has been written since.
     *
     * @return whether there was anything new
     */
    public boolean follow() throws IOException {
        return follower.follow(this::saw);
    }

    private void saw(Op op, int farmer, long time) {
        tally.saw(op, farmer, time, follower.state());
        if (each) {
            attempts.saw(op, farmer, time, follower.state());
        }
    }

    /** Returns the work directory. */
    public WorkDirectory directory() {
        return follower.directory();
    }

    /** Returns where every task is, and who the farmers are. */
    public State state() {
        return follower.state();
    }

    /** Returns what was counted. */
    public Tally tally() {
        return tally;
    }

    /** Returns the attempts that are over; none if the history was read in short. */
    public Attempts attempts() {
        return attempts;
    }

    /** Returns when the last batch was written, µs since the epoch; 0 if there is none. */
    public long lastTime() {
        return follower.lastTime();
    }

    /** Returns the command of one task. */
    public Command command(int task) throws IOException {
        return follower.command(task);
    }

    /** Returns what tasks ask for, in their order. */
    public Attributes[] attributes(Ids ids) throws IOException {
        return follower.attributes(ids);
    }

    /** Returns the commands of many tasks, in their order. */
    public Command[] commands(Ids ids) throws IOException {
        return follower.commands(ids);
    }
}
