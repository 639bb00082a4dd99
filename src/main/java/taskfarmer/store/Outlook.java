package taskfarmer.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import taskfarmer.model.Resources;

/**
 * What keeps pending tasks from being taken, in a farm where tasks ask for something; as far as the journal tells.
 *
 * @param waiting how many wait for other tasks
 * @param resting how many wait for nothing but the time of their next try
 * @param unmet how many need more than any farmer has that is there, or, if none is, than any has had
 * @param unmetTask the first of them, -1 if there is none
 * @param unmetNeeds what that one needs
 * @param untaken how many have tags and could be taken, and nobody takes any of these tags, though somebody has nothing to do
 * @param untakenTask the first of them, -1 if there is none
 */
public record Outlook(
        int waiting, int resting, int unmet, int unmetTask, Resources unmetNeeds, int untaken, int untakenTask) {
    /** Nothing is in the way of any task. */
    public static final Outlook CLEAR = new Outlook(0, 0, 0, -1, Resources.NONE, 0, -1);

    /** Returns whether there is nothing in the way of any task. */
    public boolean isClear() {
        return waiting + resting + unmet + untaken == 0;
    }

    /** Returns what keeps the pending tasks of a farm; at no cost if no task asks for anything. */
    public static Outlook of(State state) {
        return state.agenda().isUsed() && state.count(State.Phase.PENDING) > 0 ? new Survey(state).outlook() : CLEAR;
    }

    /** Returns for how long a task is to rest before it is tried again, in ms; nothing if it need not. */
    public static OptionalLong rest(State state, int task) {
        return state.phase(task) == State.Phase.PENDING ? state.agenda().rest(task) : OptionalLong.empty();
    }

    /** Pending tasks of the same requirements. */
    private static final class Kind {
        private final int first;
        private int count;
        private int ready;
        private int firstReady = -1;

        Kind(int first) {
            this.first = first;
        }
    }

    /** Goes through all pending tasks once. */
    private static final class Survey {
        private final State state;
        private final IdentityHashMap<Requirements, Kind> kinds =
                new IdentityHashMap<>(); // tasks of a lane share theirs
        private int waiting;
        private int resting;

        Survey(State state) {
            this.state = state;
            Agenda agenda = state.agenda();
            agenda.awake();
            BitSet pending = state.pending();
            for (int task = pending.nextSetBit(0); task >= 0; task = pending.nextSetBit(task + 1)) {
                int each = task;
                Kind kind = kinds.computeIfAbsent(state.requirements(task), unknown -> new Kind(each));
                kind.count++;
                if (!agenda.dependencies().isReady(task)) {
                    waiting++;
                } else if (agenda.isAnyResting() && agenda.rest(task).isPresent()) {
                    resting++;
                } else {
                    kind.ready++;
                    kind.firstReady = kind.firstReady < 0 ? task : kind.firstReady;
                }
            }
        }

        Outlook outlook() {
            List<Resources> offers = offers();
            Set<Set<String>> taken = takenTags();
            boolean idle = isAnybodyIdle();
            int unmet = 0;
            int unmetTask = -1;
            int untaken = 0;
            int untakenTask = -1;
            for (Map.Entry<Requirements, Kind> entry : kinds.entrySet()) {
                Requirements needs = entry.getKey();
                Kind kind = entry.getValue();
                if (!offers.isEmpty() && offers.stream().noneMatch(offer -> offer.covers(needs.resources()))) {
                    unmet += kind.count;
                    unmetTask = earlier(unmetTask, kind.first);
                } else if (idle && kind.ready > 0 && !needs.tags().isEmpty() && !taken.contains(needs.tags())) {
                    untaken += kind.ready;
                    untakenTask = earlier(untakenTask, kind.firstReady);
                }
            }
            Resources needs = unmetTask < 0
                    ? Resources.NONE
                    : state.requirements(unmetTask).resources();
            return new Outlook(waiting, resting, unmet, unmetTask, needs, untaken, untakenTask);
        }

        private static int earlier(int one, int other) {
            return one < 0 ? other : Math.min(one, other);
        }

        /**
         * Returns what the farmers have, or, if none is there, what those had that were; nothing if one of them has not said what
         * it has.
         */
        private List<Resources> offers() {
            Collection<State.Farmer> farmers = state.farmers().values();
            boolean present = farmers.stream().anyMatch(State.Farmer::present);
            List<Resources> offers = new ArrayList<>();
            if (state.isSharing()) {
                for (State.Farmer farmer : farmers) {
                    if (farmer.present() == present && farmer.resources().isEmpty()) {
                        return List.of();
                    } else if (farmer.present() == present) {
                        offers.add(farmer.resources());
                    }
                }
            }
            return offers;
        }

        private Set<Set<String>> takenTags() {
            Set<Set<String>> taken = new HashSet<>();
            for (int task : state.claims().keySet()) {
                taken.add(state.requirements(task).tags());
            }
            return taken;
        }

        private boolean isAnybodyIdle() {
            Set<Integer> holders = state.holders();
            return state.farmers().values().stream()
                    .anyMatch(farmer -> farmer.present() && !holders.contains(farmer.number()));
        }
    }
}
