package taskfarmer.store;

import java.util.BitSet;
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
     * Returns the pending tasks that a farmer may take, the first ones in order of ID.
     *
     * @param first where the pending ones begin
     * @param free how many slots have nothing to do
     * @param most how many tasks at most, those that will have to wait included
     * @param maxLosses how often a task may be lost before it is given up
     */
    Ids claimable(BitSet pending, int first, int farmer, int free, int most, int maxLosses) {
        int limit = maxLosses <= 1 ? Math.min(free, most) : most; // if all are suspect
        boolean holdsLast = !losses.isEmpty() && holds(farmer, maxLosses - 1);
        boolean holdsLost = !losses.isEmpty() && holds(farmer, 1);
        Ids.Builder ids = new Ids.Builder();
        int task = pending.nextSetBit(first);
        for (int n = 0; n < limit && task >= 0; task = pending.nextSetBit(task + 1)) {
            int before = of(task);
            boolean lost = before > 0;
            boolean last = lost && before + 1 >= maxLosses;
            if (!lost || n < free && !holdsLast && !(last && holdsLost)) {
                ids.add(task);
                n++;
                holdsLast |= last;
                holdsLost |= lost;
            }
        }
        return ids.build();
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
