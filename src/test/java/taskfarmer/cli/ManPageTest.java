package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import taskfarmer.config.Environment;

class ManPageTest {
    @TempDir
    private Path dir;

    static List<String> commands() {
        return Commands.NAMES;
    }

    /** Has man show a page, on wide paper and without a word of its own, and returns its words. */
    private List<String> shown(String page) throws IOException, InterruptedException {
        Environment here = new Environment(System.getenv(), dir, dir, java.util.Optional.empty(), 0);
        assumeTrue(
                here.findProgram("man").isPresent() && here.findProgram("groff").isPresent());
        Path file = Files.write(dir.resolve("page.1"), page.getBytes(StandardCharsets.UTF_8));
        Path complaints = dir.resolve("complaints");
        ProcessBuilder builder = new ProcessBuilder("man", "--warnings", "-P", "cat", "-l", file.toString());
        builder.environment().put("MANWIDTH", "200");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("GROFF_NO_SGR", "1");
        builder.environment().remove("MANPAGER");
        Process man = builder.redirectError(complaints.toFile()).start();
        String text = new String(man.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(man.waitFor()).isZero();
        assertThat(complaints).hasContent("");
        return words(text.replaceAll(".\b", ""));
    }

    private static List<String> words(String text) {
        return Stream.of(text.strip().split("\\s+", -1)).toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysAllThatTheHelpSays(String command) throws IOException, InterruptedException {
        List<String> words = words(Help.of(command).substring("Usage: ".length()));
        List<String> shown = shown(ManPage.of(command)).stream()
                .map(word -> word.toLowerCase(java.util.Locale.ROOT))
                .toList();
        assertThat(shown)
                .containsSubsequence(words.stream()
                        .map(word -> word.toLowerCase(java.util.Locale.ROOT))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void hasEachSectionOnce(String command) throws IOException {
        List<String> sections = ManPage.of(command)
                .lines()
                .filter(line -> line.startsWith(".SH "))
                .toList();
        assertThat(sections).doesNotHaveDuplicates();
        assertThat(sections).startsWith(".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION");
        assertThat(sections).contains(".SH EXAMPLES", ".SH EXIT STATUS").endsWith(".SH SEE ALSO");
        assertThat(ManPage.of(command))
                .contains("taskfarmer\\-" + command + " \\- "
                        + Help.summary(command).replace("-", "\\-"));
    }

    @Test
    void ofTheProgramNamesAllOthers() throws IOException, InterruptedException {
        List<String> shown = shown(ManPage.ofProgram());
        for (String command : Commands.NAMES) {
            assertThat(shown).anyMatch(word -> word.startsWith("taskfarmer-" + command + "(1)"));
        }
    }

    @Test
    void escapesWhatMeansSomethingToTroff() throws IOException, InterruptedException {
        String help = """
                Usage: x [-n N]

                .PP is no request here,
                'nor this, \\n and \\fB are no escapes, ~ ^ ` " -- are themselves.

                  -n, --name N              .is it?
                                            'no'
                      --long-name NAME
                                            a\\b

                Notes
                  .A sentence (of
                  two lines).
                  .term  'meaning'

                Examples
                  .dot   'quote'
                    sed 's/^/.\\/sim /'
                """;
        List<String> shown = shown(ManPage.page("x", "try - this", help, "y"));
        assertThat(shown).containsSubsequence(".PP", "is", "no", "request", "here,", "'nor", "this,", "\\n");
        assertThat(shown).containsSubsequence("\\fB", "are", "no", "escapes,", "~", "^", "`", "\"", "--");
        assertThat(shown).containsSubsequence("-n,", "--name", "N", ".is", "it?", "'no'", "--long-name", "a\\b");
        assertThat(shown).containsSubsequence("NOTES", ".A", "sentence", "(of", "two", "lines).", ".term", "'meaning'");
        assertThat(shown).containsSubsequence("EXAMPLES", ".dot", "'quote'", "sed", "'s/^/.\\/sim", "/'");
    }
}
