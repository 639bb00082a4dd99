package taskfarmer.farm;

import java.nio.file.Path;
import taskfarmer.model.Command;
import taskfarmer.store.Op;

/** Hears what a farm does, as far as people want to know; called from any thread. */
public interface FarmListener {
    /** An attempt is about to be started. */
    void started(int task, int attempt, int slot, Command command);

    /** An attempt has come to an end that counts, and that is recorded. */
    void ended(Op.Ended end, Path log);

    /** A running task was ended because somebody wished so, and that is recorded. */
    void cancelled(int task, double seconds);

    /** The farm is ended before its work is done, while so many tasks run. */
    void stopping(Stop.Reason reason, int running);

    /** Something that a user should know although nothing is lost. */
    void notice(String message);
}
