package taskfarmer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.config.Environment;
import taskfarmer.model.Command;

class PlainCommandsTest {
    @TempDir
    private Path directory;

    private Path bin;
    private final Map<String, String> variables = new HashMap<>();

    @BeforeEach
    void makePrograms() throws IOException {
        bin = Files.createDirectory(directory.resolve("bin"));
        program("prog", "#!/bin/sh\necho prog\n");
        program("a.out-2+x", "#!/bin/sh\n");
        program("naked", "echo I have no first line\n");
        program("empty", "");
        Files.copy(Path.of("/bin/sh"), bin.resolve("binary"));
        Files.writeString(bin.resolve("data"), "#!/bin/sh\n");
        Files.createDirectory(bin.resolve("directory"));
        // A program for everything that bash would take for something else.
        for (String name : List.of("echo", "if", "test", "[", "time", "coproc", "%1", "a=b", "source", "chdir")) {
            program(name, "#!/bin/sh\n");
        }
        variables.put("PATH", bin + ":/usr/bin:/bin");
    }

    private void program(String name, String contents) throws IOException {
        Path file = Files.writeString(bin.resolve(name), contents);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private boolean isPlain(String command) {
        Environment environment = new Environment(Map.copyOf(variables), directory, directory, Optional.empty(), 0);
        return new PlainCommands(environment).contains(Command.of(command));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prog",
                "prog a b c",
                "prog\ta",
                "prog  a ",
                "prog --x=1 -y /tmp/file.txt a:b,c@d+e%f",
                "prog a=b",
                "prog if then echo",
                "a.out-2+x",
                "binary",
                "bin/prog x",
                "./bin/prog",
                "sleep 1",
                "env A=1 prog"
            })
    void holdsWordsThatStartWithAProgram(String command) {
        assertThat(isPlain(command)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prog 'a'", "prog \"a\"", "prog \\a", "prog $HOME", "prog `id`", "prog ~", "prog ~/x", "prog *.txt",
                "prog a?", "prog [ab]", "prog {a,b}", "prog a;b", "prog a&", "prog a|b", "prog <in", "prog >out",
                "prog (a)", "prog #x", "prog !x", "prog a^b", "prog \u00e4", "prog \u0007", "prog a\rb"
            })
    void holdsNothingThatMeansSomethingToAShell(String command) {
        assertThat(isPlain(command)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo x",
                "if",
                "test -e x",
                "[",
                "time prog",
                "coproc prog",
                "%1",
                "a=b",
                "a=b prog",
                "source x",
                "chdir x",
                "PATH=/x prog"
            })
    void holdsNothingThatBashTakesForSomethingElse(String command) {
        assertThat(isPlain(command)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"missing", "./missing", "data", "./bin/data", "directory", "bin", "./bin/directory", " prog"})
    void holdsNothingThatIsNoProgram(String command) {
        assertThat(isPlain(command)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"naked", "empty"})
    void holdsNoScriptWithoutInterpreter(String command) {
        assertThat(isPlain(command)).isFalse();
    }

    @Test
    void holdsNothingThatAnExportedFunctionReplaces() {
        variables.put("BASH_FUNC_prog%%", "() {  echo function; }");
        assertThat(isPlain("prog")).isFalse();
        assertThat(isPlain("binary prog")).isTrue();
    }

    /** bash -c reads that file first: it may define functions, or change what PATH finds. */
    @Test
    void holdsNothingWhileBashReadsAFileFirst() {
        variables.put("BASH_ENV", directory.resolve("init").toString());
        assertThat(isPlain("prog")).isFalse();
        variables.put("BASH_ENV", "");
        assertThat(isPlain("prog")).isTrue();
    }

    static List<String> takenWords() throws IOException, InterruptedException {
        Process bash = new ProcessBuilder("bash", "-c", "compgen -bk").start();
        try (var out = bash.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } finally {
            bash.waitFor();
        }
    }

    @ParameterizedTest
    @MethodSource("takenWords")
    void holdsNoBuiltinOrKeywordOfThisBash(String word) throws IOException {
        if (!word.equals(".")) {
            program(word, "#!/bin/sh\n");
        }
        assertThat(isPlain(word)).isFalse();
    }
}
