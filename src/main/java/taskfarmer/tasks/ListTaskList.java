package taskfarmer.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import taskfarmer.model.Command;
import taskfarmer.model.Task;

/**
 * The default handler: one command a line.
 *
 * <p>Blank lines and lines that start with {@code #} are skipped, white space around a command is stripped. So an
 * indented {@code #} starts a comment too, and a {@code #} after a command is left to the shell, which takes it as a
 * comment as well. What is skipped gets no ID: tasks are numbered from 0 in the order of their commands. (PyTaskFarmer
 * does the same, although its manual calls the ID a line number.)
 *
 * <p>White space means space, tab, carriage return, vertical tab and form feed; lists with DOS line ends work. All other
 * bytes of a command are kept as they are, in whatever encoding. A UTF-8 byte order mark at the start is skipped.
 */
public final class ListTaskList implements TaskList {
    @Override
    public void read(InputStream list, String name, Consumer<Task> tasks) throws IOException {
        ListLines lines = new ListLines(list, name);
        while (lines.next()) {
            tasks.accept(Task.of(Command.of(lines.stripped())));
        }
    }
}
