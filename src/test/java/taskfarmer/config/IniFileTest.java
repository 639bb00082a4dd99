package taskfarmer.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

class IniFileTest {
    private static final Path FILE = Path.of("/home/ada/a.ini");

    @Test
    void readsSectionsAndKeysInOrder() {
        IniFile ini = parse("[b]\nz = 1\ny = 2\n\n[a]\nx = 3\n");
        assertThat(ini.sections()).extracting(IniSection::name).containsExactly("b", "a");
        assertThat(section(ini, "b").ownKeys()).containsExactly("z", "y");
        assertThat(section(ini, "a").value("x")).hasValue("3");
        assertThat(section(ini, "a").value("z")).isEmpty();
        assertThat(ini.section("c")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"key=v w", "key = v w ", "key:v w", "key :  v w", "KEY = v w", "  key = v w", "Key\t=\tv w\r"})
    void readsAValueHoweverItIsWritten(String line) {
        assertThat(section(parse("[s]\n" + line + "\n"), "s").value("key")).hasValue("v w");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a=b:c=d|a=b:c=d",
                "docker:x/y:1.5-z|docker:x/y:1.5-z",
                "C:\\new\\table\\|C:\\new\\table\\",
                "\\t|\\t",
                "\\u0041|\\u0041",
                "a # b ; c|a # b ; c",
                "\"quoted\"|\"quoted\"",
                "'a'|'a'",
                "<x>|<x>",
                "[x]|[x]",
                "${HOME}/x|${HOME}/x",
                "date +%F|date +%F",
                "100%|100%",
                "%(open|%(open",
                "{%}|{%}",
                "a%%b|a%b",
                "%%(x)s|%(x)s",
                "%%%%|%%",
            })
    void keepsWhatIsNothingSpecial(String written, String expected) {
        assertThat(value("key = " + written)).isEqualTo(expected);
    }

    @Test
    void takesAnEmptyValue() {
        assertThat(value("key =")).isEmpty();
    }

    @Test
    void skipsCommentsAndBlankLines() {
        IniFile ini = parse("# a\n; b\n\n[s]\n  # c\nkey = 1\n; d\nother = 2\n");
        assertThat(section(ini, "s").ownKeys()).containsExactly("key", "other");
    }

    @Test
    void goesOnWithAValueOnIndentedLines() {
        assertThat(value("key = a\n  b = c\n\t[d]\nother = 1")).isEqualTo("a\nb = c\n[d]");
        assertThat(value("key =\n  a\n  b\n")).isEqualTo("a\nb");
    }

    @Test
    void keepsBlankLinesInsideAValueAndDropsCommentsThere() {
        assertThat(value("key = a\n\n  b\n  # c\n  d\n\n\nother = 1")).isEqualTo("a\n\nb\nd");
    }

    @Test
    void takesALineIndentedLikeItsPredecessorAsAKey() {
        IniFile ini = parse("[s]\n  key = a\n  other = b\n");
        assertThat(section(ini, "s").value("key")).hasValue("a");
        assertThat(section(ini, "s").value("other")).hasValue("b");
    }

    @Test
    void takesAnIndentedLineAfterASectionAsAKey() {
        assertThat(section(parse("  [s]\n      key = a\n"), "s").value("key")).hasValue("a");
    }

    @Test
    void acceptsDosLineEndsAndAByteOrderMark() {
        IniFile ini = parse("\uFEFF[s]\r\nkey = a\r\n  b\r\nother = c");
        assertThat(section(ini, "s").value("key")).hasValue("a\nb");
        assertThat(section(ini, "s").value("other")).hasValue("c");
    }

    @Test
    void ignoresWhatFollowsTheNameOfASection() {
        assertThat(parse("[s] ; mine\nkey = 1\n").section("s")).isPresent();
    }

    @Test
    void mergesDefaultsIntoEverySection() {
        IniFile ini = parse("[a]\nx = 1\n[DEFAULT]\nx = 0\ny = 9\n[b]\nz = 2\n");
        assertThat(ini.sections()).hasSize(2);
        assertThat(section(ini, "a").value("x")).hasValue("1");
        assertThat(section(ini, "a").value("y")).hasValue("9");
        assertThat(section(ini, "b").value("x")).hasValue("0");
        assertThat(section(ini, "b").ownKeys()).containsExactly("z");
    }

    @Test
    void doesNotTakeDefaultInOtherCaseForDefaults() {
        assertThat(parse("[default]\nx = 1\n").section("default")).isPresent();
    }

    @Test
    void replacesReferences() {
        IniFile ini = parse("[DEFAULT]\nbase = /global\n[s]\nDir = %(base)s/%(name)s\nname = x%%y\nkey = <%(DIR)s>\n");
        assertThat(section(ini, "s").value("key")).hasValue("</global/x%y>");
    }

    @Test
    void refusesAReferenceToNothing() {
        IniSection section = section(parse("[s]\n\nkey = %(none)s\n"), "s");
        assertThatThrownBy(() -> section.value("key"))
                .hasMessage(FILE + ", line 3, section [s]: %(none)s refers to a key that is not there");
    }

    @Test
    void refusesReferencesInACircle() {
        IniSection section = section(parse("[s]\na = %(b)s\nb = %(a)s\n"), "s");
        assertThatThrownBy(() -> section.value("a")).hasMessageContaining("go round in a circle");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[s]%nkey|2|neither [section] nor 'key = value': key",
                "[s]%nkey = 1%n%n= 2|4|neither [section] nor 'key = value': = 2",
                "[s%nkey = 1|1|neither [section] nor 'key = value': [s",
                "[]%nkey = 1|1|neither [section] nor 'key = value': []",
                "# c%nkey = 1|2|key 'key' before the first [section]",
                "[s]%n[t]%n[s]|3|section [s] for the second time",
                "[s]%nkey = 1%n  more%nKEY: 2|4|key 'KEY' for the second time in its section",
                "[DEFAULT]%nkey = 1%nkey = 2|3|key 'key' for the second time in its section",
                "{%n  \"json\": true%n}|1|neither [section] nor 'key = value': {",
            })
    void refusesABrokenFileNamingTheLine(String text, int line, String problem) {
        assertThatThrownBy(() -> parse(text.replace("%n", "\n")))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE))
                .hasMessage(FILE + ", line " + line + ": " + problem);
    }

    @Test
    void keepsEveryByte() {
        StringBuilder all = new StringBuilder("x");
        for (char c = 1; c < 256; c++) {
            if (c != '\n' && c != '\r' && c != '%') {
                all.append(c);
            }
        }
        all.append('x');
        byte[] bytes = ("[s]\nkey = " + all + "\n").getBytes(ISO_8859_1);
        assertThat(section(IniFile.parse(FILE, bytes), "s").value("key")).hasValue(all.toString());
    }

    @Test
    void refusesBytesThatAreNotUtf8OnlyWhereTextIsWanted() {
        IniSection section = section(IniFile.parse(FILE, "[s]\nkey = \u00E9\n".getBytes(ISO_8859_1)), "s");
        String value = section.value("key").orElseThrow();
        assertThat(RawText.bytes(value)).containsExactly(0xE9);
        assertThatThrownBy(() -> section.decode("key", value))
                .hasMessageContaining("line 2")
                .hasMessageContaining("UTF-8");
    }

    @Test
    void readsThePyTaskFarmerManualsExample() {
        IniFile ini = parse(
                "[mcc]\nRunner = taskfarmer.runners.ShifterRunner\n"
                        + "image = docker:gitlab-registry.cern.ch/berkeleylab/muoncollider/mucoll-ilc-framework:1.5.1-centos8\n");
        assertThat(section(ini, "mcc").value("runner")).hasValue("taskfarmer.runners.ShifterRunner");
        assertThat(section(ini, "mcc").value("image"))
                .hasValue("docker:gitlab-registry.cern.ch/berkeleylab/muoncollider/mucoll-ilc-framework:1.5.1-centos8");
    }

    private static String value(String lines) {
        return section(parse("[s]\n" + lines + "\n"), "s").value("key").orElseThrow();
    }

    private static IniSection section(IniFile ini, String name) {
        return ini.section(name).orElseThrow();
    }

    private static IniFile parse(String text) {
        return IniFile.parse(FILE, text.getBytes(UTF_8));
    }
}
