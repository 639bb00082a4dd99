package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.Environment;
import taskfarmer.model.Command;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.Invocation;

class ShifterRunnerTest {
    @TempDir
    private Path directory;

    @Test
    void startsTheTaskInTheImage() {
        assertThat(argv(runner("img:1", "", List.of(), List.of()), "./run.sh 'a b'"))
                .containsExactly("shifter", "--image", "img:1", "--", "/bin/bash", "-c", "./run.sh 'a b'");
    }

    @Test
    void putsEveryOptionInItsPlace() {
        Runner runner = new ShifterRunner(
                "img:1", bytes("source env.sh"), List.of("/a:/b", "/c:/d"), List.of("cvmfs", "x"), true);

        assertThat(runner.usesTempDirectory()).isTrue();
        assertThat(texts(runner.invocation(Command.of("./run.sh"), Optional.of(Path.of("/tmp/t 1")))))
                .containsExactly(
                        "shifter",
                        "--image",
                        "img:1",
                        "--workdir=/tmp/t 1",
                        "-V/a:/b",
                        "-V/c:/d",
                        "-mcvmfs",
                        "-mx",
                        "--",
                        "/bin/bash",
                        "-c",
                        "source env.sh && ./run.sh");
    }

    @Test
    void groupsATaskThatSetupWouldNotStop() {
        assertThat(argv(runner("img:1", "source env.sh", List.of(), List.of()), "a; b"))
                .endsWith("source env.sh && { a; b\n}");
    }

    @Test
    void emptiesBashEnv() {
        Invocation invocation = runner("img:1", "", List.of(), List.of()).invocation(Command.of("x"), Optional.empty());
        assertThat(((Invocation.Program) invocation).environment()).isEqualTo(Map.of("BASH_ENV", ""));
    }

    @Test
    void keepsTheBytesOfTheTask() {
        byte[] task = "echo \u00E9".getBytes(ISO_8859_1);
        Invocation invocation =
                runner("img:1", "", List.of(), List.of()).invocation(Command.of(task), Optional.empty());
        assertThat(((Invocation.Program) invocation).argv().get(6)).isEqualTo(task);
    }

    @Test
    void saysBeforeAnythingStartsThatShifterIsMissing() {
        assertThatThrownBy(() -> runner("img:1", "", List.of(), List.of()).check("mcc", environment()))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.remedy()).contains("module load shifter").contains("--runner default");
                })
                .hasMessage("runner 'mcc' needs the program 'shifter', which is not on PATH");
    }

    @Test
    void isContentWhenShifterIsOnPath() throws Exception {
        standIn();
        assertThatCode(() -> runner("img:1", "", List.of(), List.of()).check("mcc", environment()))
                .doesNotThrowAnyException();
    }

    @Test
    void handsShifterItsArgumentsAndBashTheScript() throws Exception {
        standIn();
        Runner runner = runner("img:1", "export GREETING='hello there'", List.of("/a b:/c"), List.of("cvmfs"));

        assertThat(run(runner, "echo \"$GREETING\"; echo \"[$BASH_ENV]\"")).isEqualTo("hello there\n[]\n");
        assertThat(Files.readString(directory.resolve("arguments")))
                .isEqualTo("<--image><img:1><-V/a b:/c><-mcvmfs><--></bin/bash><-c>"
                        + "<export GREETING='hello there' && { echo \"$GREETING\"; echo \"[$BASH_ENV]\"\n}>");
    }

    @Test
    void stopsTheWholeTaskWhenSetupFails() throws Exception {
        standIn();
        assertThat(run(runner("img:1", "false", List.of(), List.of()), "echo a; echo b"))
                .isEmpty();
    }

    /** Writes a shifter that records its arguments and then runs what comes after {@code --}. */
    private void standIn() throws Exception {
        Path shifter = directory.resolve("shifter");
        Files.writeString(
                shifter,
                "#!/bin/bash\nprintf '<%s>' \"$@\" > " + directory + "/arguments\n"
                        + "while [ \"$1\" != -- ]; do shift; done\nshift\nexec \"$@\"\n");
        Files.setPosixFilePermissions(shifter, PosixFilePermissions.fromString("rwx------"));
    }

    private String run(Runner runner, String task) throws Exception {
        Invocation.Program program = (Invocation.Program) runner.invocation(Command.of(task), Optional.empty());
        List<String> argv = texts(program);
        argv.set(0, directory.resolve(argv.get(0)).toString());
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.environment().put("BASH_ENV", "/nonexistent");
        builder.environment().putAll(program.environment());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private Environment environment() {
        return new Environment(Map.of("PATH", directory.toString()), directory, directory, Optional.empty(), 1000);
    }

    private static Runner runner(String image, String setup, List<String> volumes, List<String> modules) {
        return new ShifterRunner(image, bytes(setup), volumes, modules, false);
    }

    private static List<String> argv(Runner runner, String task) {
        return texts(runner.invocation(Command.of(task), Optional.empty()));
    }

    private static List<String> texts(Invocation invocation) {
        List<String> texts = new ArrayList<>();
        for (byte[] argument : ((Invocation.Program) invocation).argv()) {
            texts.add(new String(argument, UTF_8));
        }
        return texts;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
