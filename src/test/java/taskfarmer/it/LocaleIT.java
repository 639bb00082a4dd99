package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes that are not ASCII, in the locale that batch jobs have. Names are written in bash's own escapes, so that the
 * locale of these tests does not matter.
 */
class LocaleIT extends FarmTest {
    private static final String UTF8 = "caf\\303\\251-\\342\\202\\254";
    private static final String LATIN1 = "caf\\351-\\200";

    private static Path launcher;

    @BeforeAll
    static void install(@TempDir Path installation) {
        launcher = Launcher.install(installation);
    }

    @ParameterizedTest
    @CsvSource({"C, false", "POSIX, false", "C, true", "C.UTF-8, true", "C.UTF-8, false"})
    void commandsKeepTheirBytes(String locale, boolean byLauncher) {
        byte[] utf8 = "echo 'caf\u00e9 \u20ac \ud83d\ude00'".getBytes(StandardCharsets.UTF_8);
        byte[] latin1 = "echo 'caf\u00e9 \u00ff'".getBytes(StandardCharsets.ISO_8859_1);
        byte[] words = "/bin/echo caf\u00e9".getBytes(StandardCharsets.UTF_8);
        String lines = latin(utf8) + "\n" + latin(latin1) + "\n" + latin(words) + "\n";
        write(dir.resolve("tasks.txt"), lines.getBytes(StandardCharsets.ISO_8859_1));
        Start start = taskfarmer("-v", "tasks.txt").with("LC_ALL", locale);
        (byLauncher ? start.by(launcher) : start).run().exits(0).withoutComplaint();
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished())
                .containsEntry(0, latin(utf8))
                .containsEntry(1, latin(latin1))
                .containsEntry(2, latin(words));
        assertThat(latin(bytes(work.file("logs/log_0")))).isEqualTo(latin(utf8).replaceAll("echo '|'", "") + "\n");
        assertThat(latin(bytes(work.file("logs/log_1")))).isEqualTo("caf\u00e9 \u00ff\n");
        assertThat(latin(bytes(work.file("logs/log_2")))).isEqualTo(latin(words).substring(10) + "\n");
        assertThat(work.attempts())
                .extracting(event -> event.fields().get("name"))
                .contains("echo 'caf\u00e9 \u20ac \ud83d\ude00'", "/bin/echo caf\u00e9", "echo 'caf\ufffd \ufffd'");
    }

    @ParameterizedTest
    @CsvSource({
        "'LC_ALL=C', 'C,,'",
        "'LC_ALL=', ',,'",
        "'LANG=C', ',C,'",
        "'LANG=en_US.ISO-8859-1 LC_CTYPE=C', ',en_US.ISO-8859-1,C'",
        "'LC_ALL=C.UTF-8', 'C.UTF-8,,'",
        "'LANG=C.UTF-8', ',C.UTF-8,'",
        "'LC_ALL=de_DE.nowhere LANG=C.UTF-8', 'de_DE.nowhere,C.UTF-8,'",
    })
    void tasksSeeTheUsersOwnLocale(String variables, String seen) {
        list(
                "tasks.txt",
                "echo \"$LC_ALL,$LANG,$LC_CTYPE\"",
                "env | grep -c '^TASKFARMER_USER'",
                "env | grep ^LC_ALL=");
        Start start = taskfarmer("tasks.txt").by(launcher).without("LC_ALL");
        for (String variable : variables.split(" ")) {
            start.with(variable.split("=")[0], variable.substring(variable.indexOf('=') + 1));
        }
        start.run().exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(work.log(0).lines().reduce((first, last) -> last)).hasValue(seen);
        assertThat(work.log(1)).endsWith("0\n");
        assertThat(work.finished().containsKey(2)).isEqualTo(variables.contains("LC_ALL"));
    }

    @ParameterizedTest
    @CsvSource({"C, " + UTF8, "C, " + LATIN1, "C.UTF-8, " + UTF8, "C.UTF-8, " + LATIN1})
    void pathsMayHaveAnyBytesWithTheLauncher(String locale, String name) {
        String list =
                "n=$'" + name + "'; printf 'echo hi; pwd | od -An -tx1; [ -d \"$TASKFARMER_WORKDIR\" ]\\nfalse\\n'";
        taskfarmer("--proc", "1")
                .by(launcher)
                .with("LC_ALL", locale)
                .script(list + " > \"list $n\"; \"$@\" \"list $n\"; s=$?; cp -r \"list ${n}_workdir\" copy; exit $s")
                .run()
                .exits(1)
                .withoutComplaint();
        assertThat(new Work(dir.resolve("copy")).isSound().finished()).hasSize(1);
        // An absolute path, a work directory, SCRATCH, the home and the current directory.
        taskfarmer("--proc", "1")
                .by(launcher)
                .with("LC_ALL", locale)
                .script(list + " > \"list $n\"; mkdir \"in $n\" \"scratch $n\" \"home $n\"; cd \"in $n\""
                        + " && export SCRATCH=\"$PWD/../scratch $n\" HOME=\"$PWD/../home $n\""
                        + " && \"$@\" -w \"work $n\" \"$PWD/../list $n\"; s=$?"
                        + "; \"$@\" -w \"work $n\" \"../list $n\"; s=$s$?"
                        + "; cp -r \"work $n\" ../copy2; ls -A \"../scratch $n\"; exit $s")
                .run()
                .exits(11)
                .says(".taskfarmer-")
                .withoutComplaint();
        assertThat(new Work(dir.resolve("copy2")).isSound().finished()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {UTF8, LATIN1})
    void plainJavaSaysWhichVariableToSet(String name) {
        taskfarmer("--proc", "1")
                .with("LC_ALL", "C")
                .script("n=$'" + name + "'; echo 'echo >> ran' > \"$n\"; \"$@\" \"$n\"")
                .run()
                .exits(2)
                .inWords()
                .complains("LC_ALL", "C.UTF-8", "./taskfarmer");
        list("tasks.txt", "echo >> ran");
        taskfarmer("tasks.txt")
                .with("LC_ALL", "C")
                .script("n=$'" + name + "'; \"$@\" -w \"$n\"")
                .run()
                .exits(2)
                .inWords()
                .complains("LC_ALL");
        assertThat(lines("ran")).isEmpty();
    }

    /** What it does not have to open by name it may well manage; if not, it says so in the same words. */
    @ParameterizedTest
    @CsvSource({
        UTF8 + ", mkdir \"in $n\"; cd \"in $n\"",
        LATIN1 + ", mkdir \"in $n\"; cd \"in $n\"",
        UTF8 + ", mkdir \"home $n\"; export HOME=\"$PWD/home $n\"",
        LATIN1 + ", mkdir \"home $n\"; export HOME=\"$PWD/home $n\"",
        UTF8 + ", mkdir \"scratch $n\"; export SCRATCH=\"$PWD/scratch $n\"",
        LATIN1 + ", mkdir \"scratch $n\"; export SCRATCH=\"$PWD/scratch $n\"",
    })
    void plainJavaIsNotConfusedBySuchSurroundings(String name, String script) {
        list("tasks.txt", "echo hi");
        Ended end = taskfarmer("-w", "work", dir.resolve("tasks.txt").toString())
                .with("LC_ALL", "C")
                .script("n=$'" + name + "'; " + script + "; \"$@\"")
                .run();
        if (end.status() != 0) {
            end.exits(2).inWords().complains("LC_ALL");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {UTF8, LATIN1})
    void plainJavaTakesSuchPathsInAUtf8Locale(String name) {
        taskfarmer("--proc", "1")
                .script("n=$'" + name
                        + "'; echo 'echo hi' > \"$n\"; \"$@\" \"$n\"; s=$?; cp -r \"${n}_workdir\" copy; exit $s")
                .run()
                .exits(0)
                .withoutComplaint();
        assertThat(new Work(dir.resolve("copy")).isSound().finished()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"C, false", "C, true", "C.UTF-8, false", "C.UTF-8, true"})
    void variablesKeepTheirBytes(String locale, boolean byLauncher) {
        list("tasks.txt", "printf %s \"$VALUE\"", "printenv -0 VALUE");
        Start start = taskfarmer("tasks.txt").with("LC_ALL", locale);
        (byLauncher ? start.by(launcher) : start)
                .script("export VALUE=$'" + UTF8 + "|" + LATIN1 + "'; exec \"$@\"")
                .run()
                .exits(0);
        String expected = latin("caf\u00e9-\u20ac|".getBytes(StandardCharsets.UTF_8)) + "caf\u00e9-\u0080";
        Work work = work("tasks.txt").isSound();
        assertThat(latin(bytes(work.file("logs/log_0")))).isEqualTo(expected);
        assertThat(latin(bytes(work.file("logs/log_1")))).isEqualTo(expected + "\0");
    }

    @Test
    void aListMayHaveAByteOrderMark() {
        write(dir.resolve("tasks.txt"), "\u00ef\u00bb\u00bfecho hi\n".getBytes(StandardCharsets.ISO_8859_1));
        Ended end = run("tasks.txt");
        assertThat(end.status()).isIn(0, 1, 2); // whatever it is, it is said
        work("tasks.txt").isSound();
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
