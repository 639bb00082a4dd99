package taskfarmer.store;

import java.util.Set;
import taskfarmer.model.Attributes;
import taskfarmer.model.Resources;

/**
 * What decides when and where a task may run. Many tasks share the same ones.
 *
 * @param resources what it takes of its node while it runs; one that names nothing takes a core
 * @param tags the words by which farmers choose
 * @param time how long an attempt may take, in ms; 0 if there is no limit
 * @param estimate how long it will take, in ms; 0 if that is not known
 * @param priority higher ones first
 */
public record Requirements(Resources resources, Set<String> tags, long time, long estimate, int priority) {
    private static final Resources ONE_CORE = Resources.NONE.with(Resources.CORES, Resources.UNIT);

    /** Those of a task that asks for nothing. */
    public static final Requirements PLAIN = new Requirements(ONE_CORE, Set.of(), 0, 0, 0);

    static Requirements of(Attributes attributes) {
        Resources named = attributes.resources();
        boolean cores = named.amount(Resources.CORES) > 0;
        return new Requirements(
                cores ? named : named.plus(ONE_CORE),
                attributes.tags(),
                attributes.time().map(time -> time.toMillis()).orElse(0L),
                attributes.estimate().map(time -> time.toMillis()).orElse(0L),
                attributes.priority());
    }

    // Written out: what a record has of itself costs a JVM 15 ms the first time, and this is asked at each start.
    @Override
    public boolean equals(Object other) {
        return other instanceof Requirements that
                && time == that.time
                && estimate == that.estimate
                && priority == that.priority
                && resources.equals(that.resources)
                && tags.equals(that.tags);
    }

    @Override
    public int hashCode() {
        int hash = 31 * resources.hashCode() + tags.hashCode();
        return 31 * (31 * hash + Long.hashCode(time)) + Long.hashCode(estimate) + priority;
    }

    /** Returns how much time has to be left for it to be started, in ms; 0 if nothing is known. */
    public long span() {
        return Math.max(time, estimate);
    }
}
