package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad usage and bad input: a message that says what, where, and what to do; exit status 2; nothing is started. */
class BadInputIT extends FarmTest {
    @Test
    void noListNamed() {
        refused().complains("no task list was named", "--help");
        refused("--proc", "tasks.txt").complains("--proc: 'tasks.txt' is not a number of slots");
    }

    @Test
    void noSuchList() {
        refused("missing.txt").complains("there is no task list missing.txt", "Name a file");
    }

    @Test
    void aDirectoryInsteadOfAList() {
        assertThat(dir.resolve("some").toFile().mkdir()).isTrue();
        refused("some").complains("some is a directory", "Name a file");
        Users.chmod("777", dir.resolve("some"));
        assertThat(refused("some").complains("some is a directory").stderr()).doesNotContain("chmod");
    }

    @Test
    void aWorkDirectoryBelowAFile() {
        list("tasks.txt", "true");
        refused("--workdir", "tasks.txt/work", "tasks.txt").complains("tasks.txt is no directory", "--workdir");
    }

    @Test
    void anUnreadableList() {
        Users.chmod("000", list("tasks.txt", "true"));
        Ended end = Users.ordinary(this, taskfarmer("tasks.txt")).run();
        end.exits(2).inWords().complains("tasks.txt cannot be read", "ls -l tasks.txt");
        assertThat(dir.resolve("tasks.txt_workdir")).doesNotExist();
    }

    @Test
    void twoLists() {
        list("a", "true");
        list("b", "true");
        refused("a", "b").complains("one task list at a time", "'b'");
    }

    @Test
    void aCommandThatIsNone() {
        list("tasks.txt", "true");
        refused("statsu", "tasks.txt").complains("there is no command 'statsu'", "taskfarmer --help");
        refused("-w", "work", "add", "tasks.txt").complains("there is no command 'add'", "options after it");
    }

    @Test
    void aNulByteInALine() {
        write("tasks.txt", "true\n# no task\necho a\0b\n");
        refused("tasks.txt").complains("tasks.txt", "line 3", "NUL");
        assertThat(run("tasks.txt").status()).isEqualTo(2);
        list("tasks.txt", "true");
        run("tasks.txt").exits(0);
    }

    @ParameterizedTest
    @CsvSource({
        "--proc, 0, 'whole number from 1'",
        "--proc, -1, 'whole number from 1'",
        "--proc, x, 'whole number from 1'",
        "--proc, '', 'whole number from 1'",
        "--timeout, soon, 'HH:MM:SS'",
        "--timeout, -5, 'HH:MM:SS'",
        "--kill-grace, 5 parsecs, 'HH:MM:SS'",
        "--runner, nobody, 'Those that exist are: default, mcc'",
        "--tasklist, nobody, 'Those that exist are: default'",
        "--shell, nosuchshell, '--shell'",
    })
    void aBadOption(String option, String value, String remedy) {
        list("tasks.txt", "true");
        refused(option, value, "tasks.txt").complains(value, remedy);
        assertThat(dir.resolve("tasks.txt_workdir")).doesNotExist();
    }

    @Test
    void anUnknownOption() {
        list("tasks.txt", "true");
        refused("--porc", "3", "tasks.txt").complains("--porc", "--help");
    }

    @Test
    void aBadVariableAndABadConfigurationFile() {
        list("tasks.txt", "true");
        taskfarmer("tasks.txt").with("TASKFARMER_PROC", "many").run().exits(2).complains("TASKFARMER_PROC", "many");
        write(home.resolve(".taskfarmer/taskfarmer.ini"), "[taskfarmer]\nporc = 3\n".getBytes());
        refused("tasks.txt").complains("taskfarmer.ini", "porc", "The keys are", "proc");
        write(home.resolve(".taskfarmer/taskfarmer.ini"), "[taskfarmer]\nproc = none\n".getBytes());
        refused("tasks.txt").complains("taskfarmer.ini", "proc", "none");
    }

    @ParameterizedTest
    @CsvSource({
        "'[x\nRunner = a.B\n', 'x.ini'",
        "'[x]\nRunner = taskfarmer.runners.BasicRunner\nimage\n', 'line 3'",
        "'[x]\nRunner = no.such.Class\n', 'no.such.Class'",
        "'[x]\nRunner = java.lang.String\n', 'java.lang.String does not implement taskfarmer.runners.Runner'",
        "'[x]\nRunner = taskfarmer.tasks.ListTaskList\n', 'does not implement'",
        "'[x]\nRunner = taskfarmer.runners.ShifterRunner\n', 'image'",
        "'[x]\nRunner = taskfarmer.runners.ShifterRunner\nimage = i\nimgae = j\n', 'imgae'",
        "'[x]\nRunner = taskfarmer.runners.ShifterRunner\nimage = i\ntempdir = perhaps\n', 'tempdir'",
    })
    void aBrokenDefinition(String ini, String named) {
        list("tasks.txt", "true");
        write("x.ini", ini);
        refused("--runner", "x", "tasks.txt").complains("x.ini", named);
        assertThat(dir.resolve("tasks.txt_workdir")).doesNotExist();
        run("tasks.txt").exits(0); // it stops nobody who does not use it
    }

