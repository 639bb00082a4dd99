package taskfarmer.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import taskfarmer.model.Attribute;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;

/**
 * Brings the frozen tasks and the user's list together, at the first start and at every one after it.
 *
 * <p>Commands added at the end become new tasks. Anything else that changed is refused, unless the user asked for an
 * update: then tasks keep their IDs by their text, new text becomes new tasks, and what vanished is dropped if no farmer
 * holds or ended it. A command that stands in the list twice is two tasks.
 */
final class ListReconciler {
    private final State state;
    private final TaskFile tasks;
    private final ListInput list;
    private final Consumer<String> notices;

    /** Returns a reconciler; {@code notices} is told what became of a list that had been accepted before. */
    ListReconciler(State state, TaskFile tasks, ListInput list, Consumer<String> notices) {
        this.state = state;
        this.tasks = tasks;
        this.list = list;
        this.notices = notices;
    }

    /**
     * Returns the entries that make the journal agree with the list; none if it does already.
     *
     * @param update whether changes other than additions at the end are accepted
     * @throws FarmException if they are not, and there are some; it shows the first one
     */
    List<Op> reconcile(boolean update) throws IOException {
        Op.Listed before = state.list();
        ListInput.Fingerprint now = list.fingerprint();
        if (before.handler().equals(list.handler()) && before.length() == now.length() && before.crc() == now.crc()) {
            return List.of();
        }
        Matching matching = update ? new ByText() : new ByPosition();
        Order order = new Order();
        try (TaskFile.Writer writer = tasks.writer()) {
            ListInput.Fingerprint read = list.read(listed -> {
                try {
                    Task task = order.placed(listed);
                    int id = matching.match(task);
                    order.add(id >= 0 ? id : writer.add(task));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            List<Op> ops = new ArrayList<>();
            Ids dropped = matching.vanished();
            Op.Frozen frozen = writer.finish();
            if (frozen.count() > 0) {
                ops.add(frozen);
            }
            if (!dropped.isEmpty()) {
                ops.add(new Op.Dropped(dropped));
            }
            int changed = addRevisions(ops, matching.revised());
            Ids freed = matching.freed();
            if (!freed.isEmpty()) {
                ops.add(new Op.Retried(freed));
            }
            ops.add(new Op.Listed(read.length(), read.crc(), list.handler(), order.ids()));
            if (update && !before.ids().isEmpty()) {
                notices.accept("the list was updated: " + frozen.count() + " new, " + dropped.count()
                        + " dropped before they ran"
                        + (changed == 0 ? "" : ", " + changed + " ask for something else"));
            }
            return ops;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The IDs of the tasks of the list, in its order. */
    private static final class Order {
        private int[] ids = new int[64];
        private int size;

        void add(int id) {
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, size * 2);
            }
            ids[size++] = id;
        }

        /** Returns the next task with the tasks before it that it names by their distance named by their IDs. */
        Task placed(Task task) {
            return task.attributes().isEmpty()
                    ? task
                    : new Task(task.command(), task.attributes().placed("", this::before));
        }

        private int before(int count) {
            if (count == 0 || count > size) {
                throw tooFar("task " + size + " of the list", count, size);
            }
            return ids[size - count];
        }

        Ids ids() {
            Ids.Builder builder = new Ids.Builder();
            for (int i = 0; i < size; i++) {
                builder.add(ids[i]);
            }
            return builder.build();
        }
    }

    static FarmException tooFar(String who, int count, int there) {
        return FarmException.badInput(
                who + " says after=-" + count + ", and there are only " + there + " tasks before it",
                "after=-1 is the task right before in the list; after=12 is the task with the ID 12.");
    }

    /** Says of tasks that have not ended well what they ask for now; returns how many these are. */
    private int addRevisions(List<Op> ops, Map<Attributes, Ids.Builder> revised) {
        int count = 0;
        for (Map.Entry<Attributes, Ids.Builder> change : revised.entrySet()) {
            Ids ids = change.getValue().build();
            count += ids.count();
            ops.add(new Op.Revised(ids, change.getKey()));
        }
        return count;
    }

    /** Finds the tasks that commands of the list stand for. */
    private interface Matching {
        /** Returns the ID of the next command of the list, or -1 if it is a new one. */
        int match(Task task) throws IOException;

        /** Returns the tasks that the list, now at its end, does not hold any more and that can be dropped. */
        Ids vanished() throws IOException;

        /** Returns the tasks that ask for something else than before. */
        Map<Attributes, Ids.Builder> revised();

        /** Returns the tasks that were cancelled because of such that the list does not hold any more. */
        Ids freed();
    }

    /** Commands are what they were, one after the other, or the list is refused. */
    private final class ByPosition implements Matching {
        private static final int AHEAD = 4096;

        private final int[] listed = state.list().ids().toArray();
        private Command[] window = new Command[0];
        private Attributes[] asked = new Attributes[0];
        private final Map<Attributes, Ids.Builder> staged = new LinkedHashMap<>(); // tasks that are in a stage now
        private int windowStart;
        private int position;

        @Override
        public int match(Task task) throws IOException {
            if (position >= listed.length) {
                return -1;
            }
            Command before = before(position);
            if (!before.equals(task.command())) {
                throw changed("command " + position + " was `" + before.text() + "` and is now `"
                        + task.command().text() + "`");
            }
            Attributes asked = this.asked[position - windowStart];
            if (!isSame(asked, task.attributes())) {
                throw changed("task " + position + " (" + before.text() + ") asked for " + shown(asked)
                        + ", and now for " + shown(task.attributes()));
            }
            return listed[position++];
        }

        /** A list that gets its first barrier at its end has all tasks before in a stage; estimates are learnt anew each time. */
        private boolean isSame(Attributes asked, Attributes asks) {
            if (asked.equals(asks)) {
                return true;
            }
            boolean same = asked.without(Attribute.STAGE)
                    .without(Attribute.ESTIMATE)
                    .equals(asks.without(Attribute.STAGE).without(Attribute.ESTIMATE));
            if (same && !asked.stage().equals(asks.stage())) {
                staged.computeIfAbsent(asked.inStage(asks.stage()), changed -> new Ids.Builder())
                        .add(listed[position]);
            }
            return same && (asked.stage().isEmpty() || asked.stage().equals(asks.stage()));
        }

        private static String shown(Attributes attributes) {
            return attributes.isEmpty() ? "nothing" : attributes.shown();
        }

        @Override
        public Map<Attributes, Ids.Builder> revised() {
            return staged;
        }

        @Override
        public Ids freed() {
            return Ids.NONE;
        }

        @Override
        public Ids vanished() throws IOException {
            if (position < listed.length) {
                throw changed("it ends before command " + position + ", `"
                        + before(position).text() + "`");
            }
            return Ids.NONE;
        }

        private Command before(int at) throws IOException {
            if (at - windowStart >= window.length) {
                Ids.Builder ids = new Ids.Builder();
                for (int i = at; i < Math.min(at + AHEAD, listed.length); i++) {
                    ids.add(listed[i]);
                }
                Ids next = ids.build();
                window = tasks.commands(next);
                asked = state.agenda().attributes(next, tasks.attributes(next));
                windowStart = at;
            }
            return window[at - windowStart];
        }

        private FarmException changed(String difference) {
            return FarmException.badInput(
                    "the task list " + list.name() + " is not the one this work directory was begun with: "
                            + difference,
                    "Only additions at its end are taken as they are. Undo the change, or accept it with --update-list"
                            + " (tasks are then matched by their text), or begin anew with another --workdir.");
        }
    }

    /** Commands are known by their text, wherever in the list they stand now. */
    private final class ByText implements Matching {
        private final Map<Command, Deque<Integer>> known = new HashMap<>();
        private final BitSet unseen = new BitSet();
        private final Map<Integer, Attributes> asked = new HashMap<>();
        private final Map<Attributes, Ids.Builder> revised = new LinkedHashMap<>();

        ByText() throws IOException {
            Ids listed = state.list().ids();
            int[] ids = listed.toArray();
            Command[] commands = tasks.commands(listed);
            Attributes[] attributes = state.agenda().attributes(listed, tasks.attributes(listed));
            for (int i = 0; i < ids.length; i++) {
                if (!attributes[i].isEmpty()) {
                    asked.put(ids[i], attributes[i]);
                }
                known.computeIfAbsent(commands[i], text -> new ArrayDeque<>(1)).add(ids[i]);
                unseen.set(ids[i]);
            }
        }

        @Override
        public int match(Task task) {
            Deque<Integer> same = known.get(task.command());
            if (same == null || same.isEmpty()) {
                return -1;
            }
            int id = same.remove();
            unseen.clear(id);
            // What has ended as well: others may wait for it by the name that it has now.
            if (!asked.getOrDefault(id, Attributes.NONE).equals(task.attributes())) {
                revised.computeIfAbsent(task.attributes(), changed -> new Ids.Builder())
                        .add(id);
            }
            return id;
        }

        /** What is not in the list any more, and has not ended well, is waited for by nobody any more. */
        @Override
        public Map<Attributes, Ids.Builder> revised() {
            unseen.stream()
                    .filter(id -> state.isRetriable(id) && asked.containsKey(id))
                    .forEach(id -> revised.computeIfAbsent(Attributes.NONE, none -> new Ids.Builder())
                            .add(id));
            return revised;
        }

        @Override
        public Ids freed() {
            Set<Integer> gone = new HashSet<>();
            unseen.stream().forEach(gone::add);
            return state.skippedBecauseOf(gone);
        }

        @Override
        public Ids vanished() {
            Ids.Builder dropped = new Ids.Builder();
            unseen.stream().filter(id -> state.phase(id) == State.Phase.PENDING).forEach(dropped::add);
            return dropped.build();
        }
    }
}
