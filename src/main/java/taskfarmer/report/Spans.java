package taskfarmer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import taskfarmer.history.Attempts;
import taskfarmer.history.Endings;
import taskfarmer.history.History;
import taskfarmer.store.State.Claim;

/** All attempts, those that are over and behind them those that run: a table, of which a row is known by its index. */
final class Spans {
    private final Attempts over;
    private final List<Map.Entry<Integer, Claim>> running = new ArrayList<>();
    private final Map<Integer, Long> until = new HashMap<>(); // by farmer: what runs has run until then

    Spans(History history, List<Member> members) {
        this.over = history.attempts();
        history.state().claims().entrySet().stream()
                .filter(claim -> claim.getValue().isRunning())
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .forEach(running::add);
        members.forEach(member -> until.put(member.number(), member.until()));
    }

    int count() {
        return over.count() + running.size();
    }

    int running() {
        return running.size();
    }

    private boolean isOver(int index) {
        return index < over.count();
    }

    private Claim claim(int index) {
        return running.get(index - over.count()).getValue();
    }

    int task(int index) {
        return isOver(index)
                ? over.task(index)
                : running.get(index - over.count()).getKey();
    }

    /** Returns the number of the attempt, from 1. */
    int number(int index) {
        return isOver(index) ? over.number(index) : claim(index).attempt();
    }

    /** Returns the number of the farmer, 0 if it was none. */
    int farmer(int index) {
        return isOver(index) ? over.farmer(index) : claim(index).farmer();
    }

    int slot(int index) {
        return isOver(index) ? over.slot(index) : claim(index).slot();
    }

    /** Returns whether it is known when and where it ran. */
    boolean isPlaced(int index) {
        return slot(index) >= 0 && start(index) > 0;
    }

    /** Returns when it began, µs since the epoch. */
    long start(int index) {
        return isOver(index) ? over.start(index) : claim(index).start();
    }

    /** Returns how long it took, or has taken so far, in µs. */
    long duration(int index) {
        return isOver(index)
                ? Math.max(0, over.duration(index))
                : Math.max(0, until.getOrDefault(farmer(index), start(index)) - start(index));
    }

    long end(int index) {
        return start(index) + duration(index);
    }

    Outcome outcome(int index) {
        return isOver(index) ? Outcome.of(over.outcome(index)) : Outcome.RUNNING;
    }

    /** Returns its exit status, -1 if there is none or it is not known. */
    int status(int index) {
        return isOver(index) ? over.status(index) : -1;
    }

    /** Returns why it ended so, as people are told; empty if its exit status says it. */
    String reason(int index) {
        return isOver(index) ? Endings.reason(over.reason(index)) : "";
    }

    /** Returns what it has used, as far as that is known. */
    taskfarmer.model.Usage usage(int index) {
        return isOver(index) ? over.usage(index) : taskfarmer.model.Usage.UNKNOWN;
    }
}
