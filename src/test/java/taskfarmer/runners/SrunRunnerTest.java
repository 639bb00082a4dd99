package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.config.Environment;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.Invocation;
import taskfarmer.model.Task;

/** What Slurm's programs are called with, recorded by stand-ins of theirs; SrunLabIT has the real ones. */
class SrunRunnerTest {
    @TempDir
    private Path root;

    @BeforeEach
    void makeStandIns() throws Exception {
        program("srun", """
                #!/bin/bash
                { printf '<srun>'; printf '<%s>' "$@"; echo; } >> "$RECORD"
                env > "$RECORD.environment"
                for word; do
                    case $word in
                        --job-name=*) echo "3.7 ${word#*=}" > "$RECORD.steps" ;;
                        --export=ALL,*) export "${word#*,}" ;;
                    esac
                done
                while [[ $1 != bash ]]; do shift; done
                trap 'echo cancelled >> "$RECORD"; kill -s KILL "$step"' TERM
                "$@" <&0 &
                step=$!
                echo "$step" > "$RECORD.pid"
                until wait "$step"; status=$?; ! kill -s 0 "$step" 2> /dev/null; do :; done
                exit "$status"
                """);
        program("squeue", """
                #!/bin/bash
                { printf '<squeue>'; printf '<%s>' "$@"; echo; } >> "$RECORD"
                echo '3.batch batch'
                cat "$RECORD.steps" 2> /dev/null
                """);
        program("scancel", """
                #!/bin/bash
                { printf '<scancel>'; printf '<%s>' "$@"; echo; } >> "$RECORD"
                kill -s "${1#*=}" "$(< "$RECORD.pid")"
                """);
    }

