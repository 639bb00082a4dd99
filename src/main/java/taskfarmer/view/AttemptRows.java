package taskfarmer.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import taskfarmer.history.Attempts;
import taskfarmer.history.History;
import taskfarmer.model.LogName;
import taskfarmer.model.NativeText;
import taskfarmer.model.Usage;
import taskfarmer.store.Identity;
import taskfarmer.store.State;

/** The attempts of a history that was read in full, as rows. */
public final class AttemptRows {
    private final State state;
    private final Attempts attempts;
    private final String logs;
    private @Nullable Place[] places = new Place[16]; // by farmer

    private record Place(String host, String job) {
        static final Place UNKNOWN = new Place("", "");
    }

    /** Returns the rows of a history as it is now. */
    public AttemptRows(History history) {
        this.state = history.state();
        this.attempts = history.attempts();
        this.logs = NativeText.text(history.directory().logs()) + '/';
    }

    /** Returns an attempt that is over, by its index. */
    public AttemptRow over(int index) {
        int task = attempts.task(index);
        int number = attempts.number(index);
        Place place = place(attempts.farmer(index));
        long start = attempts.start(index);
        return new AttemptRow(
                task,
                number,
                attempts.farmer(index),
                place.host,
                place.job,
                attempts.slot(index),
                start,
                start == 0 ? -1 : attempts.duration(index),
                attempts.outcome(index).word(),
                attempts.status(index),
                attempts.reason(index),
                attempts.usage(index),
                log(task, number));
    }

    /** Returns the attempt of a task that runs, if one was seen running. */
    public Optional<AttemptRow> running(int task) {
        State.Claim claim = state.claims().get(task);
        if (claim == null || !claim.isRunning()) {
            return Optional.empty();
        }
        Place place = place(claim.farmer());
        return Optional.of(new AttemptRow(
                task,
                claim.attempt(),
                claim.farmer(),
                place.host,
                place.job,
                claim.slot(),
                claim.start(),
                -1,
                AttemptRow.RUNNING,
                -1,
                "",
                Usage.UNKNOWN,
                log(task, claim.attempt())));
    }

    /** Returns the latest attempt of a task, the running one if there is one; nothing if it was never started. */
    public Optional<AttemptRow> latest(int task) {
        Optional<AttemptRow> running = running(task);
        int over = attempts.latestOf(task);
        return running.isPresent() || over < 0 ? running : Optional.of(over(over));
    }

    /** Returns all attempts of a task, the earliest first. */
    public List<AttemptRow> of(int task) {
        List<AttemptRow> rows = new ArrayList<>();
        running(task).ifPresent(rows::add);
        attempts.forEachOf(task, index -> rows.add(over(index)));
        Collections.reverse(rows);
        return rows;
    }

    private String log(int task, int number) {
        State.Claim claim = state.claims().get(task);
        int latest = claim != null && claim.isRunning() ? claim.attempt() : state.attempts(task);
        return logs + (number < latest ? LogName.of(task, number) : LogName.of(task));
    }

    private Place place(int farmer) {
        if (farmer >= places.length) {
            places = Arrays.copyOf(places, Math.max(farmer + 1, places.length * 2));
        }
        Place known = places[farmer];
        if (known == null) {
            State.Farmer joined = state.farmers().get(farmer);
            known = joined == null ? Place.UNKNOWN : place(joined.joined().identity());
            places[farmer] = known;
        }
        return known;
    }

    private static Place place(Identity identity) {
        return new Place(
                identity.place(), identity.job().isKnown() ? identity.job().label() : "");
    }
}
