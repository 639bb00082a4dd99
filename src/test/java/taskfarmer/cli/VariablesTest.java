package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import taskfarmer.config.Environment;

class VariablesTest {
    private static List<String> warnings(Map<String, String> variables) {
        List<String> warnings = new ArrayList<>();
        Path root = Path.of("/");
        Variables.check(new Environment(variables, root, root, Optional.empty(), 1000), warnings::add);
        return warnings;
    }

    @Test
    void thatMeanSomethingAreNotWarnedOf() {
        assertThat(warnings(Map.of(
                        "TASKFARMER_PROC", "16",
                        "TASKFARMER_KILL_GRACE", "5",
                        "TASKFARMER_JAVA_OPTS", "-Xmx1g",
                        "TASKFARMER_HOME", "/opt/taskfarmer",
                        "TASKFARMER_USER_LC_ALL", "=C",
                        "MY_TASKFARMER_X", "1")))
                .isEmpty();
    }

    @Test
    void thatMeanNothingAreWarnedOf() {
        assertThat(warnings(Map.of("TASKFARMER_PROCS", "16")))
                .containsExactly(
                        "the environment variable TASKFARMER_PROCS means nothing: did you mean TASKFARMER_PROC?");
        assertThat(warnings(Map.of("TASKFARMER_KILLGRACE", "9")))
                .singleElement()
                .asString()
                .endsWith("did you mean TASKFARMER_KILL_GRACE?");
        assertThat(warnings(Map.of("TASKFARMER_WORKERS", "9")))
                .containsExactly("the environment variable TASKFARMER_WORKERS means nothing to taskfarmer");
    }

    @Test
    void thatAreEmptyCountAsUnset() {
        assertThat(warnings(Map.of("TASKFARMER_PROCS", ""))).isEmpty();
    }

    @Test
    void insideATaskAreTheOuterFarmsBusiness() {
        assertThat(warnings(Map.of("TASKFARMER_TASK_ID", "3", "TASKFARMER_PROCS", "16")))
                .isEmpty();
    }

    /** All that the program sets or reads, wherever in its sources, is known. */
    @Test
    void ofTheProgramAreKnown() throws IOException {
        Path base = Path.of(System.getProperty("basedir", "."));
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Stream.concat(
                Stream.of(base.resolve("taskfarmer")),
                Stream.concat(Files.walk(base.resolve("src/main")), Files.walk(base.resolve("examples"))))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher matcher = Pattern.compile("\\bTASKFARMER_[A-Z][A-Z_]*").matcher(Files.readString(file));
                while (matcher.find()) {
                    names.add(matcher.group());
                }
            }
        }
        assertThat(names).contains("TASKFARMER_TASK_ID", "TASKFARMER_REASON", "TASKFARMER_JAVA_OPTS");
        assertThat(names).allMatch(Variables::isKnown);
    }
}
