package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads a journal by what {@code docs/PROTOCOL.md} says, with none of the program's code, and checks that it keeps the
 * invariants and that the views say the same.
 */
public final class JournalOracle {
    private static final JsonFactory JSON = new JsonFactory();

    private final Path root;
    private final Map<Integer, String> phases = new TreeMap<>();
    private final Map<Integer, Integer> holders = new TreeMap<>();
    private final Map<Integer, String> commands = new TreeMap<>();
    private final List<String> finished = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();
    private final Set<Integer> aborted = new TreeSet<>(); // held, and not to run again
    private final List<End> ends = new ArrayList<>();
    private final List<String> attempts = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private long batches;

    /**
     * A recorded end.
     *
     * @param id the task
     * @param attempt which attempt of it
     * @param status its exit status
     */
    public record End(int id, int attempt, int status) {}

    private JournalOracle(Path root) {
        this.root = root;
    }

    /** Replays the journal of a work directory, which must not end in the middle of a batch. */
    public static JournalOracle replay(Path root) throws IOException {
        JournalOracle oracle = new JournalOracle(root);
        String text = text(root.resolve("farm/journal"));
        assertThat(text.isEmpty() || text.endsWith("\n"))
                .as("ends with a whole line")
                .isTrue();
        int farmer = -1;
        for (String line : text.isEmpty() ? new String[0] : text.split("\n")) {
            String[] words = line.split(" ");
            if (words[0].equals("batch")) {
                assertThat(farmer).as("batch within a batch: %s", line).isEqualTo(-1);
                assertThat(Long.parseLong(words[1])).isEqualTo(++oracle.batches);
                farmer = Integer.parseInt(words[2]);
            } else if (words[0].equals("commit")) {
                assertThat(words[1]).hasSize(8);
                farmer = -1;
            } else {
                assertThat(farmer).as("entry outside a batch: %s", line).isNotEqualTo(-1);
                oracle.apply(farmer, words, line);
            }
        }
        assertThat(farmer).as("the last batch is finished").isEqualTo(-1);
        assertThat(oracle.holders.keySet())
                .as("aborted tasks are held or cancelled")
                .containsAll(oracle.aborted);
        return oracle;
    }

    private void apply(int farmer, String[] words, String line) throws IOException {
        switch (words[0]) {
            case "tasks", "asking" -> freeze(number(words[1]), number(words[2]), number(words[3]), number(words[4]));
            case "claim" ->
                ids(words[1]).forEach(id -> {
                    move(id, "pending", "claimed", line);
                    holders.put(id, farmer);
                });
            case "start" -> assertThat(holders.get(number(words[1]))).as(line).isEqualTo(farmer);
            case "end" -> end(farmer, words, number(words[6]) == 0 ? "finished" : "failed", "-", line);
            case "result" -> end(farmer, words, words[7], words[8], line);
            case "skip" ->
                ids(words[2]).forEach(id -> {
                    assertThat(phases.get(number(words[1]))).as(line).isIn("failed", "cancelled", "dropped");
                    move(id, "pending", "cancelled", line);
                    cancelled.add(id + " " + commands.get(id));
                });
            case "requeue" -> {
                giveBack(farmer, number(words[1]), line);
                attempts.add(words[1] + " " + words[2]
                        + (words[6].equals("cancel") ? " cancelled" : " requeued: " + words[6]));
            }
            case "lost" -> {
                giveBack(number(words[1]), number(words[2]), line);
                attempts.add(words[2] + " " + words[3] + " lost");
            }
            case "unclaim" -> ids(words[1]).forEach(id -> giveBack(farmer, id, line));
            case "gone" -> {
                ids(words[2]).forEach(id -> giveBack(number(words[1]), id, line));
                ids(words[3]).forEach(id -> giveBack(number(words[1]), id, line));
                assertThat(holders).as(line).doesNotContainValue(number(words[1]));
            }
            case "leave", "quit" -> assertThat(holders).as(line).doesNotContainValue(farmer);
            case "cancel" ->
                ids(words[1]).forEach(id -> {
                    move(id, "pending", "cancelled", line);
                    cancelled.add(id + " " + commands.get(id));
                    aborted.remove(id);
                });
            case "abort" -> {
                assertThat(holders).as(line).containsKey(number(words[1]));
                aborted.add(number(words[1]));
            }
            case "retry" ->
                ids(words[1]).forEach(id -> {
                    String command = id + " " + commands.get(id);
                    assertThat(failed.remove(command) || cancelled.remove(command))
                            .as(line)
                            .isTrue();
                    assertThat(phases.put(id, "pending")).as(line).isIn("failed", "cancelled");
                });
            case "tell", "scale" -> assertThat(farmer).as(line).isZero();
            case "drop" -> ids(words[1]).forEach(id -> move(id, "pending", "dropped", line));
            case "adopt" ->
                ids(words[2]).forEach(id -> {
                    move(id, "pending", words[1], line);
                    (words[1].equals("finished") ? finished : failed).add(id + " " + commands.get(id));
                });
            case "fail" ->
                ids(words[2]).forEach(id -> {
                    move(id, "pending", "failed", line);
                    failed.add(id + " " + commands.get(id));
                });
            case "join" -> names.add("process_name " + farmer + " " + words[1] + " (PID " + words[4] + ")");
            case "farm", "list", "late", "offer", "revise" -> {}
            default -> throw new AssertionError("no such entry: " + line);
        }
    }

