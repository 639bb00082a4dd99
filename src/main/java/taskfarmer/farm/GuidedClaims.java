package taskfarmer.farm;

import taskfarmer.store.State;

/**
 * How many tasks a farmer claims: guided self-scheduling (Polychronopoulos and Kuck, IEEE Transactions on Computers
 * C-36, 1987, <a href="https://doi.org/10.1109/TC.1987.5009495">doi:10.1109/TC.1987.5009495</a>).
 *
 * <p>Enough work for each slot until well after the next transaction, so that short tasks do not cost one each; never more
 * ahead than this farmer's share of half of what is left, so that the last tasks are spread over all farmers; always one
 * for each free slot. Of tasks that take longer than that none is claimed ahead.
 */
final class GuidedClaims {
    private GuidedClaims() {}

    /**
     * Returns how many tasks to claim now.
     *
     * @param state the farm's state
     * @param slots this farmer's slots
     * @param idle how many of them are free
     * @param ready how many claimed tasks wait to be started
     * @param meanSeconds the mean duration of tasks as far as known, 0 if nothing is known
     * @param horizonSeconds how much work is to be claimed ahead for each slot
     */
    static int count(State state, int slots, int idle, int ready, double meanSeconds, double horizonSeconds) {
        int needed = Math.max(0, idle - ready);
        if (meanSeconds <= 0) {
            return needed;
        }
        long pending = state.count(State.Phase.PENDING);
        long share = pending * slots / (2L * Math.max(slots, state.slots()));
        long perSlot = (long) Math.min(horizonSeconds / meanSeconds, Integer.MAX_VALUE / (double) slots);
        long ahead = Math.min(perSlot * slots, share) - Math.max(0, ready - idle);
        return (int) (needed + Math.max(0, ahead));
    }
}
