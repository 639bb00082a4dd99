package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must hold of every work directory that all farmers have left, whatever has happened before.
 *
 * <p>The journal is read here by its grammar, without the program's own code.
 */
final class Invariants {
    private static final int FAILED = 1;

    private final Work work;
    private final Map<Integer, Integer> ended = new LinkedHashMap<>(); // 0: well
    private final Set<Integer> dropped = new TreeSet<>();
    private final Set<Integer> cancelled = new TreeSet<>();
    private final Set<Integer> adoptedFinished = new TreeSet<>();
    private final Set<Integer> adoptedFailed = new TreeSet<>();
    private final List<String> attempts = new ArrayList<>();
    private final Set<Integer> present = new TreeSet<>();
    private int frozen;

    Invariants(Work work) {
        this.work = work;
    }

    void check() {
        readJournal();
        assertThat(present).as("farmers that have not left").isEmpty();
        checkFiles();
        checkTimeline();
    }

    private void readJournal() {
        int farmer = 0;
        List<String> lines = work.entries();
        assertThat(lines).as("the journal " + work.journal()).isNotEmpty();
        assertThat(lines.get(lines.size() - 1))
                .as("the last line of the journal")
                .startsWith("commit ");
        for (String line : lines) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "batch" -> farmer = Integer.parseInt(words[2]);
                case "tasks", "asking" -> frozen += Integer.parseInt(words[2]);
                case "drop" -> ids(words[1], dropped);
                case "adopt" -> ids(words[2], words[1].equals("finished") ? adoptedFinished : adoptedFailed);
                case "end" -> ended(words, words[6].equals("0") ? "finished" : "failed");
                case "result" -> ended(words, words[7]);
                case "skip" -> ids(words[2], cancelled);
                case "fail" -> {
                    Set<Integer> givenUp = new TreeSet<>();
                    ids(words[2], givenUp);
                    givenUp.forEach(id -> assertThat(ended.put(id, FAILED))
                            .as("the journal ends task " + id + " once")
                            .isNull());
                }
                case "requeue" -> attempts.add(words[1] + "." + words[2]);
                case "lost" -> attempts.add(words[2] + "." + words[3]);
                case "join" -> present.add(farmer);
                case "leave", "quit" -> present.remove(farmer);
                case "cancel" -> ids(words[1], cancelled);
                case "retry" -> {
                    Set<Integer> again = new TreeSet<>();
                    ids(words[1], again);
                    again.forEach(
                            id -> assertThat(ended.remove(id) != null | cancelled.remove(id) | adoptedFailed.remove(id))
                                    .as("task " + id + " had failed or been cancelled when it was tried again")
                                    .isTrue());
                }
                case "gone" -> present.remove(Integer.valueOf(words[1]));
                default -> {}
            }
        }
    }

    private void ended(String[] words, String verdict) {
        int id = Integer.parseInt(words[1]);
        attempts.add(words[1] + "." + words[2]);
        if (!verdict.equals("again")) {
            assertThat(ended.put(id, verdict.equals("finished") ? 0 : FAILED))
                    .as("the journal ends task " + id + " once")
                    .isNull();
        }
    }

    private void checkFiles() {
        Map<Integer, String> finished = work.finished();
        Map<Integer, String> failed = work.failed();
        Map<Integer, String> everywhere = new TreeMap<>(work.toprocess());
        assertThat(work.toprocess().keySet()).as("toprocess").isSubsetOf(everywhere.keySet());
        assertThat(new ArrayList<>(work.toprocess().keySet())).as("toprocess").isSorted();
        assertThat(work.cancelled().keySet())
                .as("cancelled, and what the journal says")
                .isEqualTo(cancelled);
        for (Map<Integer, String> file : List.of(finished, failed, work.cancelled())) {
            file.forEach((id, command) -> assertThat(everywhere.put(id, command))
                    .as("task " + id + " is in one file only")
                    .isNull());
        }
        assertThat(everywhere).as("all tasks, each in a file").isEqualTo(frozenTasks());
        Set<Integer> succeeded = new TreeSet<>(adoptedFinished);
        Set<Integer> notSucceeded = new TreeSet<>(adoptedFailed);
        ended.forEach((id, status) -> (status == 0 ? succeeded : notSucceeded).add(id));
        assertThat(new TreeSet<>(finished.keySet()))
                .as("finished, and what the journal says")
                .isEqualTo(succeeded);
        assertThat(new TreeSet<>(failed.keySet()))
                .as("failed, and what the journal says")
                .isEqualTo(notSucceeded);
    }

    private Map<Integer, String> frozenTasks() {
        Map<Integer, String> tasks = new TreeMap<>();
        String text = new String(FarmTest.bytes(work.file("farm/tasks")), StandardCharsets.ISO_8859_1);
        String[] lines = text.split("\n");
        for (int id = 0; id < frozen; id++) {
            assertThat(lines[id]).matches("(?s)" + id + "[ \t].*");
            if (!dropped.contains(id)) {
                int start = Integer.toString(id).length();
                boolean plain = lines[id].charAt(start) == ' ';
                tasks.put(id, lines[id].substring(1 + (plain ? start : lines[id].indexOf('\t', start + 1))));
            }
        }
        return tasks;
    }

    private void checkTimeline() {
        assertThat(work.attempts())
                .as("the timeline has one event for each attempt")
                .extracting(Work.Event::attempt)
                .containsExactlyInAnyOrderElementsOf(attempts);
    }

    private static void ids(String text, Set<Integer> into) {
        if (text.equals("-")) {
            return;
        }
        for (String range : text.split(",")) {
            String[] ends = range.split("-");
            for (int id = Integer.parseInt(ends[0]); id <= Integer.parseInt(ends[ends.length - 1]); id++) {
                into.add(id);
            }
        }
    }
}
