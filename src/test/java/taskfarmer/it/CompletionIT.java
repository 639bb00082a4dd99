package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What bash offers when Tab is pressed after the last of some words. */
class CompletionIT extends FarmTest {
    private static final String PRESS_TAB = """
            source "$1" || exit
            shift
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            PATH=$PROGRAMS
            _taskfarmer
            ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
            """;

    private Path script;

    @BeforeEach
    void makeScript() {
        script = root().resolve("completion.bash");
        write(
                script,
                run("completion", "bash").exits(0).withoutComplaint().stdout().getBytes(StandardCharsets.UTF_8));
    }

    private List<String> offered(String... words) {
        Path programs = root().resolve("programs");
        program(programs.resolve("my-program"), "#!/bin/sh\n");
        List<String> arguments = new ArrayList<>(List.of("-c", PRESS_TAB, "bash", script.toString()));
        arguments.addAll(List.of(words));
        Ended ended = taskfarmer(arguments.toArray(new String[0]))
                .by(Path.of("/bin/bash"))
                .with("PROGRAMS", programs.toString())
                .run();
        return ended.exits(0).withoutComplaint().stdout().lines().toList();
    }

    @Test
    void offersCommands() {
        assertThat(offered("taskfarmer", "st")).containsExactly("status", "stop");
        assertThat(offered("./taskfarmer", "comp")).containsExactly("completion");
        assertThat(offered("taskfarmer", "help", "wat")).containsExactly("watch");
    }

    @Test
    void offersAllOptionsOfEachCommand() {
        String overview = run("help").stdout();
        List<String> commands = overview.lines()
                .takeWhile(line -> !line.equals("What runs"))
                .filter(line -> line.matches("  [a-z]+  +[a-z].*"))
                .map(line -> line.strip().replaceAll(" .*", ""))
                .toList();
        assertThat(commands).contains("run", "status", "completion").hasSizeGreaterThan(18);
        for (String command : commands) {
            List<String> told = run("help", command)
                    .stdout()
                    .lines()
                    .filter(line -> line.matches(" +(-[a-z], )?--[a-z-]+.*"))
                    .map(line -> line.replaceAll("^ +(-[a-z], )?(--[a-z-]+).*", "$2"))
                    .sorted()
                    .toList();
            assertThat(offered("taskfarmer", command, "--")).as(command).isEqualTo(told);
        }
        assertThat(offered("taskfarmer", "--no-l")).containsExactly("--no-linger");
        assertThat(offered("taskfarmer", "--metr")).containsExactly("--metrics");
    }

    @Test
    void offersStates() {
        assertThat(offered("taskfarmer", "tasks", "--state", "f")).containsExactly("finished", "failed");
        assertThat(offered("taskfarmer", "tasks", "--state", "failed,ru")).containsExactly("failed,running");
        assertThat(offered("taskfarmer", "tasks", "--state", "=", "ru")).containsExactly("running");
        assertThat(offered("taskfarmer", "tasks", "--state", "=")).contains("pending", "dropped");
    }

    @Test
    void offersFarms() {
        list("tasks.txt", "true");
        list("other.txt", "true");
        run("tasks.txt").exits(0);
        assertThat(offered("taskfarmer", "status", "")).containsExactly("tasks.txt");
        assertThat(offered("taskfarmer", "")).contains("tasks.txt", "other.txt", "status");
        assertThat(offered("taskfarmer", "logs", "oth")).containsExactly("other.txt");
    }

    @Test
    void offersDirectoriesFilesAndPrograms() throws IOException {
        Files.createDirectory(dir.resolve("a dir"));
        list("a list", "true");
        assertThat(offered("taskfarmer", "-w", "")).containsExactly("a dir");
        assertThat(offered("taskfarmer", "-n", "4", "--workdir", "a")).containsExactly("a dir");
        assertThat(offered("taskfarmer", "export", "-o", "a")).containsExactlyInAnyOrder("a dir", "a list");
        assertThat(offered("taskfarmer", "--on-finish", "my-")).containsExactly("my-program");
        assertThat(offered("taskfarmer", "add", "a list", "--", "my-")).containsExactly("my-program");
        assertThat(offered("taskfarmer", "add", "a list", "--", "my-program", "a l"))
                .containsExactly("a list");
    }

    @Test
    void offersRunnersAndTaskLists() {
        write("here.ini", "[mine]\nRunner = taskfarmer.runners.BasicRunner\n[reco]\nTaskList=x.Y");
        write(
                home.resolve(".taskfarmer/runners.d/r.ini"),
                "[cold]\n  image = x\n[warm]\nrunner: x.Y\n".getBytes(StandardCharsets.UTF_8));
        assertThat(offered("taskfarmer", "-r", "")).contains("default", "mine", "warm");
        assertThat(offered("taskfarmer", "-t", "")).contains("default", "jsonl");
        assertThat(offered("taskfarmer", "--task-runner", "")).contains("default", "mine", "warm");
        assertThat(offered("taskfarmer", "-r", "")).doesNotContain("reco", "cold");
        assertThat(offered("taskfarmer", "add", "tasks.txt", "--tasklist", "re"))
                .containsExactly("reco");
    }

    @Test
    void isThereForOtherShells() {
        run("completion", "zsh").exits(0).says("bashcompinit", "complete -o");
        run("completion", "fish").exits(0).says("complete -c taskfarmer", "-l kill-grace");
        run("completion").exits(2).inWords().complains("for which shell?", "bash, zsh or fish");
        run("completion", "csh").exits(2).inWords().complains("'csh'");
    }
}
