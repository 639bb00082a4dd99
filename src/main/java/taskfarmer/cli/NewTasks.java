package taskfarmer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import taskfarmer.model.Attributes;
import taskfarmer.model.Task;
import taskfarmer.store.State;

/**
 * Tasks that are to be added to a farm, from several lists. The barriers of a list are between its own tasks only, so its
 * stages have a scope: the number of the farm's tasks before, and which of the lists it is.
 */
final class NewTasks {
    private final ListReading reading;
    private final List<Task> all = new ArrayList<>();
    private int lists;

    NewTasks(ListReading reading) {
        this.reading = reading;
    }

    /** Reads one more list, to its end. */
    void read(InputStream list, String name) throws IOException {
        boolean[] staged = {false};
        int first = all.size();
        reading.read(list, name, false, () -> staged[0] = true, all::add);
        if (staged[0]) {
            String scope = lists + "/";
            all.subList(first, all.size()).replaceAll(task -> {
                String stage = task.attributes().stage();
                return inStage(task, scope + (stage.isEmpty() ? "0" : stage));
            });
        }
        lists++;
    }

    /** Returns all that was read. */
    List<Task> all() {
        return all;
    }

    /** Returns tasks as they are added to a farm now. */
    static List<Task> scoped(List<Task> tasks, State farm) {
        if (tasks.stream().allMatch(task -> task.attributes().stage().isEmpty())) {
            return tasks;
        }
        List<Task> scoped = new ArrayList<>(tasks);
        scoped.replaceAll(task -> task.attributes().stage().isEmpty()
                ? task
                : inStage(task, farm.size() + "." + task.attributes().stage()));
        return scoped;
    }

    private static Task inStage(Task task, String stage) {
        Attributes attributes = task.attributes().inStage(stage);
        return new Task(task.command(), attributes);
    }
}
