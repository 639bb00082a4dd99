package taskfarmer.store;

import java.util.HashMap;
import java.util.Map;

/**
 * How often tasks were lost because their farmers died, and what follows for who may take them.
 *
 * <p>Of a farmer that dies it is not known exactly which of the tasks that it had started still ran, and so which may
 * have killed it. So a task that has been lost once is not taken ahead of a free slot any more: the next time, it is
 * known. And of those that the next loss would end none is taken beside another one that was lost before: none is given
 * up because of what another one did that has done it before.
 */
final class Losses {
    private final Claims claims;
    private final Map<Integer, Integer> losses = new HashMap<>();

    Losses(Claims claims) {
        this.claims = claims;
    }

    int of(int task) {
        return losses.isEmpty() ? 0 : losses.getOrDefault(task, 0);
    }

    void add(int task) {
        losses.merge(task, 1, Integer::sum);
    }

    /** Forgets those of a task that has ended. */
    void forget(int task) {
        if (!losses.isEmpty()) {
            losses.remove(task);
        }
    }

    /**
     * Returns what decides, task by task, which ones a farmer may take.
     *
     * @param free how many slots have nothing to do
     * @param maxLosses how often a task may be lost before it is given up
     */
    Screen screen(int farmer, int free, int maxLosses) {
        return new Screen(farmer, free, maxLosses);
    }

    /** What one farmer may take at one moment. */
    final class Screen {
        private final int free;
        private final int maxLosses;
        private boolean holdsLast; // chance of a task
        private boolean holdsLost;

        private Screen(int farmer, int free, int maxLosses) {
            this.free = free;
            this.maxLosses = maxLosses;
            holdsLast = !losses.isEmpty() && holds(farmer, maxLosses - 1);
            holdsLost = !losses.isEmpty() && holds(farmer, 1);
        }

        /** Returns how many tasks may be taken at most, those that will have to wait included. */
        int limit(int most) {
            return maxLosses <= 1 ? Math.min(free, most) : most; // if all are suspect
        }

        /** Returns whether a task may be taken after so many others. */
        boolean admits(int task, int taken) {
            return of(task) == 0 || taken < free && !holdsLast && !(isLast(task) && holdsLost);
        }

        /** Returns whether a task may be taken that is to wait for a slot. */
        boolean mayWait(int task) {
            return of(task) == 0 && maxLosses > 1;
        }

        void took(int task) {
            holdsLast |= isLast(task);
            holdsLost |= of(task) > 0;
        }

        private boolean isLast(int task) {
            return of(task) > 0 && of(task) + 1 >= maxLosses;
        }
    }

    /** Returns whether a farmer holds a task that has been lost, and so often. */
    private boolean holds(int farmer, int fewest) {
        for (Map.Entry<Integer, Integer> lost : losses.entrySet()) {
            State.Claim claim = claims.of(lost.getKey());
            if (lost.getValue() > 0 && lost.getValue() >= fewest && claim != null && claim.farmer() == farmer) {
                return true;
            }
        }
        return false;
    }
}
