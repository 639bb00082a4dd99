package taskfarmer.tasks;

import taskfarmer.config.Kind;

/** What a definition has to look like to be one of a task list handler. */
public final class TaskLists {
    private TaskLists() {}

    /** Returns the kind of definition that makes a {@link TaskList}: {@code TaskList = CLASS}, in {@code tasklists.d/}. */
    public static Kind<TaskList> kind() {
        return new Kind<>("TaskList", "task list handler", TaskList.class, new ListTaskList());
    }
}
