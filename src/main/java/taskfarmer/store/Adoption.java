package taskfarmer.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import taskfarmer.model.FarmException;

/**
 * The state that PyTaskFarmer left in a work directory: {@code toprocess}, {@code finished} and {@code failed} without a
 * journal.
 *
 * <p>What it recorded as ended stays ended; every other task of the list is to be done, also those that it had lost from
 * all of its files. A task is known by its text; its ID decides among equal ones.
 */
final class Adoption {
    private final WorkDirectory directory;
    private final State state;
    private final TaskFile tasks;
    private final Map<String, List<Integer>> byText = new HashMap<>();
    private final BitSet taken = new BitSet(); // by lines of the file that is being read

    Adoption(WorkDirectory directory, State state, TaskFile tasks) {
        this.directory = directory;
        this.state = state;
        this.tasks = tasks;
    }

    /** Returns whether there is anything to adopt. */
    static boolean isDue(WorkDirectory directory) {
        return isLeftIn(directory.root());
    }

    /** Returns whether a directory holds what PyTaskFarmer writes. */
    static boolean isLeftIn(Path directory) {
        return Files.exists(directory.resolve("toprocess"))
                || Files.exists(directory.resolve("finished"))
                || Files.exists(directory.resolve("failed"));
    }

    /**
     * Returns the entries that make the journal say what the files say.
     *
     * @throws FarmException if the files speak of other tasks than the list
     */
    List<Op> entries() throws IOException {
        List<Op> ops = new ArrayList<>();
        BitSet ended = new BitSet();
        for (String name : List.of("finished", "failed")) {
            Ids.Builder ids = new Ids.Builder();
            for (int id : idsIn(directory.view(name))) {
                if (!ended.get(id)) {
                    ended.set(id);
                    ids.add(id);
                }
            }
            Ids adopted = ids.build();
            if (!adopted.isEmpty()) {
                ops.add(new Op.Adopted(name.equals("finished"), adopted));
            }
        }
        idsIn(directory.view("toprocess")); // says nothing more, but has to be about the same tasks
        return ops;
    }

    private List<Integer> idsIn(Path file) throws IOException {
        List<Integer> ids = new ArrayList<>();
        taken.clear();
        if (!Files.exists(file)) {
            return ids;
        }
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    ids.add(id(file, number, line));
                }
            }
        }
        return ids;
    }

    private int id(Path file, int number, String line) throws IOException {
        int space = line.indexOf(' ');
        int id = -1;
        try {
            id = Integer.parseInt(space < 0 ? line : line.substring(0, space));
        } catch (NumberFormatException e) {
            // said below
        }
        if (id < 0 || space < 0) {
            throw foreign(file, number, "it is not a task ID and a command");
        }
        String text = line.substring(space + 1).strip();
        if (id < state.size() && text.equals(text(id))) {
            taken.set(id);
            return id;
        }
        for (int other : idsByText().getOrDefault(text, List.of())) {
            if (!taken.get(other)) {
                taken.set(other);
                return other;
            }
        }
        throw foreign(file, number, "the list has no command `" + text + "` for it");
    }

    private Map<String, List<Integer>> idsByText() throws IOException {
        if (byText.isEmpty()) {
            for (int id = 0; id < state.size(); id++) {
                byText.computeIfAbsent(text(id), text -> new ArrayList<>(1)).add(id);
            }
        }
        return byText;
    }

    private String text(int id) throws IOException {
        return new String(tasks.command(id).bytes(), StandardCharsets.ISO_8859_1);
    }

    private static FarmException foreign(Path file, int line, String problem) {
        return FarmException.badInput(
                "the work directory looks like PyTaskFarmer's, but does not fit the task list: " + file + ", line "
                        + line + ": " + problem,
                "Give the list that the work directory was made from, or name another work directory with --workdir.");
    }
}