    private void freeze(int first, int count, int offset, int length) throws IOException {
        byte[] file = Files.readAllBytes(root.resolve("farm/tasks"));
        String[] lines = new String(file, offset, length, StandardCharsets.ISO_8859_1).split("\n");
        assertThat(lines).hasSize(count);
        for (String line : lines) {
            int id = phases.size();
            phases.put(id, "pending");
            commands.put(id, command(id, line));
        }
        assertThat(phases).hasSize(first + count);
    }

    /** A task with attributes has them between two tabs behind its ID. */
    private static String command(int id, String line) {
        int start = Integer.toString(id).length();
        assertThat(line).startsWith(Integer.toString(id));
        assertThat(line.charAt(start)).isIn(' ', '\t');
        return line.substring(1 + (line.charAt(start) == ' ' ? start : line.indexOf('\t', start + 1)));
    }

    private void end(int farmer, String[] words, String verdict, String reason, String line) {
        int id = number(words[1]);
        assertThat(holders.remove(id)).as(line).isEqualTo(farmer);
        move(id, "claimed", verdict.equals("again") ? "pending" : verdict, line);
        attempts.add(words[1] + " " + words[2] + " " + (verdict.equals("again") ? "retried" : verdict)
                + (reason.equals("-") ? "" : ": " + reason.replace('-', ' ')));
        if (!verdict.equals("again")) {
            ends.add(new End(id, number(words[2]), number(words[6])));
            (verdict.equals("finished") ? finished : failed).add(id + " " + commands.get(id));
        }
    }

    private void giveBack(int farmer, int id, String line) {
        assertThat(holders.remove(id)).as(line).isEqualTo(farmer);
        move(id, "claimed", "pending", line);
    }

    private void move(int id, String from, String to, String line) {
        assertThat(phases.put(id, to)).as(line).isEqualTo(from);
    }

    private static List<Integer> ids(String text) {
        List<Integer> ids = new ArrayList<>();
        if (!text.equals("-")) {
            for (String range : text.split(",")) {
                int dash = range.indexOf('-');
                int first = number(dash < 0 ? range : range.substring(0, dash));
                int last = dash < 0 ? first : number(range.substring(dash + 1));
                for (int id = first; id <= last; id++) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    private static int number(String word) {
        return Integer.parseInt(word);
    }

    private static String text(Path path) throws IOException {
        return Files.exists(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "";
    }

    /** Returns all ends, in order. */
    public List<End> ends() {
        return ends;
    }

    /** Returns how many tasks are in a phase: pending, claimed, finished, failed, cancelled or dropped. */
    public long count(String phase) {
        return phases.values().stream().filter(phase::equals).count();
    }

    /** Returns how many batches there are. */
    long batches() {
        return batches;
    }

    /** Returns the number of tasks. */
    public int size() {
        return phases.size();
    }

    /** Checks that the views show exactly what the journal says. */
    public void checkViews() throws IOException {
        List<String> pending = new ArrayList<>();
        phases.forEach((id, phase) -> {
            if (phase.equals("pending")) {
                pending.add(id + " " + commands.get(id));
            }
        });
        assertThat(text(root.resolve("toprocess"))).isEqualTo(lines(pending));
        assertThat(text(root.resolve("finished"))).isEqualTo(lines(finished));
        assertThat(text(root.resolve("failed"))).isEqualTo(lines(failed));
        assertThat(text(root.resolve("cancelled"))).isEqualTo(lines(cancelled));
        List<String> events = events(root.resolve("timeline.json"));
        assertThat(events.stream().filter(event -> event.startsWith("X ")))
                .containsExactlyElementsOf(
                        attempts.stream().map(attempt -> "X " + attempt).toList());
        assertThat(events.stream().filter(event -> event.startsWith("process_name ")))
                .filteredOn(event -> !event.equals("process_name 0 farm"))
                .containsExactlyElementsOf(names);
    }

    /** Checks that views, if there are any, are whole at this moment, whatever happened to their writer. */
    public static void checkWhole(Path root) throws IOException {
        if (Files.exists(root.resolve("timeline.json"))) {
            events(root.resolve("timeline.json"));
        }
        String toprocess = text(root.resolve("toprocess"));
        assertThat(toprocess).matches("(?s)(\\d+ [^\n]+\n)*");
        List<Integer> ids =
                toprocess.lines().map(line -> number(line.split(" ")[0])).toList();
        assertThat(ids).isSorted();
    }

    private static String lines(List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Returns the events of a timeline, each as a line, and fails if it is not valid. */
    public static List<String> events(Path timeline) throws IOException {
        List<String> events = new ArrayList<>();
        try (JsonParser json = JSON.createParser(timeline.toFile())) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_ARRAY);
            while (json.nextToken() == JsonToken.START_OBJECT) {
                events.add(event(object(json)));
            }
            assertThat(json.currentToken()).isEqualTo(JsonToken.END_ARRAY);
            assertThat(json.nextToken()).isNull();
        }
        return events;
    }

    private static String event(Map<String, String> event) {
        if (event.get("ph").equals("M")) {
            return event.get("name") + " " + event.get("pid") + " " + event.get("args.name");
        }
        assertThat(event).containsKeys("name", "ts", "pid");
        if (!event.get("ph").equals("X")) {
            assertThat(event.get("ph")).isIn("i", "C");
            return event.get("ph") + " " + event.get("name");
        }
        assertThat(event).containsKeys("dur", "tid");
        return event.get("ph") + " " + event.get("args.id") + " " + event.get("args.attempt") + " "
                + event.get("args.outcome");
    }

    private static Map<String, String> object(JsonParser json) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.START_OBJECT) {
                object(json).forEach((inner, value) -> fields.put(name + "." + inner, value));
            } else {
                fields.put(name, json.getText());
            }
        }
        return fields;
    }
}
