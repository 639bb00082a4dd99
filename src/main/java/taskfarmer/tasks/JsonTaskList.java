package taskfarmer.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import taskfarmer.model.Task;

/**
 * The handler {@code jsonl}: one JSON object a line.
 *
 * <pre>
 * {"command": "./sim {1..3} &gt; out", "cores": 4, "time": "2h"}
 * {"command": ["./sim", "--title", "two words"], "env": {"OMP_NUM_THREADS": 4}, "tags": ["big", "io"]}
 * {"barrier": true}
 * </pre>
 *
 * <p>{@code command} is text for the shell, or an array of words each of which stays one argument. All else is what directives of
 * other lists may say; {@code {"barrier": "check"}} has those before end well, see {@code docs/TASKS.md}. Blank lines and lines that start with {@code #} are skipped.
 *
 * <p>The parser is loaded only when a list is read.
 */
public final class JsonTaskList implements TaskList {
    private final Terms terms;

    /** Creates the handler. */
    public JsonTaskList() {
        this(Terms.NONE);
    }

    private JsonTaskList(Terms terms) {
        this.terms = terms;
    }

    @Override
    public TaskList under(Terms other) {
        return new JsonTaskList(other);
    }

    @Override
    public String barrierMark() {
        return "";
    }

    @Override
    public void read(InputStream list, String name, Consumer<Task> tasks) throws IOException {
        ListLines lines = new ListLines(list, name, (line, number) -> {});
        JsonTask reader = new JsonTask(name, new Vocabulary(terms), new Stages(terms.barriers()));
        while (lines.next()) {
            reader.read(lines.stripped(), lines.number(), lines.indent()).ifPresent(tasks);
        }
    }
}
