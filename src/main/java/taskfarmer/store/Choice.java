package taskfarmer.store;

import java.util.BitSet;

/** Which of the pending tasks a farmer may take: where none asks for anything, the first ones. */
final class Choice {
    private final State state;
    private final BitSet pending;
    private final Agenda agenda;
    private int first; // no pending task stands before

    Choice(State state, BitSet pending, Agenda agenda) {
        this.state = state;
        this.pending = pending;
        this.agenda = agenda;
    }

    /** Takes note that a task is not pending any more. */
    void taken(int task) {
        first = task == first ? task + 1 : first;
    }

    /** Takes note that a task is pending again. */
    void back(int task) {
        first = Math.min(first, task);
    }

    /** Returns the first pending tasks, whatever they ask for. */
    Ids first(int most) {
        Ids.Builder ids = new Ids.Builder();
        int task = pending.nextSetBit(first);
        for (int n = 0; n < most && task >= 0; n++, task = pending.nextSetBit(task + 1)) {
            ids.add(task);
        }
        return ids.build();
    }

    /**
     * Returns the tasks that a farmer may take, in the order in which they are to be taken.
     *
     * @param screen what it may not take because of earlier losses
     * @param free how many slots have nothing to do: for so many there must be what they need
     * @param most how many tasks at most, those that will have to wait included
     */
    Ids of(Losses.Screen screen, int free, int most, Means means) {
        if (agenda.isUsed()) {
            agenda.awake();
            return agenda.lanes().claimable(means, free, screen.limit(most), screen);
        }
        return inOrder(screen, free, screen.limit(most), means);
    }

    private Ids inOrder(Losses.Screen screen, int free, int most, Means means) {
        Ids.Builder ids = new Ids.Builder();
        int task = means.allow(Requirements.PLAIN) ? pending.nextSetBit(first) : -1;
        for (int taken = 0; taken < most && task >= 0; task = pending.nextSetBit(task + 1)) {
            if (screen.admits(task, taken)) {
                if (taken < free && !means.take(Requirements.PLAIN)) {
                    break;
                }
                ids.add(task);
                screen.took(task);
                taken++;
            }
        }
        return ids.build();
    }

    /** Returns what a farmer has to expect. */
    State.Prospect prospect(Means means) {
        if (pending.isEmpty()) {
            return State.Prospect.NONE;
        } else if (!agenda.isUsed()) {
            return means.allow(Requirements.PLAIN) ? State.Prospect.NOW : State.Prospect.NONE;
        }
        agenda.awake();
        if (agenda.lanes().hasAny(means)) {
            return State.Prospect.NOW;
        }
        boolean mayCome = agenda.isAnyResting() || state.count(State.Phase.CLAIMED) > 0;
        return mayCome && pending.stream().anyMatch(task -> means.allow(agenda.requirements(task)))
                ? State.Prospect.LATER
                : State.Prospect.NONE;
    }
}
