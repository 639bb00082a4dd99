package taskfarmer.farm;

import java.io.IOException;
import java.util.Optional;
import taskfarmer.model.FarmException;
import taskfarmer.store.Failures;
import taskfarmer.store.Requirements;

/**
 * What came of asking for what a task needs.
 *
 * @param portion what it has been given; empty if it has to wait on the board
 * @param pauseMillis how long its slot waits before it asks for anything again
 * @param problem what does not pass by itself, so that the farm ends; empty if there is no such thing
 */
record Provision(Optional<Supplies.Portion> portion, long pauseMillis, Optional<FarmException> problem) {
    private static final long SHORTAGE_MILLIS = 20;
    private static final long RETRY_MILLIS = 1000;

    /** Asks for what a task needs; {@code label} says what for. */
    static Provision of(Supplies supplies, Requirements requirements, String label) {
        try {
            return new Provision(supplies.take(requirements, label), SHORTAGE_MILLIS, Optional.empty());
        } catch (IOException e) {
            Optional<FarmException> problem =
                    Failures.mayPass(e) ? Optional.empty() : Optional.of(Failures.untrusted(e));
            return new Provision(Optional.empty(), RETRY_MILLIS, problem);
        } catch (FarmException e) {
            return new Provision(Optional.empty(), RETRY_MILLIS, Optional.of(e));
        }
    }
}
