package taskfarmer.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The stages of one list, between which its barriers stand: a task waits for all stages before its own. */
final class Stages {
    private final List<Dependencies.Group> groups = new ArrayList<>(); // by number
    private int firstOpen; // all before have ended

    /** Returns the group of a stage; those before it are there, too, if only without tasks. */
    Dependencies.Group group(int number) {
        while (groups.size() <= number) {
            groups.add(Dependencies.Group.ofStage(this, groups.size()));
        }
        advance();
        return groups.get(number);
    }

    private void advance() {
        while (firstOpen < groups.size() && !groups.get(firstOpen).isOpen()) {
            firstOpen++;
        }
    }

    /** Returns whether all tasks of a stage and of those before it have ended. */
    boolean areOverUpTo(int number) {
        return firstOpen > number;
    }

    /** Takes note that a stage has become open or over; {@code changed} hears of each for which that makes a difference. */
    void changed(int number, Consumer<Dependencies.Group> changed) {
        int before = firstOpen;
        if (groups.get(number).isOpen()) {
            firstOpen = Math.min(firstOpen, number);
        }
        advance();
        int to = Math.max(before, firstOpen);
        for (int stage = Math.min(before, firstOpen); stage < to; stage++) {
            changed.accept(groups.get(stage));
        }
    }
}
