package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.Attribute;

/**
 * Runs each example of {@code docs/TASKS.md} and {@code docs/FARMERS.md} as it is written there, in one shell each, and compares
 * what is printed.
 *
 * <p>In what the pages print, {@code …} alone on a line stands for any lines, and elsewhere for any text; times, dates, PIDs,
 * shares, slots and amounts of memory used are their own every time, the host is {@code n1} and the directory {@code /here}. A command below which the
 * page prints nothing has to succeed.
 */
class TasksDocIT extends FarmTest {
    private static final List<String> PAGES = List.of("TASKS.md", "FARMERS.md");
    private static final String MARK = "\u0001";
    private static final String HOST = host();

    /** Runs what comes behind the image, and records how it was called. */
    private static final String ENGINE = """
            #!/bin/bash
            printf '%s' "${0##*/}" >> called; printf ' %s' "$@" >> called; echo >> called
            [[ $1 != rm ]] || exit
            while [[ $1 != --entrypoint && $1 != *my/image* ]]; do shift; done
            if [[ $1 == --entrypoint ]]; then shell=$2; shift 3; exec "$shell" "$@"; fi
            shift
            exec "$@"
            """;

    private static final String SBATCH = """
            #!/bin/bash
            SLURM_JOB_ID=17 SLURM_CPUS_ON_NODE=8 bash "$1" > slurm-17.out 2>&1
            echo Submitted batch job 17
            """;

    private static final String SRUN = """
            #!/bin/bash
            printf srun >> called; printf ' %s' "$@" >> called; echo >> called
            while [[ $1 != bash ]]; do shift; done
            exec "$@"
            """;

    static Stream<DocExample> examples() {
        return PAGES.stream().flatMap(page -> page(page).examples().stream());
    }

    private static DocExample.Page page(String name) {
        return DocExample.read(text(name));
    }

