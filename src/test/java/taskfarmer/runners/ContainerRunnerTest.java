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

/** What engines are called with, recorded by stand-ins of theirs that run what they are to run. */
class ContainerRunnerTest {
    private static final String VARIABLES = "<--env><TINI_KILL_PROCESS_GROUP=1><--env><CUDA_VISIBLE_DEVICES>"
            + "<--env><OMP_NUM_THREADS><--env><PROC_NUMBER><--env><ROCR_VISIBLE_DEVICES><--env><TASKFARMER_ATTEMPT>"
            + "<--env><TASKFARMER_CPUS><--env><TASKFARMER_FARMER><--env><TASKFARMER_JOB><--env><TASKFARMER_SLOT>"
            + "<--env><TASKFARMER_TASK_DIR><--env><TASKFARMER_TASK_ID><--env><TASKFARMER_WORKDIR><--env><WM_PROCESS_ID>"
            + "<--env><WM_PROCESS_INDEX>";

    @TempDir
    private Path root;

    private Path here;

    @BeforeEach
    void makeStandIns() throws Exception {
        here = Files.createDirectory(root.resolve("work here"));
        for (String engine : List.of("apptainer", "singularity", "docker", "podman", "podman-hpc")) {
            Path program = root.resolve("bin").resolve(engine);
            Files.createDirectories(program.getParent());
            Files.writeString(program, """
                    #!/bin/bash
                    printf '<%s>' "${0##*/}" "$@" >> "$RECORD"; echo >> "$RECORD"
                    [[ $1 != rm ]] || exit
                    while [[ $1 != --entrypoint && $1 != img:1 ]]; do shift; done
                    if [[ $1 == --entrypoint ]]; then shell=$2; shift 3; exec "$shell" "$@"; fi
                    shift
                    exec "$@"
                    """);
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
    }

    @Test
    void callsApptainer() throws Exception {
        assertThat(recorded(runner("apptainer", "", "", "", false, "none"), "./run.sh 'a b'"))
                .isEqualTo("<apptainer><exec><--bind><" + here + "><--pwd><" + here
                        + "><img:1></bin/bash><-c><./run.sh 'a b'>\n");
    }

    @Test
    void callsApptainerWithAllThatCanBeSaid() throws Exception {
        Runner runner = new ContainerRunner(
                "img:1",
                "apptainer",
                bytes("source env.sh"),
                List.of("/a:/b", "/c"),
                List.of("--cleanenv", "--writable"),
                "/in",
                true,
                "amd",
                "/bin/sh");
        assertThat(runner.usesTempDirectory()).isTrue();
        assertThat(recorded(runner, "a; b"))
                .isEqualTo(
                        "<apptainer><exec><--bind><" + here + "><--pwd></in><--bind></a:/b><--bind></c><--rocm>"
                                + "<--bind></tmp/t 1:/in><--cleanenv><--writable><img:1></bin/sh><-c><source env.sh && { a; b\n}>\n");
    }

    @ParameterizedTest
    @CsvSource({
        "apptainer, nvidia, <--nv>",
        "singularity, nvidia, <--nv>",
        "singularity, amd, <--rocm>",
        "docker, nvidia, <--gpus><all>",
        "docker, amd, <--device></dev/kfd><--device></dev/dri>",
        "podman, nvidia, <--device><nvidia.com/gpu=all>",
        "podman-hpc, nvidia, <--gpu>",
        "podman-hpc, amd, <--device></dev/kfd><--device></dev/dri>",
    })
    void givesItGpus(String engine, String gpus, String words) throws Exception {
        assertThat(recorded(runner(engine, "", "", "", false, gpus), "true")).contains(words);
        assertThat(recorded(runner(engine, "", "", "", false, "none"), "true"))
                .doesNotContain("--nv", "--rocm", "gpu", "--device");
    }

    @Test
    void callsDocker() throws Exception {
        String user =
                Files.getAttribute(root, "unix:uid") + ":" + Files.getAttribute(Path.of("/proc/self"), "unix:gid");
        String record = recorded(runner("docker", "", "", "", false, "none"), "./run.sh 'a b'");
        assertThat(record.replaceAll("taskfarmer-5\\.2-\\d+-\\d+", "NAME"))
                .isEqualTo("<docker><run><--rm><--init><--name><NAME><--mount><type=bind,source=" + here + ",target="
                        + here + "><--workdir><" + here + "><--user><" + user + ">" + VARIABLES
                        + "<--entrypoint></bin/bash><img:1><-c><./run.sh 'a b'>\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"podman", "podman-hpc"})
    void callsPodmanWithAllThatCanBeSaid(String engine) throws Exception {
        String record = recorded(runner(engine, "source env.sh", "/a:/b /c:/d", "--memory 4g", true, "none"), "a; b");
        assertThat(record.replaceAll("taskfarmer-5\\.2-\\d+-\\d+", "NAME"))
                .isEqualTo("<" + engine + "><run><--rm><--init><--name><NAME><--mount><type=bind,source=" + here
                        + ",target=" + here + "><--workdir></tmp/t 1><--volume></a:/b><--volume></c:/d>"
                        + "<--mount><type=bind,source=/tmp/t 1,target=/tmp/t 1>" + VARIABLES
                        + "<--memory><4g><--entrypoint></bin/bash><img:1><-c><source env.sh && { a; b\n}>\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"apptainer", "singularity", "docker", "podman", "podman-hpc"})
    void runsHostileCommandsInsideOnly(String engine) throws Exception {
        for (String task : List.of(
                "echo a; echo b",
                "echo 'it''s' \"$((1 + 1))\" `echo c`",
                "echo a || echo b & wait",
                "echo a # '\"",
                "echo \\\\ \\",
                "-x")) {
            Path record = record();
            Ran ran = run(runner(engine, "", "", "", false, "none"), context(task, Attributes.NONE), Map.of());
            Process plain = new ProcessBuilder("/bin/bash", "-c", " " + task)
                    .redirectErrorStream(true)
                    .start();
            assertThat(ran.output().replaceAll("line \\d+", ""))
                    .as(task)
                    .isEqualTo(new String(plain.getInputStream().readAllBytes(), UTF_8).replaceAll("line \\d+", ""));
            assertThat(ran.status()).isEqualTo(plain.waitFor());
            Files.delete(record);
        }
    }

    @Test
    void keepsBytesThatAreNotUtf8() throws Exception {
        byte[] task = "echo \u00E9".getBytes(ISO_8859_1);
        Invocation.Program program = (Invocation.Program) runner("docker", "echo '\n'", "", "", false, "none")
                .invocation(new Runner.Context(Task.of(Command.of(task)), 5, 2, Optional.empty()));
        byte[] last = program.argv().get(program.argv().size() - 1);
        assertThat(last).isEqualTo("{ echo '\n'\n} && echo \u00E9".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"apptainer", "docker"})
    void stopsTheWholeTaskWhenSetupFails(String engine) throws Exception {
        Ran ran = run(
                runner(engine, "(exit 3)", "", "", false, "none"),
                context("echo a; echo b", Attributes.NONE),
                Map.of());
        assertThat(ran).isEqualTo(new Ran(3, ""));
    }

    @Test
    void letsTheVariablesOfTheTaskThrough() throws Exception {
        Attributes attributes =
                Attributes.NONE.with("env.PATH", "/x").with("env.MINE", "1").with("stdin", "file");
        String docker = recorded(runner("docker", "", "", "", false, "none"), "true", attributes);
        assertThat(docker).contains("<--env><MINE>", "<--env><PATH>", "<--interactive>");
        Ran ran = run(
                runner("apptainer", "", "", "", false, "none"),
                context("env | grep ENV_ | sort", attributes),
                Map.of("MINE", "it's\u00e9", "TASKFARMER_SLOT", "7", "OMP_NUM_THREADS", "4"));
        assertThat(ran.output())
                .contains("APPTAINERENV_MINE=it's\u00e9\n", "APPTAINERENV_PATH=", "APPTAINERENV_TASKFARMER_SLOT=7\n")
                .contains("APPTAINERENV_OMP_NUM_THREADS=4\n", "APPTAINERENV_TASKFARMER_ATTEMPT=2\n")
                .doesNotContain("CUDA");
        assertThat(run(
                                runner("singularity", "", "", "", false, "none"),
                                context("env | grep ENV_ | sort", Attributes.NONE),
                                Map.of())
                        .output())
                .contains("SINGULARITYENV_TASKFARMER_TASK_ID=5\n");
    }

    @Test
    void removesTheContainerOfATaskThatIsKilled() throws Exception {
        Path record = record();
        Process process = start(
                runner("docker", "", "", "", false, "none"),
                context("echo up; exec sleep 1000", Attributes.NONE),
                Map.of());
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("up");
            String name = Files.readString(record).replaceAll("(?s).*<--name><(.*?)>.*", "$1");
            signal("KILL", process);
            await().until(() -> Files.readString(record).contains("<docker><rm><--force><" + name + ">"));
        } finally {
            signal("KILL", process);
        }
    }

    @Test
    void waitsForTheEngineWhenAllAreToldToEnd() throws Exception {
        Path record = record();
        Process process = start(
                runner("podman", "", "", "", false, "none"),
                context("trap 'echo obeyed; exit 5' TERM; echo up; sleep 1000 & wait", Attributes.NONE),
                Map.of());
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("up");
            signal("TERM", process);
            assertThat(process.inputReader().readLine()).isEqualTo("obeyed");
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(5);
            assertThat(Files.readString(record)).doesNotContain("<rm>");
        } finally {
            signal("KILL", process);
        }
    }

    @Test
    void saysBeforeAnythingStartsThatTheEngineIsMissing() throws Exception {
        Runner runner = runner("docker", "", "", "", false, "none");
        assertThatThrownBy(() -> runner.check("mine", environment(here)))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.remedy()).contains("--runner default");
                })
                .hasMessage("runner 'mine' needs the program 'docker', which is not on PATH");
        assertThatCode(() -> runner.check("mine", environment(root.resolve("bin"))))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> runner("rkt", "", "", "", false, "none"))
                .hasMessage("key 'engine' is 'rkt'")
                .extracting(e -> ((FarmException) e).remedy())
                .isEqualTo("The engines are: apptainer, singularity, podman-hpc, podman, docker.");
        assertThatThrownBy(() -> runner("docker", "", "", "", false, "intel")).hasMessage("key 'gpus' is 'intel'");
    }

    private record Ran(int status, String output) {}

    private static Runner runner(
            String engine, String setup, String volumes, String options, boolean tempdir, String gpus) {
        return new ContainerRunner(
                "img:1", engine, bytes(setup), words(volumes), words(options), "", tempdir, gpus, "/bin/bash");
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    private static Runner.Context context(String task, Attributes attributes) {
        return new Runner.Context(new Task(Command.of(task), attributes), 5, 2, Optional.empty());
    }

    private Path record() {
        return root.resolve("record");
    }

    private String recorded(Runner runner, String task) throws Exception {
        return recorded(runner, task, Attributes.NONE);
    }

    /** Returns what the engine was called with, once. */
    private String recorded(Runner runner, String task, Attributes attributes) throws Exception {
        Optional<Path> temporary = runner.usesTempDirectory() ? Optional.of(Path.of("/tmp/t 1")) : Optional.empty();
        Files.deleteIfExists(record());
        run(runner, new Runner.Context(new Task(Command.of(task), attributes), 5, 2, temporary), Map.of());
        return Files.readString(record()).replaceAll("<[a-z-]+><rm>.*\n", "");
    }

    private Ran run(Runner runner, Runner.Context context, Map<String, String> variables) throws Exception {
        Process process = start(runner, context, variables);
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), output);
    }

    /** Starts it as a slot does: in a session of its own. */
    private Process start(Runner runner, Runner.Context context, Map<String, String> variables) throws Exception {
        Invocation.Program program = (Invocation.Program) runner.invocation(context);
        List<String> argv = new ArrayList<>(List.of("setsid"));
        for (byte[] argument : program.argv()) {
            argv.add(new String(argument, UTF_8));
        }
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectErrorStream(true).directory(here.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.endsWith("_VISIBLE_DEVICES"));
        environment.put("PATH", root.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("RECORD", record().toString());
        environment.put("TASKFARMER_TASK_ID", "5");
        environment.put("TASKFARMER_ATTEMPT", "2");
        environment.putAll(variables);
        environment.putAll(program.environment());
        return builder.start();
    }

    private static void signal(String name, Process leader) throws Exception {
        new ProcessBuilder("bash", "-c", "kill -s " + name + " -- -" + leader.pid() + " 2>/dev/null")
                .start()
                .waitFor();
    }

    private Environment environment(Path bin) {
        return new Environment(Map.of("PATH", bin.toString()), root, root, Optional.empty(), 1000);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
