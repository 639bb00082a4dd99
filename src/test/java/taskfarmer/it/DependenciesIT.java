package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that wait for others: who runs when, what a failure means for the rest, what is refused. */
class DependenciesIT extends FarmTest {
    @Test
    void tasksWaitForThoseThatTheyName() {
        list(
                "tasks.txt",
                "#TF+ after=b",
                "[ -e b.1 -a -e b.2 ] && touch c",
                "#TF+ after=0,4",
                "[ -e c -a -e d ]",
                "#TF+ name=b",
                "sleep 0.3; touch b.1",
                "#TF+ name=b",
                "sleep 0.1; touch b.2",
                "sleep 0.2; touch d");
        run("tasks.txt").exits(0).withoutComplaint();
        assertThat(work("tasks.txt").isSound().finished()).hasSize(5);
        list("add.txt", "#TF+ after=c", "[ -e new ]", "#TF+ name=c after=b", "touch new");
        run("add", "tasks.txt", "add.txt").exits(0);
        run("tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(7);
    }

    @Test
    void tasksWaitForThoseThatTheyNameInJson() {
        list(
                "tasks.jsonl",
                "{\"command\": \"[ -e a ]\", \"after\": [\"a\", 2]}",
                "{\"command\": \"sleep 0.3; touch a\", \"name\": \"a\"}",
                "{\"command\": \"touch b; exit 3\", \"name\": \"b\"}",
                "{\"command\": \"[ -e b ]\", \"after\": \"any:b\"}");
        run("-t", "jsonl", "tasks.jsonl").exits(1);
        Work work = work("tasks.jsonl").isSound();
        assertThat(work.finished()).containsOnlyKeys(1, 3);
        assertThat(work.cancelled()).containsOnlyKeys(0);
    }

    @Test
    void aFailureCancelsWhatWaitsForItAndRetryBringsItBack() {
        list(
                "tasks.txt",
                "#TF+ name=prep",
                "[ -e mended ]",
                "#TF+ name=mid after=prep",
                "echo 1 >> ran",
                "#TF+ after=mid",
                "echo 2 >> ran",
                "#TF+ after=any:mid",
                "echo 3 >> ran",
                "echo 4 >> ran");
        run("tasks.txt").exits(1).complains("task 0 has not ended well: ").says("2 finished, 1 failed, 2 cancelled");
        Work work = work("tasks.txt").isSound();
        assertThat(work.failed()).containsOnlyKeys(0);
        assertThat(work.cancelled()).containsOnlyKeys(1, 2);
        assertThat(lines("ran")).containsExactlyInAnyOrder("3", "4");
        run("tasks", "tasks.txt", "2").exits(0).says("task 2: cancelled: task 0 failed, never started");
        run("tasks.txt").exits(1);
        assertThat(lines("ran")).as("nothing is done twice").hasSize(2);
        write("mended", "");
        run("retry", "tasks.txt", "0").exits(0).says("and 2 more that had been cancelled because of it");
        run("tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(5);
        assertThat(lines("ran").subList(2, 4)).containsExactly("1", "2");
    }

    @Test
    void barriersDivideAListIntoStages() {
        list(
                "tasks.txt",
                "sleep 0.4; echo a >> ran",
                "exit 3",
                "#TF barrier",
                "[ -e ran ] && echo b >> ran",
                "sleep 0.2; echo c >> ran",
                "#TF barrier check",
                "[ $(wc -l < ran) = 3 ] && echo d >> ran",
                "#TF barrier",
                "exit 4",
                "#TF barrier check",
                "echo e >> ran");
        run("tasks.txt").exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(lines("ran")).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(work.failed()).containsOnlyKeys(1, 5);
        assertThat(work.cancelled()).containsOnlyKeys(6);
        run("tasks", "tasks.txt", "6").exits(0).says("cancelled: task 5 failed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "touch ran;#TF+ after=prop;true                    | task 1 (true) waits for 'prop', and there is no such task",
                "touch ran;#TF+ after=any:7;true                   | task 1 (true) waits for task 7, and there is no such task",
                "#TF name=a after=a;touch ran                      | task 0 (touch ran) waits for itself: 0 after 0",
                "#TF name=a;touch ran;#TF after=a;true             | task 1 (true) waits for itself",
                "touch ran;#TF+ after=2;true;#TF+ after=any:1;true | waits for itself: 1 after 2 after 1",
                "#TF+ name=x after=m;touch ran;#TF+ name=m after=y;true;#TF+ name=y after=x;true | waits for itself",
                "#TF+ after=late;touch ran;#TF barrier;#TF+ name=late;true | waits for itself",
            })
    void whatCanNeverRunIsRefused(String text, String message) {
        list("tasks.txt", text.split(";"));
        run("tasks.txt")
                .exits(2)
                .inWords()
                .complains(
                        message,
                        text.contains("#TF name=a;") ? "write #TF+ name=a for the next one only, or #TF reset" : "");
        assertThat(work("tasks.txt").entries("tasks")).isEmpty();
        assertThat(work("tasks.txt").entries("asking")).isEmpty();
        assertThat(dir.resolve("ran")).doesNotExist();
        list("good.txt", "true", "true", "true", "true", "true", "true", "true");
        run("good.txt").exits(0);
        String journal = read(work("good.txt").journal());
        if (!text.matches(".*after=(any:)?[0-9].*")) { // there it is one that exists
            run("add", "good.txt", "tasks.txt")
                    .exits(2)
                    .inWords()
                    .complains(message.replaceFirst("^task 1.*? waits|^task 0.*? waits", "waits")
                            .replaceFirst(": 0 after.*", ""));
            assertThat(read(work("good.txt").journal())).isEqualTo(journal);
        }
        list("tasks.txt", "touch ran");
        run("tasks.txt").exits(0);
    }

    /** What one task of a random graph waits for, and whether it fails when it runs. */
    private record Node(Set<Integer> after, boolean any, boolean fails) {}

    private static List<Node> graph(int size, Random random) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Set<Integer> after = new TreeSet<>();
            for (int n = i == 0 ? 0 : random.nextInt(4); n > 0; n--) {
                after.add(Math.max(random.nextInt(i), i - 1 - random.nextInt(12)));
            }
            nodes.add(new Node(after, random.nextInt(4) == 0, random.nextInt(9) == 0));
        }
        return nodes;
    }

