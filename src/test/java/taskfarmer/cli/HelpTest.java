package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.model.FarmException;

/** What the help texts say is what the commands take, and the other way round. */
class HelpTest {
    private static final int WIDTH = 79;

    private static final String FARM = """

            FARM is a task list or a work directory (or: -w DIR); without it, inside a task
            its own farm, elsewhere the only one in this directory.
            """;

    static List<String> commands() {
        return Commands.NAMES;
    }

    private static CommandSpec spec(String command) {
        Path root = Path.of("/");
        Environment environment = new Environment(Map.of(), root, root, Optional.empty(), 1000);
        OutputStream nowhere = OutputStream.nullOutputStream();
        return Commands.find(command, environment, new Stop(), new Output(nowhere, nowhere, false))
                .orElseThrow()
                .spec();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void tellsOfAllOptionsAndNoOthers(String command) throws IOException {
        Set<String> taken = new TreeSet<>();
        for (OptionSpec option : spec(command).options()) {
            if (!option.hidden()) {
                taken.addAll(List.of(option.names()));
            }
        }
        Set<String> told = new TreeSet<>();
        Help.of(command).lines().filter(HelpTest::isOfOption).forEach(line -> {
            for (String word : line.strip().split("[, ]+", -1)) {
                if (!word.startsWith("-")) {
                    break;
                } else if (!isDenial(command, word)) {
                    told.add(word);
                }
            }
        });
        assertThat(told).isEqualTo(taken);
    }

    private static boolean isOfOption(String line) {
        return line.startsWith("  -") || line.startsWith("      --");
    }

    private static boolean isDenial(String command, String word) {
        return word.startsWith("--no-")
                && Optional.ofNullable(spec(command).findOption("--" + word.substring("--no-".length())))
                        .filter(OptionSpec::negatable)
                        .isPresent();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void callsValuesAsTheCommandsDo(String command) throws IOException {
        String help = Help.of(command);
        for (OptionSpec option : spec(command).options()) {
            if (!option.hidden() && option.arity().max() > 0) {
                assertThat(help)
                        .containsPattern("(?m)^ +(-[a-z], )?" + option.longestName() + " "
                                + java.util.regex.Pattern.quote(option.paramLabel()) + "( |$)");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isPlainTextInTheSameOrder(String command) throws IOException {
        String help = Help.of(command);
        assertThat(help.lines())
                .allMatch(line -> line.length() <= WIDTH)
                .allMatch(line -> line.equals(line.stripTrailing()));
        assertThat(help).matches("[\\n -~]+").endsWith("\n").doesNotContain("\n\n\n");
        assertThat(help).startsWith("Usage: taskfarmer " + (command.equals("run") ? "[run]" : command));
        assertThat(help)
                .containsSubsequence("  -h, --help                print this\n", "\nExamples\n", "\nExit status\n");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void saysOnceHowAFarmIsNamed(String command) throws IOException {
        boolean ofFarm = spec(command).positionalParameters().stream()
                .anyMatch(parameter -> parameter.paramLabel().equals("FARM"));
        assertThat(Help.of(command).split(java.util.regex.Pattern.quote(FARM), -1))
                .hasSize(ofFarm ? 2 : 1);
        assertThat(Help.of(command).contains("\nFARM is")).isEqualTo(ofFarm);
    }

    @Test
    void listsAllCommandsInTheirOrder() throws IOException {
        List<String> summaries = new java.util.ArrayList<>();
        for (String command : Commands.NAMES) {
            summaries.add("\n  " + command + " ");
            assertThat(Help.summary(command)).isNotEmpty();
        }
        assertThat(Help.of("run")).containsSubsequence(summaries);
    }

    @Test
    void knowsNoOtherCommand() {
        assertThatThrownBy(() -> Help.of("statu"))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.remedy()).startsWith("Did you mean status?"));
        assertThatThrownBy(() -> Help.of("../help/run")).isInstanceOf(FarmException.class);
    }
}
