package taskfarmer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import taskfarmer.model.Task;

/**
 * Tasks that are to be added to a farm, from several lists. The barriers of a list are between its own tasks only: between the
 * stages of two lists one is left out, so that the second list waits for nothing.
 */
final class NewTasks {
    private final ListReading reading;
    private final List<Task> all = new ArrayList<>();
    private int firstStage;

    NewTasks(ListReading reading) {
        this.reading = reading;
    }

    /** Reads one more list, to its end. */
    void read(InputStream list, String name) throws IOException {
        int[] barriers = {0};
        int first = all.size();
        reading.read(list, name, false, () -> barriers[0]++, all::add);
        if (barriers[0] > 0) {
            all.subList(first, all.size()).replaceAll(this::staged);
            firstStage += barriers[0] + 2;
        }
    }

    /** Returns a task in its stage, counted on from those of the lists before. */
    private Task staged(Task task) {
        String stage = task.attributes().stage();
        boolean checked = stage.endsWith("!");
        int number = stage.isEmpty() ? 0 : Integer.parseInt(checked ? stage.substring(0, stage.length() - 1) : stage);
        return new Task(task.command(), task.attributes().inStage(firstStage + number + (checked ? "!" : "")));
    }

    /** Returns all that was read. */
    List<Task> all() {
        return all;
    }
}
