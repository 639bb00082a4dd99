package taskfarmer.model;

/**
 * What an attempt has used, as far as it was sampled.
 *
 * @param cpu processor time of all its processes, in µs; -1 if it is not known
 * @param memory the most that its processes had in memory at one time (resident, shared pages counted for each), in bytes; -1 if
 *     it is not known
 * @param log how many bytes it wrote to its log; -1 if it is not known
 */
public record Usage(long cpu, long memory, long log) {
    /** Nothing is known. */
    public static final Usage UNKNOWN = new Usage(-1, -1, -1);

    /** Returns whether anything is known. */
    public boolean isKnown() {
        return cpu >= 0 || memory >= 0 || log >= 0;
    }
}
