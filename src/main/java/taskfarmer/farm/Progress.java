package taskfarmer.farm;

/**
 * How far a farm has come, all its farmers together, and how well this farmer's slots were used.
 *
 * @param finished tasks that ended well
 * @param failed tasks that ended otherwise
 * @param cancelled tasks that somebody wished not to run, or not to their end
 * @param running tasks that run in this farmer's slots
 * @param elsewhere tasks that other farmers hold
 * @param left tasks that have not ended, running ones included
 * @param recorded tasks whose end this farmer has recorded
 * @param requeued tasks that this farmer has given back after they were started
 * @param slots how many slots this farmer has
 * @param seconds how long this farmer has been at work
 * @param busy the share of its slots' time in which they ran tasks, from 0 to 1
 */
public record Progress(
        int finished,
        int failed,
        int cancelled,
        int running,
        int elsewhere,
        int left,
        int recorded,
        int requeued,
        int slots,
        double seconds,
        double busy) {
    /** Returns the number of tasks. */
    public int total() {
        return finished + failed + cancelled + left;
    }
}
