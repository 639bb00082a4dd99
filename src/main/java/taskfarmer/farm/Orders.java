package taskfarmer.farm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongFunction;
import taskfarmer.store.ListInput;

/**
 * What one farmer is told besides: when it stops, what it does before and after its tasks, how long it waits for some.
 *
 * @param walltime how long it may go on
 * @param warning the signal by which running tasks hear of the end
 * @param quota how much it takes, and how fast
 * @param maxFail how many tasks may fail before it takes nothing any more
 * @param brake whether it stops if tasks fail only here
 * @param setup a command to be run before it takes anything
 * @param teardown a command to be run when its tasks are over
 * @param archiving a directory to be archived now and then
 * @param pool how long it waits for tasks
 */
public record Orders(
        Walltime walltime,
        Optional<Warning> warning,
        Quota quota,
        Optional<MaxFail> maxFail,
        boolean brake,
        Optional<String> setup,
        Optional<String> teardown,
        Optional<Archiving> archiving,
        Pool pool) {
    /** Those of a farmer that is told nothing. */
    public static final Orders NONE = new Orders(
            Walltime.unlimited(),
            Optional.empty(),
            new Quota(Integer.MAX_VALUE, Duration.ZERO),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Pool.NONE);

    /**
     * The signal by which running tasks hear of the end.
     *
     * @param signal its name without {@code SIG}
     * @param before how long before tasks are ended
     */
    public record Warning(String signal, Duration before) {}

    /**
     * How much a farmer takes, and how fast.
     *
     * @param tasks how many tasks it starts at most
     * @param interval the time between two starts
     */
    public record Quota(int tasks, Duration interval) {}

    /**
     * How many tasks may fail.
     *
     * @param count so many, or per cent of all
     * @param percent whether it is per cent
     * @param now whether running tasks are ended then
     */
    public record MaxFail(int count, boolean percent, boolean now) {
        /** Returns whether so many have failed. */
        boolean isReached(int failed, int total) {
            return failed > 0 && (percent ? 100L * failed >= (long) count * total : failed >= count);
        }

        String shown() {
            return percent ? count + "%" : Integer.toString(count);
        }
    }

    /**
     * A directory that is archived now and then.
     *
     * @param directory what is archived, absolute
     * @param target the directory that the archive is put into, absolute
     * @param every how often
     */
    public record Archiving(Path directory, Path target, Duration every) {}

    /**
     * How long a farmer waits for tasks when there are none.
     *
     * @param idleTimeout so long
     * @param forever until it is told to stop
     * @param poll how often the list is looked at
     * @param list the file of the list; empty if it is none that could grow
     * @param upTo returns the list as it is in the first bytes of the file
     */
    public record Pool(
            Duration idleTimeout, boolean forever, Duration poll, Optional<Path> list, LongFunction<ListInput> upTo) {
        /** That of a farmer that waits for none. */
        public static final Pool NONE =
                new Pool(Duration.ZERO, false, Duration.ofSeconds(2), Optional.empty(), length -> {
                    throw new IllegalStateException("there is no list");
                });

        /** Returns whether it waits at all. */
        boolean waits() {
            return forever || !idleTimeout.isZero();
        }
    }
}
