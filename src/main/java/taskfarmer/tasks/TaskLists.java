package taskfarmer.tasks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import taskfarmer.config.Definitions;
import taskfarmer.config.Extra;
import taskfarmer.config.Kind;
import taskfarmer.model.Attribute;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;

/** What a definition has to look like to be one of a task list handler, and what is written elsewhere as in a task list. */
public final class TaskLists {
    private TaskLists() {}

    /**
     * Returns the kind of definition that makes a {@link TaskList}: {@code TaskList = CLASS}, in {@code tasklists.d/}. Its
     * sections may say what tasks ask for.
     */
    public static Kind<TaskList> kind() {
        Map<String, TaskList> builtIns = Map.of(Definitions.DEFAULT, new ListTaskList(), "jsonl", new JsonTaskList());
        return new Kind<>("TaskList", "task list handler", TaskList.class, new TreeMap<>(builtIns), Attribute.keys());
    }

    /**
     * Returns what all tasks of a list ask for that do not say otherwise, as its handler's section has it.
     *
     * @throws FarmException if there are no such values; it names file and line
     */
    public static Attributes defaults(List<Extra> extras) {
        Attributes defaults = Attributes.NONE;
        for (Extra extra : extras) {
            try {
                requireForAll(Attribute.of(extra.key()));
                defaults = defaults.with(extra.key(), extra.value());
            } catch (FarmException e) {
                throw Vocabulary.at(extra.where(), e);
            }
        }
        return defaults;
    }

    /**
     * Returns what all tasks ask for, written as in a directive: {@code mem=4G env.X='a b'}.
     *
     * @throws FarmException if it cannot be read; the message does not say where it stands
     */
    public static Attributes ofAll(String text, Terms terms) {
        try {
            Attributes attributes = Directives.parse(characters(text), terms);
            attributes.values().keySet().forEach(key -> requireForAll(Attribute.of(key)));
            return attributes;
        } catch (FarmException e) {
            throw Vocabulary.readable(e);
        }
    }

    /**
     * Returns what a single key and its value ask for.
     *
     * @throws FarmException if there is no such value; the message does not say where it stands
     */
    public static Attributes attributes(Attribute attribute, String value) {
        try {
            return Attributes.NONE.with(attribute.key(), characters(value));
        } catch (FarmException e) {
            throw Vocabulary.readable(e);
        }
    }

    /** The names that tasks have and wait for are theirs alone. */
    private static void requireForAll(Optional<Attribute> attribute) {
        attribute.filter(one -> one == Attribute.NAME || one == Attribute.AFTER).ifPresent(one -> {
            throw FarmException.badInput(
                    "'" + one.key() + "' cannot be the same for all tasks",
                    "Write it into the list, for the tasks that it is meant for: #TF+ " + one.key() + "=...");
        });
    }

    private static String characters(String text) {
        return new String(NativeText.bytes(text), ISO_8859_1);
    }
}
