package taskfarmer.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.Attributes;

/**
 * Which tasks wait for which others.
 *
 * <p>Tasks wait for groups: for all that have a name, for the one that has a number, for all of the stage before their own. A group
 * knows how many of its members have not ended and how many have not ended well, so that the end of a task costs as much as it
 * has groups, and is looked at by those who wait only when it changes something for them.
 */
final class Dependencies {
    private final State state;
    private final IntConsumer changed;
    private final Map<String, Group> groups = new HashMap<>();
    private final Map<Integer, Group> numbers = new HashMap<>();
    private final Map<String, Stages> stages = new HashMap<>(); // by the list that they are of
    private final Map<String, Links> known = new HashMap<>();
    private Links[] links = new Links[0]; // by task
    private final Map<Integer, Integer> doomed = new TreeMap<>(); // and because of whom

    /** Tasks that others wait for. */
    static final class Group {
        private final String name;
        private final IdList members = new IdList();
        private final IdList waiting = new IdList();
        private int open; // members that have not ended
        private int bad; // members that have not ended well
        private int example = -1; // one of these
        private @Nullable Stages stages; // whose one it is, of a stage
        private int number; // of a stage

        private Group(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        /** Returns that of a stage. */
        static Group ofStage(Stages stages, int number) {
            Group group = new Group("stage " + number);
            group.stages = stages;
            group.number = number;
            return group;
        }

        /** Returns whether it is that of a stage, which may be without members. */
        boolean isStage() {
            return stages != null;
        }

        /** Returns whether some of its members have not ended. */
        boolean isOpen() {
            return open > 0;
        }

        /** Returns whether all have ended that count: of a stage, also those of the stages before. */
        private boolean isOver() {
            return stages == null ? open == 0 : stages.areOverUpTo(number);
        }

        IdList members() {
            return members;
        }
    }

    /** What a task waits for: that all of a group have ended, and ended well unless any end will do. */
    record Need(Group group, boolean any) {
        private boolean isMet() {
            return group.isOver() && (any || group.bad == 0);
        }

        private boolean isDoomed() {
            return !any && group.bad > 0;
        }
    }

    /** The groups that a task is in, and what it waits for; many tasks share the same. */
    record Links(List<Group> member, List<Need> needs) {
        static final Links NONE = new Links(List.of(), List.of());
    }

    /** Returns none yet; {@code changed} is told of each pending task of which it is to be asked anew whether it is ready. */
    Dependencies(State state, IntConsumer changed) {
        this.state = state;
        this.changed = changed;
    }

    /** Takes note of what a task waits for, in the place of what it waited for before. */
    void set(int task, Attributes attributes) {
        if (attributes.name().isEmpty()
                && attributes.after().isEmpty()
                && attributes.stage().isEmpty()) {
            unset(task);
            return;
        }
        String key = attributes.name().orElse("")
                + ' '
                + attributes.stage()
                + ' '
                + attributes.isAfterAny()
                + attributes.after();
        Links own = known.computeIfAbsent(key, unknown -> links(attributes));
        if (isSame(own, of(task))) {
            return; // something else has changed
        }
        unset(task);
        if (task >= links.length) {
            links = Arrays.copyOf(links, Math.max(task + 1, links.length * 2));
        }
        links[task] = own;
        own.member.forEach(group -> join(group, task));
        own.needs.forEach(need -> need.group.waiting.add(task));
        condemn(task, own);
    }

    @SuppressWarnings("ReferenceEquality") // the same object is what is meant
    private static boolean isSame(Links one, Links other) {
        return one == other;
    }

    private void unset(int task) {
        unset(task, state.phase(task));
    }

    /** Takes a task out of everything but the group of its number, given the phase that it is counted in. */
    private void unset(int task, State.Phase phase) {
        Links before = of(task);
        if (isSame(before, Links.NONE)) {
            return;
        }
        links[task] = Links.NONE;
        before.member.forEach(group -> {
            group.members.remove(task);
            count(group, phase.isOpen() ? -1 : 0, phase.isBad() ? -1 : 0);
        });
        before.needs.forEach(need -> need.group.waiting.remove(task));
    }