    @Test
    void noShifter() {
        list("tasks.txt", "true");
        refused("--runner", "mcc", "tasks.txt").complains("'mcc'", "'shifter'", "PATH");
        assertThat(dir.resolve("tasks.txt_workdir")).doesNotExist();
    }

    @Test
    void standardInputWithoutAWorkDirectory() {
        taskfarmer("-").stdin("true\n").run().exits(2).inWords().complains("--workdir");
    }

    @Test
    void anEmptyListIsNothingToDo() {
        for (String text : new String[] {"", "\n\n  \n", "# only\n# comments\n"}) {
            write("tasks.txt", text);
            run("tasks.txt").exits(0).withoutComplaint().says("tasks.txt holds no tasks");
        }
        assertThat(work("tasks.txt").isSound().toprocess()).isEmpty();
    }

    @Test
    void aListOrDefinitionThatEverybodyCanWriteTo() {
        Path list = list("tasks.txt", "true");
        Users.chmod("666", list);
        refused("tasks.txt").complains("every user", "tasks.txt", "chmod o-w", "--allow-writable-by-others");
        run("--allow-writable-by-others", "tasks.txt").exits(0).complains("every user");
        Users.chmod("644", list);
        Users.chmod("666", write("x.ini", "[x]\nTaskList = taskfarmer.tasks.CommandTaskList\ncommand = {}\n"));
        refused("--tasklist", "x", "tasks.txt").complains("every user", "x.ini");
    }

    @Test
    void aListThatIsNotTheOneOfTheWorkDirectory() {
        list("tasks.txt", "echo a", "echo b", "exit 3");
        run("tasks.txt").exits(1);
        Map<String, String> before = work("tasks.txt").contents();

        list("tasks.txt", "echo a", "echo B", "exit 3");
        refused("tasks.txt").complains("command 1 was `echo b` and is now `echo B`", "--update-list");
        list("tasks.txt", "echo a", "echo b");
        refused("tasks.txt").complains("it ends before command 2, `exit 3`");
        list("tasks.txt");
        refused("tasks.txt").complains("it ends before command 0, `echo a`");
        assertThat(work("tasks.txt").contents()).isEqualTo(before);
    }

    @Test
    void takesAppendedTasks() {
        list("tasks.txt", "echo a", "exit 3");
        run("tasks.txt").exits(1);
        list("tasks.txt", "echo a", "# a comment", "exit 3", "echo a", "", "echo b");
        run("tasks.txt").exits(1).says("4 tasks: 3 finished, 1 failed");
        assertThat(work("tasks.txt").isSound().finished())
                .containsOnlyKeys(0, 2, 3)
                .containsEntry(2, "echo a")
                .containsEntry(3, "echo b");
    }

    @Test
    void reconcilesAnEditedListWhenTold() {
        list(
                "tasks.txt",
                "echo a >> ran",
                "echo b >> ran",
                "[ -e go ] || sleep 1000",
                "echo c >> ran",
                "echo d >> ran");
        Farmer farmer = start("--proc", "1", "tasks.txt");
        awaitProcesses("sleep 1000", 1);
        farmer.signal("TERM").await().exits(75);
        assertThat(work("tasks.txt").isSound().toprocess()).containsOnlyKeys(2, 3, 4);

        write("go", "");
        list("tasks.txt", "echo d >> ran", "echo new >> ran", "[ -e go ] || sleep 1000", "echo b >> ran");
        refused("tasks.txt");
        run("--update-list", "tasks.txt").exits(0);
        assertThat(lines("ran")).containsExactlyInAnyOrder("a", "b", "d", "new");
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).containsOnlyKeys(0, 1, 2, 4, 5);
        assertThat(work.toprocess()).isEmpty();
    }

    private Ended refused(String... args) {
        boolean before = Files.exists(dir.resolve("tasks.txt_workdir/farm/journal"));
        Ended end = run(args).exits(2).inWords();
        assertThat(end.stdout()).isEmpty();
        assertThat(end.stderr().lines().count()).as(end.stderr()).isBetween(1L, 3L);
        if (!before) {
            assertThat(dir.resolve("tasks.txt_workdir/finished")).doesNotExist();
        }
        return end;
    }
}
