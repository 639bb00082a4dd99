package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code taskfarmer export}, as a user types it. */
class ExportIT extends FarmTest {
    /** Runs a list by several farmers at once; some of its tasks fail, one is interrupted and finishes later. */
    private void runBySeveral() {
        String[] commands = new String[60];
        for (int i = 0; i < commands.length; i++) {
            commands[i] = "echo \"task, " + i + "\"; exit " + (i % 10 == 7 ? i : 0);
        }
        commands[59] = "[ $TASKFARMER_ATTEMPT = 2 ] || sleep 1000";
        list("tasks.txt", commands);
        List<Farmer> farmers =
                List.of(start("-n", "2", "tasks.txt"), start("-n", "2", "tasks.txt"), start("-n", "1", "tasks.txt"));
        awaitProcesses("sleep 1000", 1);
        until(() -> lines("tasks.txt_workdir/finished").size() == 53
                && lines("tasks.txt_workdir/failed").size() == 6);
        for (Farmer farmer : farmers) {
            if (farmer.isAlive()) {
                farmer.signal("TERM");
            }
        }
        farmers.forEach(Farmer::await);
        run("tasks.txt").exits(1);
        work("tasks.txt").isSound();
    }

    @Test
    void writesAJoblogOfWhatHasEnded() {
        runBySeveral();
        List<String> lines = run("export", "--joblog")
                .exits(0)
                .withoutComplaint()
                .stdout()
                .lines()
                .toList();
        assertThat(lines).hasSize(61);
        assertThat(lines.get(0))
                .startsWith("Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand");
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String line : lines.subList(1, 61)) {
            String[] fields = line.split("\t", 9);
            int id = Integer.parseInt(fields[0]) - 1;
            numbers.add(id);
            assertThat(fields[2]).matches("\\d{10}\\.\\d{3}");
            assertThat(fields[6]).isEqualTo(id % 10 == 7 ? Integer.toString(id) : "0");
            assertThat(fields[7]).isEqualTo("0");
            if (id < 59) {
                assertThat(fields[8]).startsWith("echo \"task, " + id + "\"; exit");
            }
        }
        assertThat(numbers).hasSize(60).first().isEqualTo(0);
        assertThat(numbers.last()).isEqualTo(59);
    }

    @Test
    void writesEachAttemptAsCsvAndJson() throws IOException {
        runBySeveral();
        run("export", "tasks.txt", "--csv", "-o", "attempts.csv")
                .exits(0)
                .says("61 attempts written to attempts.csv")
                .withoutComplaint();
        String csv = read(dir.resolve("attempts.csv"));
        assertThat(csv.split("\r\n")).hasSize(62);
        assertThat(csv).contains(",\"echo \"\"task, 0\"\"; exit 0\"\r\n", ",requeued,,,SIGTERM,");
        List<String> json = run("export", "--json").exits(0).stdout().lines().toList();
        assertThat(json).hasSize(61).allMatch(line -> line.startsWith("{\"id\":") && line.endsWith("}"));
        assertThat(json.stream().filter(line -> line.contains("\"id\":59,")))
                .hasSize(2)
                .anyMatch(line -> line.contains("\"attempt\":1,") && line.contains("\"outcome\":\"requeued\""))
                .anyMatch(line -> line.contains("\"attempt\":2,") && line.contains("\"outcome\":\"finished\""));
        assertThat(json.stream()
                        .map(line -> line.replaceAll(".*\"farmer\":(\\d+),.*", "$1"))
                        .distinct())
                .as("farmers that ran something")
                .contains("4")
                .hasSizeGreaterThan(1);
        run("export", "--json", "--output", "attempts.json").exits(0);
        assertThat(read(dir.resolve("attempts.json")).lines()).containsExactlyElementsOf(json);
    }

    @Test
    void leavesOutWhatRuns() {
        list("tasks.txt", "sleep 1000", "true");
        Farmer farmer = start("-n", "2", "tasks.txt");
        until(() -> lines("tasks.txt_workdir/finished").size() == 1);
        until(() -> run("tasks", "0").stdout().contains("running"));
        assertThat(run("export", "--json").exits(0).stdout()).hasLineCount(1).contains("\"id\":1,");
        assertThat(run("export", "--joblog").exits(0).stdout().lines()).hasSize(2);
        assertThat(run("export", "--csv").exits(0).stdout()).doesNotContain("sleep 1000");
        farmer.signal("TERM").await();
        assertThat(run("export", "--joblog").exits(0).stdout().lines()).hasSize(2);
        assertThat(run("export", "--csv").exits(0).stdout()).contains("sleep 1000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void keepsTheBytesOfCommands(String locale) {
        byte[] command = ": caf\u00e9 \u0001\u00ff\t'x'".getBytes(StandardCharsets.ISO_8859_1);
        write(dir.resolve("tasks.txt"), command);
        run("tasks.txt").exits(0);
        for (String format : new String[] {"--csv", "--joblog"}) {
            taskfarmer("export", "tasks.txt", format, "-o", "out")
                    .with("LC_ALL", locale)
                    .run()
                    .exits(0);
            assertThat(new String(bytes(dir.resolve("out")), StandardCharsets.ISO_8859_1))
                    .contains(new String(command, StandardCharsets.ISO_8859_1));
        }
        taskfarmer("export", "--json")
                .with("LC_ALL", locale)
                .run()
                .exits(0)
                .says("\": caf\ufffd \\u0001\ufffd\\t'x'\"");
    }

    @Test
    void replacesAFileAndWritesIntoAPipe() throws IOException {
        list("tasks.txt", 2, "true");
        run("tasks.txt").exits(0);
        Path file = write("out.csv", "old");
        Files.createSymbolicLink(dir.resolve("link.csv"), file);
        run("export", "--csv", "-o", "link.csv").exits(0);
        assertThat(dir.resolve("link.csv")).isSymbolicLink();
        assertThat(read(file)).startsWith("id,attempt,");
        taskfarmer("export", "--csv")
                .script("mkfifo pipe && { cat pipe > copy & } && \"$@\" -o pipe && wait && [ -p pipe ]")
                .run()
                .exits(0);
        assertThat(read(dir.resolve("copy"))).isEqualTo(read(file));
        try (var files = Files.list(dir)) {
            assertThat(files.filter(path -> path.toString().endsWith(".new"))).isEmpty();
        }
    }

    @Test
    void saysWhatIsWrong() {
        list("tasks.txt", 2, "true");
        run("export", "--csv").exits(2).inWords().complains("no farm was named");
        run("tasks.txt").exits(0);
        run("export").exits(2).inWords().complains("--joblog, --csv and --json");
        run("export", "--csv", "--json").exits(2).inWords().complains("--csv and --json");
        run("export", "--csv", "-o", ".").exits(2).inWords().complains(". is a directory");
        run("export", "--csv", "-o", "no/where").exits(2).inWords().complains("no/where cannot be written");
        run("export", "--csv", "-o", "").exits(2).inWords().complains("is empty");
        run("export", "--csv", "tasks.txt", "7").exits(2).inWords().complains("what is '7'?");
        taskfarmer("export", "--csv")
                .script("\"$@\" > /dev/full")
                .run()
                .exits(3)
                .inWords()
                .complains("standard output cannot be written: No space left on device");
    }

    @Test
    void isQuickWithAMillionAttemptsAndEndsWithItsReader() {
        MillionTasks.make(dir.resolve("big"));
        for (String format : new String[] {"--joblog", "--csv", "--json"}) {
            Ended all = taskfarmer("export", "big", format)
                    .script("set -o pipefail; \"$@\" | wc -l")
                    .with("JDK_JAVA_OPTIONS", "-Xmx160m")
                    .run()
                    .exits(0);
            assertThat(all.took()).isLessThan(Duration.ofSeconds(40));
            assertThat(all.stdout().strip()).isEqualTo(format.equals("--json") ? "999990" : "999991");
            taskfarmer("export", "big", format)
                    .script("set -o pipefail; \"$@\" | head -n 1 > /dev/null")
                    .run()
                    .exits(0)
                    .withoutComplaint();
        }
    }
}
