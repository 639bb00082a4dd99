package taskfarmer.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.runners.Runners;
import taskfarmer.tasks.TaskLists;

/** What a run with nothing but defaults loads: it happens thousands of times a day. */
class StartUpTest {
    @TempDir
    private Path directory;

    @Test
    void parsesNoIniFileForTheDefaults() throws Exception {
        Files.writeString(directory.resolve("broken.ini"), "[x]\nRunner = y\nbroken");
        Files.writeString(directory.resolve("other.ini"), "[default]\nregion = us\nbroken");
        assertThat(loadedClasses("default"))
                .contains("taskfarmer.config.Definitions")
                .contains("taskfarmer.tasks.JsonTaskList")
                .doesNotContain("com.fasterxml")
                .doesNotContain("taskfarmer.tasks.JsonTask ")
                .doesNotContain("org.ini4j")
                .doesNotContain("taskfarmer.config.IniFile")
                .doesNotContain("taskfarmer.config.Construction")
                .doesNotContain("taskfarmer.config.ClassFinder");
    }

    @Test
    void parsesTheFileThatDefinesWhatIsAskedFor() throws Exception {
        Files.writeString(directory.resolve("mine.ini"), "[x]\nRunner = taskfarmer.runners.BasicRunner\n");
        assertThat(loadedClasses("x")).contains("org.ini4j").contains("taskfarmer.config.Construction");
    }

    private String loadedClasses(String runner) throws Exception {
        String classes = Farmless.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path") + File.pathSeparator + classes,
                        Farmless.class.getName(),
                        directory.toString(),
                        runner)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    /** A program that does what a run does before it reads its list. */
    static final class Farmless {
        private Farmless() {}

        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            Environment environment =
                    new Environment(Map.of(), directory, directory, Optional.empty(), Environment.processUid());
            WriteAccess access = new WriteAccess(false, environment.uid(), warning -> {});
            Settings.load(environment, List.of("runner"), access).find("runner");
            DefinitionFiles files = DefinitionFiles.find(environment, warning -> {});
            new Definitions<>(Runners.kind(), files, environment, access).create(arguments[1]);
            new Definitions<>(TaskLists.kind(), files, environment, access).create("default");
        }
    }
}
