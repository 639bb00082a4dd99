package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.config.Extra;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;
import taskfarmer.model.Invocation;
import taskfarmer.model.Task;

class WrappingTest {
    @TempDir
    private Path directory;

    private final Map<String, String> environment = new TreeMap<>();

    private record Outcome(int status, String output) {}

    @Test
    void setsVariablesAsTheyStand() throws Exception {
        String value = "it's $HOME \"x\" \\ `id`\nand \u00e9 ";
        assertThat(run(Map.of("env.Mixed_Case", value), "printf %s \"$Mixed_Case\"; sh -c 'printf %s \"$Mixed_Case\"'")
                        .output())
                .isEqualTo(value + value);
    }

    @Test
    void leavesVariablesToTheTaskThatSetsThemItself() {
        Wrapping wrapping = Wrapping.of(new TreeMap<>(Map.of("env.A", "1", "env.B", "2")));
        assertThat(new String(wrapping.around("x".getBytes(UTF_8), Set.of("A")), UTF_8))
                .isEqualTo("export B='2'\nx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"env.1a", "env.", "env.a-b", "env.TASKFARMER_FARMER", "env.TASKFARMER_TASK_ID"})
    void refusesWhatIsNoNameForAVariable(String key) {
        assertThatThrownBy(() -> Wrapping.check(key, "x"))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("'" + key + "'");
    }

    @Test
    void putsDirectoriesBeforePath() throws Exception {
        environment.put("HOME", "/home/me you");
        environment.put("PATH", "/usr/bin:/bin");
        Map<String, String> path = Map.of("path", "/a $b: ~/bin :relative:~");
        assertThat(run(path, "echo \"$PATH\"").output())
                .isEqualTo("/a $b:/home/me you/bin:relative:/home/me you:/usr/bin:/bin\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X=1; echo pre", "X=1 # why", "echo 'a'\nX=1 && :", "X=1;"})
    void runsTheTaskAsWrittenInTheShellThatPreHasLeft(String pre) throws Exception {
        for (String post : new String[] {"", "true"}) {
            Outcome end = run(Map.of("pre", pre, "post", post), "echo task $X; echo it''s # and no more \\");
            assertThat(end.output()).endsWith("task 1\nits\n");
            assertThat(end.status()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "(exit 1)", "true\nfalse", "true; false;", "false # why", "false || exit 1"})
    void runsNothingOfTheTaskWhenPreFails(String pre) throws Exception {
        for (String task : new String[] {"echo ran", "echo ran; echo ran", "false || echo ran", "echo ran & wait"}) {
            for (String post : new String[] {"", "echo ran"}) {
                Outcome end = run(Map.of("pre", pre, "post", post), task);
                assertThat(end.output()).doesNotContain("ran\n");
                assertThat(end.status()).isEqualTo(1);
            }
        }
    }

    @Test
    void saysThatPreHasFailed() throws Exception {
        assertThat(run(Map.of("pre", "(exit 7)"), "echo ran"))
                .isEqualTo(
                        new Outcome(7, "taskfarmer: 'pre' has failed with exit status 7; the task was not started\n"));
    }

    @Test
    void runsNothingOfTheTaskWhenPreIsNoShellText() throws Exception {
        for (String pre : new String[] {"echo \"", "echo '", "(", "}"}) {
            Outcome end = run(Map.of("pre", pre), "echo \"ran\" 'ran'");
            assertThat(end.output().lines()).as(pre).doesNotContain("ran ran");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "echo task~0~task",
                "exit 3~3~",
                "exec echo task~0~task",
                "exec false~1~",
                "trap 'echo mine' EXIT; exit 4~4~mine",
                "set -e; false; echo no~1~",
                "echo a; } ; echo b~2~syntax",
                "echo 'a~2~matching",
                "-no-option~127~not found",
                "true # comment~0~",
                "false ||~2~syntax",
                "kill -9 $BASHPID~137~",
                "kill -s TERM $BASHPID~143~",
                "cd /; X=2~0~",
            })
    void runsPostWhateverTheTaskDoes(String task, int status, String said) throws Exception {
        Outcome end = run(Map.of("pre", "X=1", "post", "echo post $X $TASKFARMER_EXIT_STATUS; pwd; exit 9"), task);
        assertThat(end.status()).isEqualTo(status);
        assertThat(end.output()).contains(said == null ? "" : said);
        assertThat(end.output()).endsWith("post 1 " + status + "\n" + directory.toRealPath() + "\n");
        assertThat(end.output()).doesNotContain("Killed", "Terminated");
    }

    @Test
    void keepsWhatPreHasSetOfTheShell() throws Exception {
        assertThat(run(Map.of("pre", "set -e", "post", "echo post"), "false; echo no"))
                .isEqualTo(new Outcome(1, "post\n"));
        assertThat(run(Map.of("pre", "f() { echo f; }", "post", "f"), "f")).isEqualTo(new Outcome(0, "f\nf\n"));
    }

    /** As a slot's session is: all processes get the signal. */
    @Test
    void runsPostAlsoWhenAllAreToldToEnd() throws Exception {
        Process process = start(Map.of("post", "echo post $TASKFARMER_EXIT_STATUS"), "echo up; exec sleep 1000", true);
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("up");
            new ProcessBuilder("bash", "-c", "kill -s TERM -- -" + process.pid())
                    .start()
                    .waitFor();
            assertThat(process.inputReader().readLine()).isEqualTo("post 143");
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
        } finally {
            new ProcessBuilder("bash", "-c", "kill -s KILL -- -" + process.pid() + " 2>/dev/null")
                    .start()
                    .waitFor();
        }
    }

    @Test
    void keepsBytesThatAreNotUtf8() {
        Wrapping wrapping = Wrapping.of(new TreeMap<>(Map.of("env.A", "\u00e9", "pre", "\u00fc", "post", "\u00e8")));
        String script = new String(wrapping.around("\u00c4".getBytes(ISO_8859_1), Set.of()), ISO_8859_1);
        assertThat(script).contains("'\u00e9'", "' \u00fc'", "' \u00c4'", "' \u00e8'");
    }

    @Test
    void loadsModulesByTheFunctionThatIsThere() throws Exception {
        Map<String, String> options = Map.of(
                "modules", "gcc/12 it's",
                "pre", "echo pre $LOADED");
        assertThat(run(options, "echo task $LOADED", "module() { LOADED=$LOADED:$2; echo \"$@\"; }\n"))
                .isEqualTo(new Outcome(0, "load gcc/12\nload it's\npre :gcc/12:it's\ntask :gcc/12:it's\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LMOD_PKG", "MODULESHOME"})
    void findsTheModuleFunctionWhereItIsInstalled(String variable) throws Exception {
        Path init = Files.createDirectories(directory.resolve("my lmod/init")).resolve("bash");
        Files.writeString(init, "module() { echo here \"$@\"; }\n");
        environment.put(variable, directory.resolve("my lmod").toString());
        // A machine that has modules of its own has them by another function.
        assertThat(run(
                        Map.of("modules", "a"),
                        "echo task",
                        "command() { [ -n \"$(declare -F module)\" ]; }\n"
                                + "[() { case $2 in /etc/*) return 1 ;; esac; builtin [ \"$@\"; }\n"))
                .isEqualTo(new Outcome(0, "here load a\ntask\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "module() { echo sorry; [ $2 != b ]; }~b",
                "export MODULE_VERSION=3.2.10; module() { echo sorry; [ $2 = b ] || LOADEDMODULES=$2/1; }~b",
                "module() { echo sorry; return 1; }~a",
            })
    void failsTheTaskForAModuleThatCannotBeLoaded(String module, String name) throws Exception {
        Outcome end = run(Map.of("modules", "a b", "pre", "echo pre", "post", "echo post"), "echo ran", module + "\n");
        assertThat(end.output())
                .endsWith("sorry\ntaskfarmer: module '" + name + "' cannot be loaded; the task was not started\n")
                .doesNotContain("ran", "pre", "post");
        assertThat(end.status()).isEqualTo(1);
    }

    @Test
    void takesAModuleForLoadedThatWasLoadedBefore() throws Exception {
        String old = "export MODULE_VERSION=3.2.10 LOADEDMODULES=x/1:a/2; module() { :; }\n";
        assertThat(run(Map.of("modules", "a x/1"), "echo ran", old)).isEqualTo(new Outcome(0, "ran\n"));
    }

    @Test
    void wrapsWhatTheShellRuns() {
        Invocation.Program program = (Invocation.Program)
                wrapped(new BasicRunner(), "env.A", "1", "zsh").invocation(context("echo a; exit 3", Attributes.NONE));
        assertThat(texts(program)).containsExactly("zsh", "-c", "export A='1'\necho a; exit 3");
        assertThat(program.environment()).isEmpty();
    }

    @Test
    void wrapsAProgramFromOutside() throws Exception {
        Runner own = (command, temporary) -> new Invocation.Program(
                List.of("printf".getBytes(UTF_8), "%s.".getBytes(UTF_8), command.bytes()), Map.of("A", "b"));
        for (String key : List.of("pre", "post")) {
            Invocation.Program program = (Invocation.Program)
                    wrapped(own, key, "echo $A", "zsh").invocation(context("it's $A; x", Attributes.NONE));
            assertThat(program.environment()).isEqualTo(Map.of("A", "b"));
            environment.put("A", "b");
            assertThat(finished(start(texts(program))).output())
                    .isEqualTo(key.equals("pre") ? "b\nit's $A; x." : "it's $A; x.b\n");
        }
    }

    @Test
    void wrapsTheTaskInsideOfAContainer() {
        Runner shifter = new ShifterRunner("img", "setup".getBytes(UTF_8), List.of(), List.of(), true);
        Runner runner = wrapped(shifter, "env.A", "1", "zsh");
        assertThat(runner.usesTempDirectory()).isTrue();
        Invocation inside = runner.invocation(new Runner.Context(
                new Task(Command.of("a; b"), Attributes.NONE), 1, 1, Optional.of(Path.of("/tmp/t"))));
        assertThat(texts((Invocation.Program) inside))
                .startsWith("shifter", "--image", "img", "--workdir=/tmp/t")
                .endsWith("-c", "setup && { export A='1'\na; b\n}");
    }

    @Test
    void changesNothingWhereNothingIsAskedFor() {
        Runner runner = new BasicRunner();
        assertThat(Runners.complete(
                        runner,
                        Stream.of("pre", "post", "path", "modules")
                                .map(key -> new Extra(key, " ", "x.ini, section [x]"))
                                .toList(),
                        "bash"))
                .isSameAs(runner);
    }

    private static Runner wrapped(Runner runner, String key, String value, String shell) {
        return Runners.complete(runner, List.of(new Extra(key, value, "x.ini, section [x]")), shell);
    }

    private static Runner.Context context(String command, Attributes attributes) {
        return new Runner.Context(new Task(Command.of(command), attributes), 0, 1, Optional.empty());
    }

    private static List<String> texts(Invocation.Program program) {
        return program.argv().stream()
                .map(argument -> new String(argument, UTF_8))
                .toList();
    }

    private Outcome run(Map<String, String> options, String task) throws Exception {
        return run(options, task, "");
    }

    /** Runs a task by bash after some text that makes the shell what it is to find. */
    private Outcome run(Map<String, String> options, String task, String first) throws Exception {
        return finished(start(List.of("bash", "-c", first + script(options, task))));
    }

    private Process start(Map<String, String> options, String task, boolean inSession) throws Exception {
        List<String> argv = new ArrayList<>(inSession ? List.of("setsid") : List.of());
        argv.addAll(List.of("bash", "-c", script(options, task)));
        return start(argv);
    }

    private static String script(Map<String, String> options, String task) {
        Map<String, String> raw = new TreeMap<>();
        options.forEach((key, value) -> raw.put(key, new String(value.getBytes(UTF_8), ISO_8859_1)));
        return new String(Wrapping.of(new TreeMap<>(raw)).around(task.getBytes(UTF_8), Set.of()), UTF_8);
    }

    private Process start(List<String> argv) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.directory(directory.toFile());
        for (String name : List.of("LMOD_PKG", "MODULESHOME", "MODULE_VERSION", "LOADEDMODULES", "BASH_ENV")) {
            builder.environment().remove(name);
        }
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Outcome finished(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output);
    }
}
