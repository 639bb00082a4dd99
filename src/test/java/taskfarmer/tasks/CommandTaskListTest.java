package taskfarmer.tasks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

class CommandTaskListTest {
    @Test
    void wrapsEachLineInTheCommand() throws IOException {
        assertThat(expand("./reco.sh {} > {/.}.out", "data/a.root\ndata/b.root\n"))
                .containsExactly("./reco.sh data/a.root > a.out", "./reco.sh data/b.root > b.out");
    }

    @Test
    void skipsBlankLinesAndCommentsAndStripsWhiteSpace() throws IOException {
        assertThat(expand("cat {}", "# c\n\n  a \r\n \t \n  # d\nb")).containsExactly("cat a", "cat b");
    }

    @ParameterizedTest
    @CsvSource({
        "{},    d/a.tar.gz",
        "{.},   d/a.tar",
        "{/},   a.tar.gz",
        "{//},  d",
        "{/.},  a.tar",
        "{#},   1",
        "{%},   $((TASKFARMER_SLOT+1))",
        "{1},   d/a.tar.gz",
        "{1.},  d/a.tar",
        "{1/},  a.tar.gz",
        "{1//}, d",
        "{1/.}, a.tar",
        "{-1},  d/a.tar.gz",
        "{-1/}, a.tar.gz",
    })
    void knowsGnuParallelsReplacementStrings(String replacement, String expected) throws IOException {
        assertThat(expand("x " + replacement + " y", "d/a.tar.gz")).containsExactly("x " + expected + " y");
    }

