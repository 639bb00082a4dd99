package taskfarmer.cli;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import taskfarmer.history.History;
import taskfarmer.history.TaskState;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.Ids;

/**
 * Which tasks somebody asks for: by their IDs, by their states, by their commands.
 *
 * @param arguments IDs as they were typed; none for all tasks
 * @param states the states of those that are meant
 * @param pattern what stands somewhere in the command of those that are meant
 */
record TaskSelection(List<String> arguments, Set<TaskState> states, Optional<Pattern> pattern) {
    private static final int AT_ONCE = 1024;

    /** Is handed one task after the other. */
    interface Visitor {
        /** Takes a task. */
        void accept(int id, TaskState state, Command command) throws IOException;
    }

    /** Returns the states of a list of words with commas between. */
    static Set<TaskState> states(String words) {
        Set<TaskState> states = EnumSet.noneOf(TaskState.class);
        for (String word : words.split(",", -1)) {
            states.add(TaskState.of(word.strip())
                    .orElseThrow(() -> FarmException.badInput(
                            "--state: '" + word + "' is no state of a task",
                            "The states are " + TaskState.words() + ".")));
        }
        return states;
    }

    /** Returns the pattern of an option. */
    static Pattern pattern(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            String where = e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1);
            throw FarmException.badInput(
                    "--grep: '" + text + "' is no regular expression: " + e.getDescription() + where,
                    "A character that is meant as itself is written \\( or \\[ or \\*; \\Q and \\E enclose plain text.",
                    e);
        }
    }

    /**
     * Hands over the tasks that are meant, in order.
     *
     * @param stopped whether the program is to end
     * @throws InterruptedException if so
     */
    void forEach(History history, BooleanSupplier stopped, Visitor visitor) throws IOException, InterruptedException {
        int size = history.state().size();
        int[] given = FarmArgument.ids(arguments, size).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        int count = arguments.isEmpty() ? size : given.length;
        int at = 0;
        while (at < count) {
            Ids.Builder some = new Ids.Builder();
            for (int n = 0; n < AT_ONCE && at < count; at++) {
                int id = arguments.isEmpty() ? at : given[at];
                if (states.contains(TaskState.of(history.state(), id))) {
                    some.add(id);
                    n++;
                }
            }
            if (stopped.getAsBoolean()) {
                throw new InterruptedException("stopped by the user");
            }
            Ids ids = some.build();
            Command[] commands = history.commands(ids);
            int next = 0;
            for (int id : ids.toArray()) {
                Command command = commands[next++];
                if (isMeant(command)) {
                    visitor.accept(id, TaskState.of(history.state(), id), command);
                }
            }
        }
    }

    private boolean isMeant(Command command) {
        try {
            return pattern.isEmpty()
                    || pattern.get().matcher(NativeText.text(command.bytes())).find();
        } catch (StackOverflowError e) {
            throw FarmException.badInput(
                    "--grep: the pattern '" + pattern.orElseThrow()
                            + "' repeats alternatives too often for a command of " + command.bytes().length + " bytes",
                    "Write (?:a|b)* as [ab]*, or use possessive quantifiers (*+).",
                    e);
        }
    }
}