    private static String text(String name) {
        return read(Path.of("docs", name));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void printWhatThePageSays(DocExample example) throws IOException {
        for (Map.Entry<String, String> file : example.files().entrySet()) {
            Path path = dir.resolve(file.getKey());
            if (file.getValue().startsWith("#!")) {
                program(path, file.getValue());
            } else {
                write(path, file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        Path bin = root().resolve("bin");
        program(
                bin.resolve("taskfarmer"),
                "#!/bin/sh\nexec '" + Start.java() + "' -jar '" + Start.jar() + "' \"$@\"\n");
        standIns(example.place()).forEach((name, script) -> program(bin.resolve(name), script));
        StringBuilder script = new StringBuilder("exec 2>&1 < /dev/null\n");
        for (DocExample.Exchange exchange : example.dialogue()) {
            // What a command has printed is followed by its exit status; the next one finds that as $?.
            script.append("(exit ${status-0})\n").append(exchange.command()).append('\n');
            script.append("status=$?; printf '" + MARK + "%s" + MARK + "' $status\n");
        }
        Ended end = taskfarmer()
                .script(script.toString())
                .with("PATH", bin + ":" + System.getenv("PATH"))
                .run();
        String[] printed = end.stdout().split(MARK, -1);
        assertThat(printed).as(end::toString).hasSize(2 * example.dialogue().size() + 1);
        for (int i = 0; i < example.dialogue().size(); i++) {
            compare(example.dialogue().get(i), printed[2 * i], printed[2 * i + 1]);
        }
    }

    private void compare(DocExample.Exchange exchange, String printed, String status) {
        if (exchange.output().isEmpty()) {
            assertThat(status)
                    .as("exit status of " + exchange.command() + "\n" + printed)
                    .isEqualTo("0");
            return;
        }
        StringBuilder expected = new StringBuilder();
        for (String line : exchange.output()) {
            expected.append(line.equals("…") ? "(?:.*\n)*" : quoted(line) + "\n");
        }
        assertThat(usual(printed.replace(dir.toString(), "/here")))
                .as(exchange.command() + "\n" + printed)
                .matches(expected.toString());
    }

    private static String quoted(String line) {
        List<String> parts = new ArrayList<>();
        for (String part : usual(line).split("…", -1)) {
            parts.add(Pattern.quote(part));
        }
        return String.join(".*", parts);
    }

    /** Returns a text without what is different each time. */
    private static String usual(String text) {
        return text.replaceAll("\\b" + Pattern.quote(HOST) + "\\b", "n1")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "DATE")
                .replaceAll("\\d+:\\d\\d:\\d\\d", "TIME")
                .replaceAll("\\b\\d+(\\.\\d+)? s\\b", "TIME")
                .replaceAll("\\bPID \\d+", "PID")
                .replaceAll("\\bslot \\d+", "SLOT")
                .replaceAll("\\b\\d+ %", "SHARE")
                .replaceAll("peak memory [0-9.]+[KMG]?", "peak memory")
                .replaceAll(" +", " ");
    }

    private static String host() {
        return read(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    private static Map<String, String> standIns(String place) {
        return switch (place) {
            case "" -> Map.of();
            case "in containers" -> Map.of("apptainer", ENGINE, "docker", ENGINE);
            case "in a job" ->
                Map.of("sbatch", SBATCH, "srun", SRUN, "squeue", "#!/bin/sh\n", "scancel", "#!/bin/sh\n");
            default -> throw new AssertionError("nothing stands in for " + place);
        };
    }

    /** What needs more than this machine may have is run with stand-ins, and it is known what that is. */
    @Test
    void nothingElseNeedsStandIns() {
        assertThat(examples().filter(example -> !example.place().isEmpty()))
                .extracting(example -> example.place() + ", " + example)
                .containsExactly(
                        "in containers, Containers: taskfarmer --runner inside tasks.txt",
                        "in a job, Job steps of Slurm: sbatch job.sh");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TASKS.md", "FARMERS.md"})
    void nothingLooksLikeAnExampleAndIsNone(String page) {
        assertThat(page(page).texts()).as("fences without a name").isEmpty();
        assertThat(text(page).replaceAll("(?ms)^```.*?^```$", "").lines())
                .as("lines that are code by their indentation")
                .noneMatch(line -> line.startsWith("    "));
    }

    @Test
    void eachKeyIsInAnExample() {
        String lists = String.join(
                "\n",
                examples()
                        .flatMap(example -> Stream.concat(
                                example.files().values().stream()
                                        .flatMap(String::lines)
                                        .filter(line -> line.contains("#TF")),
                                example.dialogue().stream().map(DocExample.Exchange::command)))
                        .toList());
        List<String> keys = new ArrayList<>(Attribute.keys());
        keys.addAll(List.of("each", "barrier", "reset"));
        for (String key : keys) {
            String name = key.replace("NAME", "[A-Za-z]+").replace("res.", "(res\\.)?");
            assertThat(lists).as(key).containsPattern("[ (']" + name + "[ =\n]");
            assertThat(text("TASKS.md")).as(key).containsPattern("`(#TF )?" + key);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--walltime",
                "--warn-signal",
                "--warn-before",
                "--max-tasks",
                "--max-fail",
                "--launch-interval",
                "--nice",
                "--setup",
                "--teardown",
                "--archive",
                "--archive-every",
                "--archive-to",
                "--proc",
                "--idle-timeout",
                "--wait-for-tasks",
                "--poll",
                "--only-tags",
                "--resources",
                "--bind",
                "--runner",
                "--logs",
                "--log-limit",
                "--no-sample",
                "--estimates",
                "--task",
                "--task-cores",
                "--tasklist"
            })
    void eachOptionIsInAnExample(String option) {
        assertThat(examples().flatMap(example -> example.dialogue().stream()).map(DocExample.Exchange::command))
                .anyMatch(command -> (command + " ").contains(" " + option + " "));
    }
}
