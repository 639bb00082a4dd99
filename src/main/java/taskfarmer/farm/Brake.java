package taskfarmer.farm;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.State;

/**
 * Tells a bad node from a bad list: here tasks fail at once, one after the other, and elsewhere they end well meanwhile.
 *
 * <p>What is compared is the same time: since the streak of failures began here, more tasks of other farmers must have ended well
 * than failed. A list that comes to commands which all fail does so for everybody; and a farmer that is alone has nobody to
 * compare itself with, and goes on. Used by the farmer's loop.
 */
final class Brake {
    private static final long AT_ONCE_MICROS = TimeUnit.SECONDS.toMicros(5);
    private static final int SHORTEST = 5;
    private static final int STREAKS_PER_SLOT = 2;

    private int[] tasks = new int[16];
    private int[] attempts = new int[16];
    private int length;
    private int failedHere; // as the journal counts, ever
    private boolean compared; // whether the numbers below are those of this streak
    private int finishedBefore;
    private int failedElsewhereBefore;
    private boolean pulled;

    /** Takes note of an end that was recorded. */
    void ended(Op.Ended end) {
        failedHere += end.verdict() == Op.Verdict.FAILED ? 1 : 0;
        if (!end.succeeded() && end.duration() < AT_ONCE_MICROS) {
            if (length == tasks.length) {
                tasks = Arrays.copyOf(tasks, 2 * length);
                attempts = Arrays.copyOf(attempts, 2 * length);
            }
            tasks[length] = end.id();
            attempts[length++] = end.attempt();
        } else if (!pulled) {
            length = 0;
            compared = false;
        }
    }

    /**
     * Looks at what has happened elsewhere meanwhile.
     *
     * @param finished how many tasks have ended well, everywhere
     * @param failed how many tasks have failed, everywhere
     * @param slots how many slots this farmer uses
     * @return why this farmer is to take nothing any more, the first time that there is a reason
     */
    Optional<String> look(int finished, int failed, int slots) {
        if (pulled || length == 0) {
            return Optional.empty();
        }
        int failedElsewhere = failed - failedHere;
        if (!compared) {
            compared = true;
            finishedBefore = finished;
            failedElsewhereBefore = failedElsewhere;
        }
        int well = finished - finishedBefore; // none of them here: it would have ended the streak
        int badly = Math.max(0, failedElsewhere - failedElsewhereBefore);
        if (length < Math.max(SHORTEST, STREAKS_PER_SLOT * slots) || well == 0 || well <= badly) {
            return Optional.empty();
        }
        pulled = true;
        return Optional.of("the last " + length + " tasks here failed at once, one after the other, while " + well
                + (well == 1 ? " task" : " tasks") + " elsewhere ended well");
    }

    /** Returns the failed tasks of the streak that nobody has tried again since, if it is to blame on the node. */
    Ids toBeTriedElsewhere(State state) {
        Ids.Builder ids = new Ids.Builder();
        if (pulled) {
            for (int i = 0; i < length; i++) {
                if (state.phase(tasks[i]) == State.Phase.FAILED && state.attempts(tasks[i]) == attempts[i]) {
                    ids.add(tasks[i]);
                }
            }
        }
        return ids.build();
    }
}