    private Links links(Attributes attributes) {
        List<Group> member = new ArrayList<>();
        List<Need> needs = new ArrayList<>();
        attributes.name().ifPresent(name -> member.add(group(name)));
        for (String reference : attributes.after()) {
            boolean number = Character.isDigit(reference.charAt(0)) && reference.matches("[0-9]+");
            Group group = number ? number(Integer.parseInt(reference)) : group(reference);
            needs.add(new Need(group, attributes.isAfterAny()));
        }
        if (!attributes.stage().isEmpty()) {
            Stage stage = Stage.parse(attributes.stage());
            Stages all = stages.computeIfAbsent(stage.scope(), scope -> new Stages());
            member.add(all.group(stage.number()));
            if (stage.number() > 0) {
                needs.add(new Need(all.group(stage.number() - 1), !stage.checked()));
            }
        }
        return new Links(member, needs);
    }

    private Group group(String name) {
        return groups.computeIfAbsent(name, Group::new);
    }

    private Group number(int task) {
        Group known = numbers.get(task);
        if (known != null) {
            return known;
        }
        Group group = new Group(Integer.toString(task));
        numbers.put(task, group);
        if (task < state.size()) {
            join(group, task);
        }
        return group;
    }

    private void join(Group group, int task) {
        State.Phase phase = state.phase(task);
        group.members.add(task);
        count(group, phase.isOpen() ? 1 : 0, phase.isBad() ? 1 : 0);
    }

    private Links of(int task) {
        Links own = task < links.length ? links[task] : null;
        return own == null ? Links.NONE : own;
    }

    /** Returns whether a task waits for nothing. */
    boolean isReady(int task) {
        for (Need need : of(task).needs) {
            if (!need.isMet()) {
                return false;
            }
        }
        return true;
    }

    /** Takes note that a task is in another phase now. */
    void moved(int task, State.Phase from, State.Phase to) {
        if (from.isOpen() == to.isOpen() && from.isBad() == to.isBad()) {
            return;
        }
        if (to == State.Phase.DROPPED) {
            unset(task, from); // what has left the list is waited for by nobody who does not name its number
        } else {
            of(task).member.forEach(group -> moved(group, from, to));
        }
        Group number = numbers.isEmpty() ? null : numbers.get(task);
        if (number != null) {
            moved(number, from, to);
        }
    }

    private void moved(Group group, State.Phase from, State.Phase to) {
        count(group, (to.isOpen() ? 1 : 0) - (from.isOpen() ? 1 : 0), (to.isBad() ? 1 : 0) - (from.isBad() ? 1 : 0));
    }

    /** Counts members, and has those asked anew who wait for the group if that makes a difference to them. */
    private void count(Group group, int open, int bad) {
        boolean wasOpen = group.open > 0;
        boolean wasBad = group.bad > 0;
        group.open += open;
        group.bad += bad;
        boolean opened = wasOpen != group.open > 0;
        if (opened && group.stages != null) {
            group.stages.changed(group.number, this::askAnew);
        } else if (opened || wasBad != group.bad > 0) {
            askAnew(group);
        }
    }

    private void askAnew(Group group) {
        group.waiting.forEach(waiting -> {
            if (state.phase(waiting) == State.Phase.PENDING) {
                condemn(waiting, of(waiting));
                changed.accept(waiting);
            }
        });
    }

    private void condemn(int task, Links own) {
        for (Need need : own.needs) {
            if (need.isDoomed()) {
                doomed.putIfAbsent(task, badMember(need.group));
            }
        }
    }

    private int badMember(Group group) {
        if (group.example < 0 || !state.phase(group.example).isBad()) {
            group.example = group.members.first(member -> state.phase(member).isBad());
        }
        return group.example;
    }

    /** Takes note that a task is pending again: what it waits for may have failed meanwhile. */
    void pendingAgain(int task) {
        condemn(task, of(task));
    }

    /** Returns pending tasks that cannot run any more, by the task that has not ended well, and forgets them. */
    Map<Integer, Ids> takeDoomed() {
        if (doomed.isEmpty()) {
            return Map.of();
        }
        Map<Integer, Ids.Builder> causes = new TreeMap<>();
        doomed.forEach((task, because) -> {
            if (state.phase(task) == State.Phase.PENDING
                    && of(task).needs.stream().anyMatch(Need::isDoomed)) {
                causes.computeIfAbsent(because, unknown -> new Ids.Builder()).add(task);
            }
        });
        doomed.clear();
        Map<Integer, Ids> skipped = new TreeMap<>();
        causes.forEach((because, tasks) -> skipped.put(because, tasks.build()));
        return skipped;
    }

    /** Returns the groups that a task waits for. */
    List<Need> needs(int task) {
        return of(task).needs;
    }
}
