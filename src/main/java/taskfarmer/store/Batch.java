package taskfarmer.store;

import java.util.List;

/**
 * What one transaction wrote: all of it counts, or nothing.
 *
 * @param sequence the batch's number, from 1, without gaps
 * @param farmer the number of the farmer that wrote it; 0 before it has one
 * @param time when it was written, µs since the epoch by the writer's clock
 * @param ops what happened, in order
 */
public record Batch(long sequence, int farmer, long time, List<Op> ops) {}
