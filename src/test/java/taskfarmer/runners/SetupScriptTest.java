package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetupScriptTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "./run.sh",
                "a && b",
                "a | b",
                "a >out 2>&1",
                "a &>out",
                "a &>>out",
                "a >&2",
                "a <&3",
                "a && b >&2 && c",
                "a # comment",
                "echo \"x y\" 'z'",
                "! a",
                "echo a \\",
            })
    void joinsSetupAndTaskExactly(String task) {
        assertThat(script("source env.sh", task)).isEqualTo("source env.sh && " + task);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a; b", "a || b", "a & b", "a &", "a && b || c", "a |& b", "a >&2 & b", "echo ';'"})
    void groupsATaskThatSetupWouldNotStop(String task) {
        assertThat(script("source env.sh", task)).isEqualTo("source env.sh && { " + task + "\n}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"source env.sh # mine", "a\nb", "a &", "a;", "a \\\\"})
    void groupsASetupThatWouldSwallowTheTask(String setup) {
        assertThat(script(setup, "t")).isEqualTo("{ " + setup + "\n} && t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n"})
    void leavesTheTaskAloneWithoutSetup(String setup) {
        assertThat(script(setup, "a; b")).isEqualTo("a; b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo ran", "echo ran; echo ran", "false || echo ran", "echo ran & wait", "true && echo ran # x; y",
                "echo ran |& cat", "if true; then echo ran; fi", "(echo ran; echo ran)", "echo ran; # end",
                        "echo ran; \\"
            })
    void runsNothingOfTheTaskWhenSetupFails(String task) throws Exception {
        for (String setup : new String[] {"false", "(exit 3)", "false # why", "true\nfalse", "true; false;"}) {
            assertThat(bash(setup, task)).as(setup).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "echo a~a",
                "echo a; echo b~a b",
                "false || echo a~a",
                "echo a & wait~a",
                "echo a; echo b # c~a b",
                "echo a; echo b \\~a b \\",
                "echo $X; echo $$ >/dev/null~1",
            })
    void runsTheTaskAsWrittenWhenSetupSucceeds(String task, String expected) throws Exception {
        for (String setup : new String[] {"export X=1", "export X=1 # why", "true\nexport X=1", "export X=1;"}) {
            assertThat(bash(setup, task).strip().replace('\n', ' ')).as(setup).isEqualTo(expected);
        }
    }

    @Test
    void keepsBytesThatAreNotUtf8() {
        byte[] setup = "echo \u00E9".getBytes(ISO_8859_1);
        byte[] task = "echo \u00FC; x".getBytes(ISO_8859_1);
        assertThat(new SetupScript(setup).with(task))
                .isEqualTo("echo \u00E9 && { echo \u00FC; x\n}".getBytes(ISO_8859_1));
    }

    private static String script(String setup, String task) {
        return new String(new SetupScript(setup.getBytes(UTF_8)).with(task.getBytes(UTF_8)), UTF_8);
    }

    private static String bash(String setup, String task) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", script(setup, task)).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(errors).isEmpty();
        return output;
    }
}