    private void program(String name, String text) throws Exception {
        Path file = Files.createDirectories(root.resolve("bin")).resolve(name);
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "| -N1 -n1 --exact -c1 --mem=0 --gres=none --quiet --input=none",
                "cores=4 mem=8G | -N1 -n1 --exact -c4 --mem=8192M --gres=none --quiet --input=none",
                "cores=0.5 mem=1500K gpus=0.5 | -N1 -n1 --exact -c1 --mem=2M --gres=gpu:1 --quiet --input=none",
                "gpus=2 stdin=x | -N1 -n1 --exact -c1 --mem=0 --gres=gpu:2 --quiet",
            })
    void asksForWhatTheTaskAsksFor(String attributes, String words) {
        assertThat(srun(new SrunRunner("1", 1, "", List.of(), "bash"), attributes))
                .isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | 1 | cores=4 mem=2G | -N1 -n2 --exact -c2 --mem=2048M --gres=none",
                "2 | 1 | | -N1 -n2 --exact -c1 --mem=0 --gres=none",
                "4 | 2 | cores=8 mem=2G gpus=4 | -N2 -n4 --exact -c2 --mem=1024M --gres=gpu:2",
                "1 | 3 | | -N3 -n3 --exact -c1 --mem=0 --gres=none",
                "cores | 1 | cores=6 | -N1 -n6 --exact -c1 --mem=0 --gres=none",
            })
    void dividesAmongProcessesAndNodes(String ntasks, int nodes, String attributes, String words) {
        assertThat(srun(new SrunRunner(ntasks, nodes, "", List.of(), "bash"), attributes))
                .isEqualTo(words + " --quiet --input=none --kill-on-bad-exit=1");
    }

    @Test
    void putsOptionsBeforeTheCommand() {
        assertThat(srun(new SrunRunner("1", 1, "pmix", List.of("-l", "--time=5"), "bash"), ""))
                .endsWith("--input=none --mpi=pmix -l --time=5");
    }

    @Test
    void keepsTheBytesOfTheTask() {
        Invocation.Program program = (Invocation.Program)
                runner().invocation(context(Task.of(Command.of("echo \u00E9; 'x'".getBytes(ISO_8859_1)))));
        assertThat(program.argv().get(program.argv().size() - 1)).isEqualTo("echo \u00E9; 'x'".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo a; echo \"it's\"; exit 3", "kill -9 $$", "exec echo x", "-x", "echo a # b \\"})
    void endsAsTheTaskDoes(String task) throws Exception {
        Process process = start(runner(), task, Map.of());
        Process plain = new ProcessBuilder("bash", "-c", " " + task)
                .redirectErrorStream(true)
                .start();
        assertThat(output(process).replaceAll(".*: line \\d+: +\\d+ Killed.*\n", ""))
                .isEqualTo(output(plain));
        assertThat(process.exitValue()).isEqualTo(plain.exitValue());
        assertThat(record()).startsWith("<srun><--job-name=taskfarmer-5.2-").doesNotContain("<scancel>");
        assertThat(root.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void leavesNothingOfTheOuterStepInTheEnvironment() throws Exception {
        Map<String, String> outer = Map.of(
                "SLURM_CPU_BIND_TYPE", "mask_cpu:",
                "SLURM_CPUS_PER_TASK", "8",
                "SLURM_NTASKS", "4",
                "SLURM_MEM_PER_NODE", "100",
                "SLURM_STEP_ID", "0",
                "SLURM_GPUS_PER_NODE", "2",
                "PMIX_RANK", "0",
                "SLURM_JOB_ID", "3",
                "SLURM_MPI_TYPE", "pmix",
                "OMP_NUM_THREADS", "2");
        output(start(runner(), "echo $TASKFARMER_FARMER", outer));
        assertThat(Files.readAllLines(root.resolve("record.environment")))
                .contains("SLURM_JOB_ID=3", "SLURM_MPI_TYPE=pmix", "OMP_NUM_THREADS=2", "TASKFARMER_TASK_ID=5")
                .noneMatch(line -> line.matches("(SLURM_(CPU|NTASKS|MEM|STEP|GPU)|PMI|TASKFARMER_FARMER).*"));
        assertThat(record()).contains("<--export=ALL,TASKFARMER_FARMER=host.1.2>");
    }

    @Test
    void givesTheStepItsStandardInput() throws Exception {
        Path file = Files.writeString(root.resolve("input"), "from a file\n");
        ProcessBuilder builder = builder(runner(), "cat", Map.of()).redirectInput(file.toFile());
        assertThat(output(builder.start())).isEqualTo("from a file\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "USR2"})
    void handsSignalsOnToTheStepAndNotToSrun(String signal) throws Exception {
        Process process = start(
                runner(), "trap 'echo obeyed; exit 5' " + signal + "; echo up; while :; do sleep 0.05; done", Map.of());
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("up");
            signal(signal, process);
            assertThat(process.inputReader().readLine()).isEqualTo("obeyed");
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(5);
            assertThat(record())
                    .contains("<squeue><--noheader><--steps><--jobs=3><--format=%i %j>\n<scancel><--signal=" + signal
                            + "><3.7>\n");
        } finally {
            signal("KILL", process);
        }
    }

    @Test
    void endsSrunWhichEndsTheStepWhenTheTaskIsKilled() throws Exception {
        Process process = start(runner(), "echo up; exec sleep 1000", Map.of());
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("up");
            long step =
                    Long.parseLong(Files.readString(root.resolve("record.pid")).strip());
            signal("KILL", process);
            await().until(() -> record().contains("cancelled"));
            await().until(() ->
                    !ProcessHandle.of(step).map(ProcessHandle::isAlive).orElse(false));
        } finally {
            signal("KILL", process);
        }
    }

    @Test
    void refusesToWorkOutsideOfAJob() {
        assertThatThrownBy(() -> runner().check("step", environment(Map.of("PATH", root + "/bin"))))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE))
                .hasMessageContaining("runner 'step'")
                .hasMessageContaining("SLURM_JOB_ID");
        assertThatThrownBy(() -> runner().check("step", environment(Map.of("PATH", "/no", "SLURM_JOB_ID", "1"))))
                .hasMessage("runner 'step' needs the program 'srun', which is not on PATH");
        assertThatCode(() -> runner().check("step", environment(Map.of("PATH", root + "/bin", "SLURM_JOB_ID", "1"))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"0, 1, ntasks", "many, 1, ntasks", "1, 0, nodes"})
    void refusesNumbersThatCannotBe(String ntasks, int nodes, String key) {
        assertThatThrownBy(() -> new SrunRunner(ntasks, nodes, "", List.of(), "bash"))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("'" + key + "'");
    }

    private static SrunRunner runner() {
        return new SrunRunner("1", 1, "", List.of(), "bash");
    }

    private static Runner.Context context(Task task) {
        return new Runner.Context(task, 5, 2, Optional.empty());
    }

    /** Returns the words for srun that are made of a task's attributes. */
    private static String srun(Runner runner, String attributes) {
        Map<String, String> given = new HashMap<>();
        for (String word : attributes == null || attributes.isEmpty() ? new String[0] : attributes.split(" ")) {
            given.put(word.split("=")[0], word.split("=")[1]);
        }
        List<String> words = argv(runner.invocation(context(new Task(Command.of("x"), Attributes.of(given)))));
        assertThat(words).endsWith("bash", "-c", "x");
        return String.join(" ", words.subList(5, words.size() - 3)); // behind bash -p -c SCRIPT NAME
    }

    private static List<String> argv(Invocation invocation) {
        return ((Invocation.Program) invocation)
                .argv().stream().map(argument -> new String(argument, UTF_8)).toList();
    }

    private Process start(Runner runner, String task, Map<String, String> variables) throws Exception {
        return builder(runner, task, variables).start();
    }

    /** Starts it as a slot does: in a session of its own. */
    private ProcessBuilder builder(Runner runner, String task, Map<String, String> variables) throws Exception {
        List<String> argv = new ArrayList<>(List.of("setsid"));
        argv.addAll(argv(runner.invocation(context(Task.of(Command.of(task))))));
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("TMPDIR", Files.createDirectories(root.resolve("tmp")).toString());
        environment.put("RECORD", root.resolve("record").toString());
        environment.put("SLURM_JOB_ID", "3");
        environment.put("TASKFARMER_TASK_ID", "5");
        environment.put("TASKFARMER_ATTEMPT", "2");
        environment.put("TASKFARMER_FARMER", "host.1.2");
        environment.putAll(variables);
        return builder;
    }

    private static String output(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private static void signal(String name, Process leader) throws Exception {
        new ProcessBuilder("bash", "-c", "kill -s " + name + " -- -" + leader.pid() + " 2>/dev/null")
                .start()
                .waitFor();
    }

    private String record() throws Exception {
        return Files.readString(root.resolve("record"));
    }

    private Environment environment(Map<String, String> variables) {
        return new Environment(variables, root, root, Optional.empty(), 1000);
    }
}
