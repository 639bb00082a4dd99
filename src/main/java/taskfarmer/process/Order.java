package taskfarmer.process;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import taskfarmer.model.Invocation;
import taskfarmer.model.NativeText;

/**
 * What a slot is to run for one attempt. Text is bytes as characters (ISO-8859-1).
 *
 * @param task the task's ID
 * @param attempt the number of the attempt, from 1
 * @param invocation what is executed
 * @param environment variables besides those that every task has; their names are identifiers
 * @param directory where it starts; nothing: where the farmer did
 * @param stdin what it reads as standard input, in that directory; nothing: {@code /dev/null}
 * @param prefix words before the command, such as {@code taskset -c 0-3}
 * @param needsLog whether its output goes to the log in any case, because somebody looks whether it grows
 */
public record Order(
        int task,
        int attempt,
        Invocation invocation,
        SortedMap<String, String> environment,
        Optional<String> directory,
        Optional<String> stdin,
        List<String> prefix,
        boolean needsLog) {
    /** Returns an order that says nothing but what to execute. */
    public static Order of(int task, int attempt, Invocation invocation) {
        return new Order(
                task,
                attempt,
                invocation,
                Collections.emptySortedMap(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                false);
    }

    /** Returns whether it needs a shell of its own, because it starts elsewhere or reads something. */
    boolean needsSubshell() {
        return directory.isPresent() || stdin.isPresent();
    }

    /** Appends what goes before the command: where it starts, its variables, its prefix. */
    void writeBefore(ShellText text) {
        directory.ifPresent(
                path -> text.raw("CDPATH= cd -P -- ").quoted(latin1(path)).raw(" >/dev/null && "));
        text.raw("TASKFARMER_TASK_ID=" + task + " PROC_NUMBER=" + task + " TASKFARMER_ATTEMPT=" + attempt + ' ');
        environment.forEach(
                (name, value) -> text.raw(name + '=').quoted(latin1(value)).raw(" "));
        if (invocation instanceof Invocation.Program program) {
            for (Map.Entry<String, String> variable : program.environment().entrySet()) {
                text.raw(variable.getKey() + '=')
                        .quoted(NativeText.bytes(variable.getValue()))
                        .raw(" ");
            }
        }
        prefix.forEach(word -> text.quoted(latin1(word)).raw(" "));
    }

    /** Appends what goes behind the command. */
    void writeBehind(ShellText text) {
        stdin.ifPresent(path -> text.raw(" <").quoted(latin1(path)));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
