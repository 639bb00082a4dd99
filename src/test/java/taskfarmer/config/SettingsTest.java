package taskfarmer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.FarmException;

class SettingsTest {
    @TempDir
    private Path home;

    @Test
    void findsNothingWhereNothingIsSet() {
        assertThat(load(Map.of()).find("proc")).isEmpty();
    }

    @Test
    void takesAValueFromTheEnvironment() {
        Settings settings = load(Map.of("TASKFARMER_PROC", "16", "TASKFARMER_KILL_GRACE", "10s"));
        assertThat(settings.find("proc")).hasValue(new Setting("16", "TASKFARMER_PROC"));
        assertThat(settings.find("kill-grace")).hasValue(new Setting("10s", "TASKFARMER_KILL_GRACE"));
        assertThat(settings.find("runner")).isEmpty();
    }

    @Test
    void takesAnEmptyVariableAsUnset() {
        assertThat(load(Map.of("TASKFARMER_PROC", "")).find("proc")).isEmpty();
    }

    @Test
    void takesAValueFromTheConfigurationFile() throws IOException {
        Path file = write("[taskfarmer]\nProc = 16\nkill-grace: 1-12:00:00\nrunner = größe\n");
        Settings settings = load(Map.of());
        assertThat(settings.find("proc")).hasValue(new Setting("16", file + ", key proc"));
        assertThat(settings.find("kill-grace")).hasValue(new Setting("1-12:00:00", file + ", key kill-grace"));
        assertThat(settings.find("runner")).map(Setting::value).hasValue("größe");
        assertThat(settings.find("workdir")).isEmpty();
    }

    @Test
    void prefersTheEnvironmentToTheFile() throws IOException {
        write("[taskfarmer]\nproc = 16\n");
        assertThat(load(Map.of("TASKFARMER_PROC", "4")).find("proc"))
                .map(Setting::value)
                .hasValue("4");
    }

    @Test
    void doesNotTakeTheWorkDirectoryOfAnOuterFarm() {
        Map<String, String> variables = Map.of("TASKFARMER_WORKDIR", "/outer", "TASKFARMER_TASK_ID", "7");
        assertThat(load(variables).find("workdir")).isEmpty();
        assertThat(load(Map.of("TASKFARMER_WORKDIR", "/mine")).find("workdir"))
                .map(Setting::value)
                .hasValue("/mine");
    }

    @Test
    void refusesAKeyThatIsNoOption() throws IOException {
        Path file = write("[taskfarmer]\nproc = 1\nprocs = 16\n");
        assertThatThrownBy(() -> load(Map.of()))
                .isInstanceOfSatisfying(
                        FarmException.class,
                        e -> assertThat(e.remedy()).isEqualTo("The keys are: kill-grace, proc, runner, workdir."))
                .hasMessage(file + ", line 3, section [taskfarmer]: unknown key 'procs'");
    }

    @Test
    void refusesASectionThatItDoesNotKnow() throws IOException {
        Path file = write("[task farmer]\nproc = 1\n");
        assertThatThrownBy(() -> load(Map.of())).hasMessage(file + ": unknown section [task farmer]");
    }

    @Test
    void refusesABrokenFile() throws IOException {
        Path file = write("proc = 16\n");
        assertThatThrownBy(() -> load(Map.of())).hasMessageStartingWith(file + ", line 1: ");
    }

    @Test
    void refusesAFileThatCannotBeRead() throws IOException {
        Files.createDirectories(home.resolve(".taskfarmer/taskfarmer.ini"));
        assertThatThrownBy(() -> load(Map.of()))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void refusesAFileThatEverybodyCanWriteTo() throws IOException {
        Path file = write("[taskfarmer]\nproc = 16\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(() -> load(Map.of())).hasMessageContaining("can write to the configuration file " + file);
    }

    private Path write(String text) throws IOException {
        Path directory = Files.createDirectories(home.resolve(".taskfarmer"));
        Path file = Files.writeString(directory.resolve("taskfarmer.ini"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private Settings load(Map<String, String> variables) {
        try {
            int uid = Environment.processUid();
            return Settings.load(
                    new Environment(variables, home, home, Optional.empty(), uid),
                    List.of("proc", "workdir", "runner", "kill-grace"),
                    new WriteAccess(false, uid, warning -> {}));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
