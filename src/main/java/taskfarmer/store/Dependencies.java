package taskfarmer.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<String, Links> known = new HashMap<>();
    private Links[] links = new Links[0]; // by task
    private final Map<Integer, Integer> doomed = new LinkedHashMap<>(); // and because of whom

    /** Tasks that others wait for. */
    static final class Group {
        private final String name;
        private final IdList members = new IdList();
        private final IdList waiting = new IdList();
        private int open; // members that have not ended
        private int bad; // members that have not ended well

        private Group(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        /** Returns whether it is that of a stage: no task has such a name. */
        boolean isStage() {
            return name.indexOf(' ') >= 0;
        }

        IdList members() {
            return members;
        }
    }

    /** What a task waits for: that all of a group have ended, and ended well unless any end will do. */
    record Need(Group group, boolean any) {
        private boolean isMet() {
            return group.open == 0 && (any || group.bad == 0);
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
        unset(task);
        if (attributes.name().isEmpty()
                && attributes.after().isEmpty()
                && attributes.stage().isEmpty()) {
            return;
        }
        String key = attributes.name().orElse("")
                + ' '
                + attributes.stage()
                + ' '
                + attributes.isAfterAny()
                + attributes.after();
        Links own = known.computeIfAbsent(key, unknown -> links(attributes));
        if (task >= links.length) {
            links = Arrays.copyOf(links, Math.max(task + 1, links.length * 2));
        }
        links[task] = own;
        own.member.forEach(group -> join(group, task));
        own.needs.forEach(need -> need.group.waiting.add(task));
        condemn(task, own);
    }

    @SuppressWarnings("ReferenceEquality") // the same object is what is meant
    private void unset(int task) {
        Links before = of(task);
        before.member.forEach(group -> {
            group.members.remove(task);
            count(group, state.phase(task).isOpen() ? -1 : 0, state.phase(task).isBad() ? -1 : 0);
        });
        before.needs.forEach(need -> need.group.waiting.remove(task));
        if (before != Links.NONE) {
            links[task] = Links.NONE;
        }
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
            member.add(group(stage.key()));
            stage.before().ifPresent(before -> needs.add(new Need(group(before), !stage.checked())));
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
        of(task).member.forEach(group -> moved(group, from, to));
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
        if (wasOpen != group.open > 0 || wasBad != group.bad > 0) {
            group.waiting.forEach(waiting -> {
                if (state.phase(waiting) == State.Phase.PENDING) {
                    condemn(waiting, of(waiting));
                    changed.accept(waiting);
                }
            });
        }
    }

    private void condemn(int task, Links own) {
        for (Need need : own.needs) {
            if (need.isDoomed()) {
                doomed.putIfAbsent(task, badMember(need.group));
            }
        }
    }

    private int badMember(Group group) {
        return group.members.first(member -> state.phase(member).isBad());
    }

    /** Takes note that a task is pending again: what it waits for may have failed meanwhile. */
    void pendingAgain(int task) {
        condemn(task, of(task));
    }

    /**
     * Returns pending tasks that cannot run any more because of one that has not ended well, and which; asked again and again, it
     * returns all of them.
     */
    Map.@Nullable Entry<Integer, Ids> nextDoomed() {
        doomed.keySet()
                .removeIf(task -> state.phase(task) != State.Phase.PENDING
                        || of(task).needs.stream().noneMatch(Need::isDoomed));
        if (doomed.isEmpty()) {
            return null;
        }
        int because = doomed.values().iterator().next();
        Ids.Builder ids = new Ids.Builder();
        doomed.entrySet().stream()
                .filter(entry -> entry.getValue() == because)
                .mapToInt(Map.Entry::getKey)
                .sorted()
                .forEach(ids::add);
        return Map.entry(because, ids.build());
    }

    /** Returns the groups that a task waits for. */
    List<Need> needs(int task) {
        return of(task).needs;
    }
}
