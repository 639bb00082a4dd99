package taskfarmer.tasks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real bash makes of the commands; texts are bytes as characters here. */
class CommandTaskListInBashTest {
    private static final String SHOW = "printf '<%s>' ";

    @TempDir
    private Path directory;

    static List<String> awkwardValues() {
        return List.of(
                "plain.txt",
                "two words",
                "  inner   spaces  kept",
                "it's",
                "'",
                "''",
                "\"double\"",
                "mix'ed\"quotes",
                "$x ${x} $(echo no) `echo no`",
                "back\\slash\\\\es\\",
                "*",
                "?[a-z]{a,b}",
                "~",
                "~root",
                "-n",
                "--help",
                "a=b",
                "!x!!",
                "no # comment",
                "a;b&c|d<e>f(g)",
                "tab\there",
                "car\rreturn",
                "caf\u00C3\u00A9",
                "caf\u00E9 \u00A0\u0085",
                "\u0001\u001b\u007f");
    }

    @ParameterizedTest
    @MethodSource("awkwardValues")
    void keepsAValueOneArgumentWhereverItStands(String value) throws Exception {
        String stripped = value.strip();
        assertThat(bash(SHOW + "{}", stripped)).isEqualTo("<" + stripped + ">");
        assertThat(bash(SHOW + "\"{}\" '{}' x{}y", stripped))
                .isEqualTo("<" + stripped + "><" + stripped + "><x" + stripped + "y>");
        assertThat(bash(SHOW + "\"a {} b\" 'a {} b' $'a\\t{} b'", stripped))
                .isEqualTo("<a " + stripped + " b><a " + stripped + " b><a\t" + stripped + " b>");
    }

    @ParameterizedTest
    @MethodSource("awkwardValues")
    void keepsAValueOneArgumentInsideCommandSubstitutions(String value) throws Exception {
        String stripped = value.strip();
        String inner = "<" + stripped + ">";
        assertThat(bash("printf %s \"$(" + SHOW + "{})\"", stripped)).isEqualTo(inner);
        assertThat(bash("printf %s \"$(" + SHOW + "\"{}\")\" \"$( (" + SHOW + "'{}') )\"", stripped))
                .isEqualTo(inner + inner);
        assertThat(bash("y=`" + SHOW + "{}`; printf %s \"$y\"", stripped)).isEqualTo(inner);
        assertThat(bash("y=\"`" + SHOW + "{}`\"; printf %s \"$y\" {#}", stripped))
                .isEqualTo(inner + "1");
    }

    @ParameterizedTest
    @MethodSource("awkwardValues")
    void handsAValueToASecondShellAsAnArgument(String value) throws Exception {
        String stripped = value.strip();
        assertThat(bash("sh -c 'printf \"<%s>\" \"$1\"' sh {}", stripped)).isEqualTo("<" + stripped + ">");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{%}", "\"{%}\"", "'{%}'", "$'{%}'", "\"$(echo {%})\""})
    void givesTheSlotFromOne(String replacement) throws Exception {
        assertThat(bash(SHOW + replacement, "a")).isEqualTo("<4>");
    }

    @Test
    void worksOnFilesWithAwkwardNames() throws Exception {
        for (String name : List.of("a b.txt", "it's $x.txt", "back\\slash*.txt", "-n.txt")) {
            Files.writeString(directory.resolve(name), "content of " + name);
        }
        assertThat(bash("cat < {} > {.}.out; cat -- {.}.out", "a b.txt")).isEqualTo("content of a b.txt");
        assertThat(directory.resolve("a b.out")).exists();
        assertThat(bash("cat \"{}\"", "it's $x.txt")).isEqualTo("content of it's $x.txt");
        assertThat(bash("cat '{}'", "back\\slash*.txt")).isEqualTo("content of back\\slash*.txt");
        assertThat(bash("cat -- {}", "-n.txt")).isEqualTo("content of -n.txt");
    }

    @Test
    void writesANumberAndDoesNotRedirectIt() throws Exception {
        assertThat(bash("echo {}>out; cat out", "2")).isEqualTo("2\n");
    }

    @Test
    void leavesTheShellItsOwnBraces() throws Exception {
        assertThat(bash("echo ${x} {a,b} {1..3} | awk '{ print $1 }'; echo {}", "z"))
                .isEqualTo("vx\nz\n");
    }

    /** Returns what {@code bash -c COMMAND} prints, in slot 3 and with {@code x=vx}. */
    private String bash(String command, String record) throws IOException, InterruptedException {
        List<byte[]> commands = new ArrayList<>();
        new CommandTaskList(command.getBytes(ISO_8859_1), new byte[0], false)
                .read(
                        new ByteArrayInputStream(record.getBytes(ISO_8859_1)),
                        "list",
                        c -> commands.add(c.command().bytes()));
        Path script = directory.resolve("command");
        Files.write(script, commands.get(0));

        // The bytes go through a file: as an argument of a Java process they would depend on the locale.
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "exec bash -c \"$(cat command)\"");
        builder.directory(directory.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("TASKFARMER_SLOT", "3");
        builder.environment().put("x", "vx");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return output;
    }
}