    @Test
    void numbersRecordsFromOneWithoutHeaderAndComments() throws IOException {
        assertThat(expand("x {#} {1}", ",", true, "name\n# c\na\n\nb\n")).containsExactly("x 1 a", "x 2 b");
        assertThat(expand("x {#}", "# c\na\nb\n")).containsExactly("x 1", "x 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "cat ${X}", "cat {a,b}", "echo { x }"})
    void appendsTheRecordToACommandWithoutReplacementStrings(String command) throws IOException {
        assertThat(expand(command, "a")).containsExactly(command + " a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${1}",
                "${#}",
                "${}",
                "\\{}",
                "{a,b}",
                "{1..3}",
                "{0}",
                "{01}",
                "{word}",
                "{print $1}",
                "{ }",
                "{x",
                "x}",
                "{+}",
                "{1,2}",
                "{9999999999}",
                "${X:-{ }",
                "$$${1}"
            })
    void leavesOtherBracesAlone(String braces) throws IOException {
        assertThat(expand("x " + braces + " {}", "a")).containsExactly("x " + braces + " a");
    }

    @Test
    void replacesAfterAnEscapedDollarOrBackslash() throws IOException {
        assertThat(expand("log.$${#} \\\\{#}", "a")).containsExactly("log.$$1 \\\\1");
    }

    @Test
    void replacesInsideOtherBraces() throws IOException {
        assertThat(expand("{ cat {}; } > ${OUT:-{/}}", "d/a")).containsExactly("{ cat d/a; } > ${OUT:-a}");
    }

    @Test
    void dividesRecordsIntoColumns() throws IOException {
        assertThat(expand("x {2} {1} {-1} {-3} {}", ",", false, "a,b,c\n")).containsExactly("x b a c a 'a,b,c'");
    }

    @Test
    void takesSeparatorsOfSeveralCharactersLiterally() throws IOException {
        assertThat(expand("x {2}", "::", false, "a::b:c\n")).containsExactly("x b:c");
        assertThat(expand("x {2}", ".", false, "a.b\n")).containsExactly("x b");
    }

    @Test
    void keepsEmptyColumnsAtTheEndsOfATabSeparatedLine() throws IOException {
        assertThat(expand("x {1} {2} {3}", "\\t", false, "\tb\t\r\n")).containsExactly("x '' b ''");
        assertThat(expand("x {1} {2}", "\\t", false, "  a\tb  \n")).containsExactly("x a b");
    }

    @Test
    void takesBackslashSAsASpace() throws IOException {
        assertThat(expand("x {2}", "\\s", false, "a b\n")).containsExactly("x b");
    }

    @Test
    void skipsALineOfNothingButSeparatingTabs() throws IOException {
        assertThat(expand("x {1}", "\\t", false, "\t\t\na\n")).containsExactly("x a");
    }

    @Test
    void namesColumnsByTheHeader() throws IOException {
        assertThat(expand("x {file/.} {n events} {seed} {1}", ",", true, " file , n events,seed\nd/a.x,10,7\n"))
                .containsExactly("x a 10 7 d/a.x");
    }

    @Test
    void takesTheFullNameOfAColumnBeforeAModifier() throws IOException {
        assertThat(expand("x {a.} {a}", ",", true, "a,a.\n1,2\n")).containsExactly("x 2 1");
    }

    @Test
    void makesNothingOfAListWithNothingButAHeader() throws IOException {
        assertThat(expand("x {a}", ",", true, "a,b\n")).isEmpty();
        assertThat(expand("x {a}", ",", true, "")).isEmpty();
    }

    @Test
    void toleratesShortRecordsWhereTheCommandDoesNotMind() throws IOException {
        assertThat(expand("x {a}", ",", true, "a,b\n1\n")).containsExactly("x 1");
    }

    @Test
    void refusesMoreColumnsThanTheHeaderNames() {
        assertThatThrownBy(() -> expand("x {a}", ",", true, "a,b\n1,2\n3,\"4, 5\"\n"))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("line 3: 3 columns, but the header names 2");
    }

    @Test
    void refusesANameThatNoColumnHas() {
        assertThatThrownBy(() -> expand("x {sed.}", ",", true, "# c\nfile,seed\na,1\n"))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.remedy()).contains("{1} = {file}, {2} = {seed}");
                })
                .hasMessage("runs.csv, line 2: there is no column for {sed.} of the command");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{3}", "{-3}", "{3/.}"})
    void refusesAColumnBeyondTheRecord(String replacement) {
        assertThatThrownBy(() -> expand("x " + replacement, ",", false, "a,b,c\n\na,b\n"))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.remedy()).contains("{1}, {2}."))
                .hasMessage("runs.csv, line 3: there is no column for " + replacement + " of the command");
    }

    @Test
    void refusesANamedColumnThatTheRecordLacks() {
        assertThatThrownBy(() -> expand("x {b}", ",", true, "a,b\n1\n"))
                .hasMessage("runs.csv, line 2: there is no column for {b} of the command");
    }

    @Test
    void leavesBracesThatCannotBeNamesAloneUnderAHeader() throws IOException {
        assertThat(expand("awk '{ print }' ${X} {a,b} {1..3} {a}", ",", true, "a\nf\n"))
                .containsExactly("awk '{ print }' ${X} {a,b} {1..3} f");
    }

    @Test
    void refusesAHeaderThatNamesTwoColumnsAlike() {
        assertThatThrownBy(() -> expand("x {a}", ",", true, "a,b,a\n"))
                .hasMessage("runs.csv, line 1: two columns are called 'a'");
    }

    @Test
    void refusesANulByteNamingListAndLine() {
        assertThatThrownBy(() -> expand("x", "a\nb\0\n")).hasMessage("runs.csv, line 2: a NUL byte");
    }

    @Test
    void refusesACommandThatIsEmpty() {
        assertThatThrownBy(() -> handler("  \n ", "", false)).hasMessage("key 'command' is empty");
    }

    @Test
    void refusesAHeaderWithoutSeparator() {
        assertThatThrownBy(() -> handler("x", "", true)).hasMessage("key 'header' needs key 'separator'");
    }

    @Test
    void joinsTheLinesOfACommandBySpaces() throws IOException {
        assertThat(expand("./reco.sh\n--in {}\n--fast", "a")).containsExactly("./reco.sh --in a --fast");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a.root|a.root",
                "/d/a-b_c+1@x%2:3.txt|/d/a-b_c+1@x%2:3.txt",
                "-rf|-rf",
                "a b|'a b'",
                "it's|'it'\\''s'",
                "'|''\\'''",
                "$x|'$x'",
                "a\\b|'a\\b'",
                "*|'*'",
                "~|'~'",
                "A=b|'A=b'",
                "a,b|'a,b'",
                "a;b|'a;b'",
                "a{b|'a{b'",
                "!|'!'",
                "ü|'ü'",
            })
    void quotesWhatIsNotSafe(String value, String expected) throws IOException {
        assertThat(expand("x {}", value)).containsExactly("x " + expected);
    }

    @Test
    void quotesAnEmptyValue() throws IOException {
        assertThat(expand("x {1} {2} \"{2}\"", ",", false, "a,\n")).containsExactly("x a '' \"\"");
    }

    @Test
    void doesNotLetANumberBecomeAFileDescriptor() throws IOException {
        assertThat(expand("echo {}>out {#}>>log", "2")).containsExactly("echo '2'>out '1'>>log");
    }

    @Test
    void keepsBytesThatAreNotUtf8() throws IOException {
        byte[] command = "echo \u00E9 {}".getBytes(ISO_8859_1);
        byte[] list = "\u00FC \u0085\n".getBytes(ISO_8859_1);
        List<byte[]> commands = new ArrayList<>();

        new CommandTaskList(command, new byte[0], false)
                .read(
                        new ByteArrayInputStream(list),
                        "runs.csv",
                        c -> commands.add(c.command().bytes()));

        assertThat(commands).hasSize(1);
        assertThat(commands.get(0)).isEqualTo("echo \u00E9 '\u00FC \u0085'".getBytes(ISO_8859_1));
    }

    @Test
    void findsColumnsWhoseNamesAreNotAscii() throws IOException {
        assertThat(expand("x {größe}", ";", true, "größe;b\n1;2\n")).containsExactly("x 1");
    }

    static List<String> expand(String command, String list) throws IOException {
        return expand(command, "", false, list);
    }

    static List<String> expand(String command, String separator, boolean header, String list) throws IOException {
        List<String> commands = new ArrayList<>();
        handler(command, separator, header)
                .read(
                        new ByteArrayInputStream(list.getBytes(UTF_8)),
                        "runs.csv",
                        c -> commands.add(c.command().text()));
        return commands;
    }

    private static CommandTaskList handler(String command, String separator, boolean header) {
        return new CommandTaskList(command.getBytes(UTF_8), separator.getBytes(UTF_8), header);
    }
}