    /** Each task says so if what it waits for has not left its mark. */
    @Test
    void randomGraphsAreRunInOrderAndExactlyWhatDependsOnFailuresIsCancelled() {
        long seed = System.nanoTime();
        System.out.println("a random graph, seed " + seed);
        Random random = new Random(seed);
        List<Node> nodes = graph(60, random);
        List<Integer> line = new ArrayList<>(); // which node stands in which line
        for (int i = 0; i < nodes.size(); i++) {
            line.add(i);
        }
        Collections.shuffle(line, random);
        Set<Integer> failed = new TreeSet<>();
        Set<Integer> cancelled = new TreeSet<>();
        String[] commands = new String[nodes.size()];
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            boolean runs = node.any || node.after.stream().noneMatch(n -> failed.contains(n) || cancelled.contains(n));
            (!runs ? cancelled : node.fails ? failed : new TreeSet<Integer>()).add(i);
            StringBuilder command = new StringBuilder("for m in");
            node.after.stream()
                    .filter(n -> !cancelled.contains(n))
                    .forEach(n -> command.append(" mark.").append(n));
            command.append("; do [ -e $m ] || echo $m before ")
                    .append(i)
                    .append(" >> wrong; done; echo ")
                    .append(i);
            command.append(" >> ran; sleep 0.0")
                    .append(random.nextInt(10))
                    .append("; touch mark.")
                    .append(i);
            commands[i] = command.append(node.fails ? "; exit 3" : "").toString();
        }
        List<String> lines = new ArrayList<>();
        for (int i : line) {
            Node node = nodes.get(i);
            List<String> names = new ArrayList<>();
            node.after.forEach(n -> names.add(n % 2 == 0 ? "n" + n : Integer.toString(line.indexOf(n))));
            lines.add("#TF+ name=n" + i
                    + (names.isEmpty() ? "" : " after=" + (node.any ? "any:" : "") + String.join(",", names)));
            lines.add(commands[i]);
        }
        list("tasks.txt", lines.toArray(String[]::new));
        Farmer first = start("-n", "4", "tasks.txt");
        Ended second = run("-n", "3", "tasks.txt");
        first.await();
        Work work = work("tasks.txt").isSound();
        assertThat(lines("wrong")).as(second::toString).isEmpty();
        assertThat(work.toprocess()).isEmpty();
        assertThat(nodesOf(work.failed().keySet(), line)).isEqualTo(failed);
        assertThat(nodesOf(work.cancelled().keySet(), line)).isEqualTo(cancelled);
        assertThat(lines("ran")).doesNotHaveDuplicates().hasSize(60 - cancelled.size());
    }

    private static Set<Integer> nodesOf(Set<Integer> ids, List<Integer> line) {
        Set<Integer> nodes = new TreeSet<>();
        ids.forEach(id -> nodes.add(line.get(id)));
        return nodes;
    }
}
