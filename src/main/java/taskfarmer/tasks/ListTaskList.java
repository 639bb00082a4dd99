package taskfarmer.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
 *
 * <p>Comments that begin with {@code #TF} say what tasks ask for, see {@code docs/TASKS.md}.
 */
public final class ListTaskList implements TaskList {
    private final Terms terms;

    /** Creates the handler. */
    public ListTaskList() {
        this(Terms.NONE);
    }

    private ListTaskList(Terms terms) {
        this.terms = terms;
    }

    @Override
    public TaskList under(Terms other) {
        return new ListTaskList(other);
    }

    @Override
    public void read(InputStream list, String name, Consumer<Task> tasks) throws IOException {
        Directives directives = new Directives(name, terms);
        ListLines lines = new ListLines(list, name, directives);
        while (lines.next()) {
            if (directives.isPlain()) {
                tasks.accept(Task.of(Command.of(lines.stripped())));
            } else {
                directives.apply(
                        lines.text(),
                        lines.number(),
                        false,
                        (command, attributes) -> tasks.accept(
                                new Task(Command.of(command.getBytes(StandardCharsets.ISO_8859_1)), attributes)));
            }
        }
        directives.end();
    }
}
