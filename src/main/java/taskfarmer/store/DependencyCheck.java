package taskfarmer.store;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import taskfarmer.model.FarmException;

/** Makes sure that what tasks wait for can come: that it is there, and that none waits for itself. */
final class DependencyCheck {
    private static final int SHOWN = 8;

    private final State state;
    private final TaskFile tasks;
    private final Dependencies dependencies;
    private final BitSet clear = new BitSet(); // tasks that wait for themselves neither directly nor indirectly
    private final Set<Dependencies.Group> clearGroups = new HashSet<>();

    DependencyCheck(State state, TaskFile tasks) {
        this.state = state;
        this.tasks = tasks;
        this.dependencies = state.agenda().dependencies();
    }

    /**
     * Checks all tasks that have not ended.
     *
     * @throws FarmException if a task waits for something that is not there, or for itself
     */
    void check() throws IOException {
        for (int task = 0; task < state.size(); task++) {
            if (state.phase(task).isOpen() && !dependencies.needs(task).isEmpty()) {
                checkNames(task);
            }
        }
        for (int task = 0; task < state.size(); task++) {
            if (state.phase(task).isOpen()
                    && !clear.get(task)
                    && !dependencies.needs(task).isEmpty()) {
                checkCycles(task);
            }
        }
    }

    private void checkNames(int task) throws IOException {
        for (Dependencies.Need need : dependencies.needs(task)) {
            if (need.group().members().isEmpty() && !need.group().isStage()) {
                boolean number = Character.isDigit(need.group().name().charAt(0))
                        && need.group().name().matches("[0-9]+");
                throw FarmException.badInput(
                        describe(task) + " waits for "
                                + (number
                                        ? "task " + need.group().name()
                                        : "'" + need.group().name() + "'") + ", and there is no such task",
                        number
                                ? "Tasks are numbered from 0 to " + (state.size() - 1) + "."
                                : "Give a task that name (#TF+ name="
                                        + need.group().name() + "), or correct the name after 'after='.");
            }
        }
    }

    /** One step down: a task or a group, and what is still to be looked at from there. */
    private record Step(Object node, Iterator<?> below) {}

    private void checkCycles(int start) throws IOException {
        Deque<Step> path = new ArrayDeque<>();
        Set<Object> onPath = new HashSet<>();
        path.push(step(start));
        onPath.add(start);
        while (!path.isEmpty()) {
            Step step = path.element();
            if (!step.below.hasNext()) {
                path.remove();
                onPath.remove(step.node);
                clear(step.node);
                continue;
            }
            Object next = step.below.next();
            if (!onPath.add(next)) {
                throw cycle(path, next);
            } else if (isClear(next)) {
                onPath.remove(next);
            } else {
                path.push(step(next));
            }
        }
    }

    private Step step(Object node) {
        Iterator<?> below = node instanceof Dependencies.Group group
                ? openMembers(group)
                : dependencies.needs((Integer) node).stream()
                        .map(Dependencies.Need::group)
                        .iterator();
        return new Step(node, below);
    }

    /** What has ended waits for nothing any more. */
    private Iterator<?> openMembers(Dependencies.Group group) {
        List<Integer> open = new ArrayList<>();
        group.members().forEach(member -> {
            if (state.phase(member).isOpen()) {
                open.add(member);
            }
        });
        return open.iterator();
    }

    private boolean isClear(Object node) {
        return node instanceof Dependencies.Group group ? clearGroups.contains(group) : clear.get((Integer) node);
    }

    private void clear(Object node) {
        if (node instanceof Dependencies.Group group) {
            clearGroups.add(group);
        } else {
            clear.set((Integer) node);
        }
    }

    private FarmException cycle(Deque<Step> path, Object again) throws IOException {
        List<Integer> circle = new ArrayList<>();
        for (Step step : path) {
            if (step.node instanceof Integer task) {
                circle.add(0, task);
            }
            if (step.node.equals(again)) {
                break;
            }
        }
        circle.add(circle.get(0));
        List<String> names = new ArrayList<>();
        circle.forEach(task -> names.add(Integer.toString(task)));
        if (names.size() > SHOWN) {
            names.subList(SHOWN / 2, names.size() - SHOWN / 2).clear();
            names.add(SHOWN / 2, "…");
        }
        return FarmException.badInput(
                describe(circle.get(0)) + " waits for itself: " + String.join(" after ", names),
                "Take one of these 'after=' away." + heldName(circle.get(0)));
    }

    /** Returns what to do about a task that has the name that it waits for, as others have; empty if it has not. */
    private String heldName(int task) {
        for (Dependencies.Need need : dependencies.needs(task)) {
            List<Integer> members = new ArrayList<>();
            need.group().members().forEach(members::add);
            if (!need.group().isStage() && members.size() > 1 && members.contains(task)) {
                return " A name= holds for all tasks after it: write #TF+ name="
                        + need.group().name() + " for the next one only, or #TF reset.";
            }
        }
        return "";
    }

    private String describe(int task) throws IOException {
        return "task " + task + " (" + tasks.command(task).text() + ")";
    }
}
