package taskfarmer.report;

import java.util.List;
import taskfarmer.history.Attempts;
import taskfarmer.history.Endings;
import taskfarmer.history.History;
import taskfarmer.store.State.Phase;
import taskfarmer.store.Storage;

/**
 * The tasks that have failed, in groups.
 *
 * @param count how many there are
 * @param byStatus by their exit status, or the reason if that is another one
 * @param byLastLine by how their logs end
 * @param logs how many logs were read for that
 */
record FailedTasks(int count, List<Group> byStatus, List<Group> byLastLine, int logs) {
    /** Reading a log takes a millisecond or more on a file server. */
    static final int MOST_LOGS = 2000;

    static final String GIVEN_UP = "given up: lost with its farmer too often";
    static final String ADOPTED = "recorded by PyTaskFarmer, which keeps no exit status";
    static final String NO_LINE = "(the log is empty or missing)";

    static FailedTasks of(History history, Storage storage) {
        int[] failed = history.state().all(Phase.FAILED).toArray();
        Group.Sorter byStatus = new Group.Sorter();
        for (int task : failed) {
            byStatus.add(task, status(history.attempts(), task), "");
        }
        Group.Sorter byLine = new Group.Sorter();
        int logs = Math.min(failed.length, MOST_LOGS);
        for (int i = 0; i < logs; i++) {
            int task = failed[(int) ((long) i * failed.length / logs)]; // spread over all of them
            String line = LastLine.of(storage, history.directory().log(task)).orElse("");
            byLine.add(task, line.isEmpty() ? NO_LINE : Similar.pattern(line), line);
        }
        return new FailedTasks(failed.length, byStatus.largestFirst(), byLine.largestFirst(), logs);
    }

    private static String status(Attempts attempts, int task) {
        int latest = attempts.latestOf(task);
        if (latest < 0 || attempts.outcome(latest) != Attempts.Outcome.FAILED) {
            return GIVEN_UP;
        }
        String reason = attempts.reason(latest);
        if (reason.equals(Attempts.ADOPTED)) {
            return ADOPTED;
        }
        return reason.isEmpty() ? Endings.describe(attempts.status(latest), "") : Endings.reason(reason);
    }
}
