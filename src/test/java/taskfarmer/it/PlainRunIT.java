package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users of PyTaskFarmer know, and what the options do. */
class PlainRunIT extends FarmTest {
    /** "The task ID corresponds to the order that the command is written in the original task list file starting at 0." */
    @Test
    void doesWhatPyTaskFarmerDoes() {
        write(
                "task_list.txt",
                "# a comment\n\n  echo first; echo $PROC_NUMBER  \n\t# another\nexit 3\r\n   \necho last >&2\n");
        Ended end = run("task_list.txt").exits(1).withoutComplaint();
        end.says("task 1 failed: exit status 3, log task_list.txt_workdir/logs/log_1", "2 finished, 1 failed");

        Work work = work("task_list.txt").isSound();
        assertThat(work.finished())
                .containsOnly(Map.entry(0, "echo first; echo $PROC_NUMBER"), Map.entry(2, "echo last >&2"));
        assertThat(work.failed()).containsOnly(Map.entry(1, "exit 3"));
        assertThat(work.toprocess()).isEmpty();
        assertThat(work.log(0)).isEqualTo("first\n0\n");
        assertThat(work.log(1)).isEmpty();
        assertThat(work.log(2)).isEqualTo("last\n");
    }

    @Test
    void writesATimelineThatPerfettoTakes() {
        list("tasks.txt", "sleep 0.2", "exit 3", "kill -9 $$", "echo \"caf\u00e9 \\ \t\"");
        run("--proc", "2", "tasks.txt").exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(work.timeline())
                .filteredOn(event -> event.fields().get("ph").equals("M"))
                .extracting(event ->
                        event.fields().get("name") + " " + event.fields().get(".name"))
                .anySatisfy(name -> assertThat(name).startsWith("process_name ").contains("(PID "))
                .contains("thread_name slot 0", "thread_name slot 1", "process_name farm")
                .hasSize(4);
        assertThat(work.timeline())
                .filteredOn(event -> event.fields().get("ph").equals("C"))
                .extracting(event -> event.fields().get("name"))
                .contains("running tasks", "tasks ended per second");
        for (Work.Event event : work.attempts()) {
            Map<String, String> fields = event.fields();
            assertThat(fields).containsKeys("name", "ts", "dur", "pid", "tid", ".id", ".attempt", ".outcome");
            assertThat(fields).containsEntry(".attempt", "1").containsEntry("pid", "1");
            assertThat(event.number("tid")).isBetween(0, 1);
            long age = System.currentTimeMillis() - Long.parseLong(fields.get("ts")) / 1000;
            assertThat(age).isBetween(0L, 60_000L);
            switch (event.number(".id")) {
                case 0 -> {
                    assertThat(fields).containsEntry(".exit", "0").containsEntry(".outcome", "finished");
                    assertThat(event.number("dur")).isBetween(200_000, 1_000_000);
                }
                case 1 -> assertThat(fields).containsEntry(".exit", "3").containsEntry(".outcome", "failed");
                case 2 -> assertThat(fields).containsEntry(".signal", "KILL").containsEntry(".outcome", "failed");
                default -> assertThat(fields).containsEntry("name", "echo \"caf\u00e9 \\ \t\"");
            }
        }
    }

    @Test
    void hasNothingToDoTheSecondTime() {
        list("tasks.txt", "echo >> ran", "echo >> ran; false");
        run("tasks.txt").exits(1);
        Map<String, String> before = work("tasks.txt").contents();
        Ended again = run("tasks.txt").exits(1).says("1 finished, 1 failed");
        assertThat(lines("ran")).hasSize(2);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(1);
        assertThat(work("tasks.txt").contents())
                .containsEntry("finished", before.get("finished"))
                .containsEntry("failed", before.get("failed"))
                .containsEntry("toprocess", "");
        // An empty run takes about 0.3 s; whoever waits for something that cannot come takes more than a second.
        assertThat(again.took()).isLessThan(Duration.ofMillis(1100));
    }

    @Test
    void isQuickWithAnEmptyList() {
        list("tasks.txt");
        assertThat(run("tasks.txt").exits(0).took()).isLessThan(Duration.ofMillis(1100));
    }

    /** One at a time, "in this case, it is equivalent to running the commands in your text file in order". */
    @Test
    void runsInOrderWithOneProcess() {
        list("tasks.txt", 30, "echo # >> ran");
        run("--proc", "1", "tasks.txt").exits(0);
        assertThat(lines("ran")).hasSize(30).isSortedAccordingTo((a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
    }

    @ParameterizedTest
    @CsvSource({
        "-n 3, 3",
        "--proc 3, 3",
        "--proc=3, 3",
        "-n3, 3",
        "'', 8",
    })
    void runsAsManyAtOnceAsAsked(String option, int expected) {
        list("tasks.txt", 12, "echo $BASHPID > slot.$TASKFARMER_SLOT; [ -e go ] || exec sleep 1000");
        List<String> args = new ArrayList<>(option.isEmpty() ? List.of() : List.of(option.split(" ")));
        args.add("tasks.txt");
        Farmer farmer = start(args.toArray(String[]::new));
        awaitProcesses("sleep 1000", expected);
        for (int slot = 0; slot < 12; slot++) {
            assertThat(Files.exists(dir.resolve("slot." + slot)))
                    .as("slot " + slot)
                    .isEqualTo(slot < expected);
        }
        farmer.signal("TERM").await().exits(75);
    }

    @Test
    void takesOptionsFromTheCommandLineThenTheEnvironmentThenTheFile() {
        list("tasks.txt", "true", "[ -e go ] || sleep 1000");
        write(
                home.resolve(".taskfarmer/taskfarmer.ini"),
                "[taskfarmer]\nproc = 5\nworkdir = of-file\ntimeout = 0:01\nverbose = yes\n".getBytes());
        run("tasks.txt").exits(75).says("5 slots", "task 0 starts in slot", "of-file/");
        taskfarmer("tasks.txt")
                .with("TASKFARMER_PROC", "4")
                .with("TASKFARMER_WORKDIR", "of-variable")
                .run()
                .exits(75)
                .says("4 slots", "of-variable/");
        Ended end = taskfarmer("-n", "3", "-w", "of-line", "--timeout", "1s", "tasks.txt")
                .with("TASKFARMER_PROC", "4")
                .with("TASKFARMER_WORKDIR", "of-variable")
                .with("TASKFARMER_VERBOSE", "no")
                .run()
                .exits(75)
                .says("3 slots", "of-line/");
        assertThat(end.stdout()).doesNotContain("task 0 starts");
        write("go", "");
        for (String name : List.of("of-file", "of-variable", "of-line")) {
            run("-w", name, "tasks.txt").exits(0);
            assertThat(new Work(dir.resolve(name)).isSound().finished()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "1s, 1000", "0:00:01, 1000", "00:01, 1000", "0-00:00:01, 1000"})
    void takesDurationsAsPeopleWriteThem(String duration, long millis) {
        list("tasks.txt", "sleep 1000");
        Ended end = run("--timeout", duration, "tasks.txt").exits(75);
        assertThat(end.took()).isBetween(Duration.ofMillis(millis), Duration.ofMillis(millis + 2000));
    }

    @Test
    void takesItsPathsFromAnywhere() throws IOException {
        Path elsewhere = Files.createDirectory(root().resolve("elsewhere"));
        list("tasks.txt", "pwd");
        taskfarmer("../dir/tasks.txt").in(elsewhere).run().exits(0);
        assertThat(work("tasks.txt").isSound().log(0)).isEqualTo(elsewhere + "\n");
        taskfarmer("-w", "here", dir.resolve("tasks.txt").toString())
                .in(elsewhere)
                .run()
                .exits(0);
        assertThat(new Work(elsewhere.resolve("here")).isSound().finished()).hasSize(1);
        list("with space & $HOME 'quote'.txt", "pwd; echo \"$TASKFARMER_WORKDIR\"");
        run("with space & $HOME 'quote'.txt").exits(0);
        assertThat(work("with space & $HOME 'quote'.txt").isSound().log(0))
                .isEqualTo(dir + "\n" + work("with space & $HOME 'quote'.txt").root() + "\n");
    }

    @Test
    void readsAListFromStandardInput() {
        taskfarmer("-w", "w", "-").stdin("echo a\nexit 1\n").run().exits(1).says("1 finished, 1 failed");
        taskfarmer("-w", "w", "-")
                .stdin("echo a\nexit 1\necho b\n")
                .run()
                .exits(1)
                .says("2 finished, 1 failed");
        taskfarmer("-w", "w", "-").stdin("echo B\n").run().exits(2).complains("standard input", "echo B");
        assertThat(new Work(dir.resolve("w")).isSound().finished()).hasSize(2);
    }

    @Test
    void printsHelpAndVersion() {
        Ended help = run("--help").exits(0).withoutComplaint();
        help.says("--proc", "--workdir", "--timeout", "--runner", "--tasklist", "--verbose", "--kill-grace");
        help.says("--update-list", "Examples", "Exit status", "TASKFARMER_PROC", "75");
        assertThat(help.stdout().lines()).allMatch(line -> line.length() <= 100);
        assertThat(run("-h").exits(0).stdout()).isEqualTo(help.stdout());
        assertThat(run("--version").exits(0).withoutComplaint().stdout()).matches("taskfarmer \\d+\\.\\d+\\.\\d+\n");
    }

    @Test
    void tellsMoreWhenVerbose() {
        list("tasks.txt", "true", "exit 3");
        run("-v", "tasks.txt")
                .exits(1)
                .says("task 0 starts in slot ", ": true", "task 0 finished after", "task 1 failed: exit status 3");
    }

    @Test
    void listsRunnersAndHandlers() {
        write(
                "mine.ini",
                "[mine]\nRunner = taskfarmer.runners.BasicRunner\n[files]\n"
                        + "TaskList = taskfarmer.tasks.CommandTaskList\ncommand = cat {}\n[other]\nx = y\n");
        Ended runners = run("runners").exits(0).says("default", "taskfarmer.runners.BasicRunner", "mine", "mine.ini");
        runners.says("mcc", "shifter.ini");
        assertThat(runners.stdout()).doesNotContain("files", "other");
        Ended handlers = run("tasklists").exits(0).says("default", "taskfarmer.tasks.ListTaskList", "files");
        assertThat(handlers.stdout()).doesNotContain("mcc", "other");
    }

    @Test
    void takesDefinitionsFromTheDirectoriesOfPyTaskFarmer() {
        write("in dir/a b.txt", "content\n");
        list("files.txt", "in dir/a b.txt");
        String ini = "[cat]\nTaskList = taskfarmer.tasks.CommandTaskList\ncommand = echo %s; cat {}; echo {/.}\n";
        write(
                home.resolve(".pytaskfarmer/tasklists.d/a.ini"),
                ini.formatted("py").getBytes());
        run("-t", "cat", "-w", "1", "files.txt").exits(0);
        assertThat(read(dir.resolve("1/logs/log_0"))).isEqualTo("py\ncontent\na b\n");
        write(
                home.resolve(".taskfarmer/tasklists.d/a.ini"),
                ini.formatted("own").getBytes());
        run("-t", "cat", "-w", "2", "files.txt").exits(0);
        assertThat(read(dir.resolve("2/logs/log_0"))).isEqualTo("own\ncontent\na b\n");
        write("a.ini", ini.formatted("here"));
        run("-t", "cat", "-w", "3", "files.txt").exits(0);
        assertThat(read(dir.resolve("3/logs/log_0"))).isEqualTo("here\ncontent\na b\n");
        // Another command makes other tasks of the same list.
        run("-t", "cat", "-w", "1", "files.txt").exits(2).complains("--update-list");
    }

    @Test
    void takesClassesFromAJar() throws Exception {
        Path sources = write(root().resolve("lib/acme/Loud.java"), """
                package acme;
                import java.util.Optional;
                import taskfarmer.config.Key;
                import taskfarmer.model.*;
                public final class Loud implements taskfarmer.runners.Runner {
                    private final String greeting;
                    public Loud(@Key("greeting") String greeting) { this.greeting = greeting; }
                    @Override public Invocation invocation(Command command, Optional<java.nio.file.Path> temporary) {
                        return new Invocation.Shell(Command.of("echo " + greeting + "; " + command.text()));
                    }
                }
                """.getBytes());
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-cp", Start.jar().toString(), sources.toString());
        assertThat(compiled).isZero();
        Path lib = Files.createDirectories(home.resolve(".taskfarmer/lib"));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(lib.resolve("loud.jar")))) {
            jar.putNextEntry(new JarEntry("acme/Loud.class"));
            jar.write(bytes(sources.resolveSibling("Loud.class")));
        }
        write("loud.ini", "[loud]\nRunner = acme.Loud\ngreeting = HELLO\n");
        list("tasks.txt", "echo task");
        run("-r", "loud", "tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().log(0)).isEqualTo("HELLO\ntask\n");
    }

    @Test
    void runsTasksInShifter() throws IOException {
        Path bin = Files.createDirectory(root().resolve("bin"));
        program(bin.resolve("shifter"), """
                #!/bin/bash
                printf '<%s>' "$@"; echo
                echo "BASH_ENV=<${BASH_ENV-unset}>"
                for a in "$@"; do case $a in --workdir=*) ls -d "${a#*=}" > /dev/null && echo there ;; esac; done
                while [ "$1" != -- ]; do shift; done
                shift
                exec "$@"
                """);
        String path = bin + ":" + System.getenv("PATH");
        write(
                "my.ini",
                "[full]\nRunner = taskfarmer.runners.ShifterRunner\nimage = docker:a/b:1.5\n"
                        + "setup = source ./setup.sh\nvolumes = /a:/b /c:/d\nmodules = gpu mpich\ntempdir = True\n"
                        + "[bare]\nRunner = taskfarmer.runners.ShifterRunner\nimage = docker:a/b:1.5\n"
                        + "[broken]\nRunner = taskfarmer.runners.ShifterRunner\nimage = i\nsetup = false\n");
        write("setup.sh", "FROM_SETUP=yes\n");
        list("tasks.txt", "echo \"$FROM_SETUP it's\"; exit 4");
        taskfarmer("-r", "full", "tasks.txt")
                .with("PATH", path)
                .with("BASH_ENV", "/no/such/file")
                .run()
                .exits(1);
        List<String> log = work("tasks.txt").isSound().log(0).lines().toList();
        String temporary = log.get(0).replaceAll(".*<--workdir=(.*?)>.*", "$1");
        assertThat(log.get(0))
                .isEqualTo("<--image><docker:a/b:1.5><--workdir=" + temporary + "><-V/a:/b><-V/c:/d><-mgpu><-mmpich>"
                        + "<--></bin/bash><-c><source ./setup.sh && { echo \"$FROM_SETUP it's\"; exit 4");
        assertThat(log).contains("}>", "BASH_ENV=<>", "there", "yes it's");
        assertThat(Path.of(temporary)).doesNotExist();

        list("tasks2.txt", "echo hi", "echo '#'");
        taskfarmer("-r", "bare", "tasks2.txt").with("PATH", path).run().exits(0);
        assertThat(work("tasks2.txt").log(0).lines())
                .containsExactly("<--image><docker:a/b:1.5><--></bin/bash><-c><echo hi>", "BASH_ENV=<>", "hi");

        list("tasks3.txt", "echo ran; echo ran", "echo ran || echo ran", "echo ran & wait");
        taskfarmer("-r", "broken", "tasks3.txt").with("PATH", path).run().exits(1);
        assertThat(work("tasks3.txt").failed()).hasSize(3);
        for (int id = 0; id < 3; id++) {
            assertThat(work("tasks3.txt").log(id).lines()).doesNotContain("ran");
        }
    }

    @Test
    void adoptsAWorkDirectoryOfPyTaskFarmer() {
        list("tasks.txt", 8, "echo # >> ran");
        write("tasks.txt_workdir/toprocess", "5 echo 5 >> ran\n6 echo 6 >> ran\n");
        write("tasks.txt_workdir/finished", "1 echo 1 >> ran\n0 echo 0 >> ran\n");
        write("tasks.txt_workdir/failed", "2 echo 2 >> ran\n");
        write("tasks.txt_workdir/timeline.json", "[{\"name\": \"echo\"},\n");
        run("--proc", "1", "tasks.txt").exits(1).says("8 tasks: 7 finished, 1 failed");
        assertThat(lines("ran")).containsExactly("3", "4", "5", "6", "7"); // 3, 4 and 7 were in no file
        Work work = work("tasks.txt").isSound();
        assertThat(work.failed()).containsOnlyKeys(2);
        assertThat(read(work.file("finished"))).startsWith("1 echo 1 >> ran\n0 echo 0 >> ran\n");
        list("other.txt", "echo something else");
        write("other.txt_workdir/finished", "0 echo a\n");
        run("other.txt").exits(2).inWords().complains("other.txt_workdir/finished, line 1", "PyTaskFarmer", "echo a");
        assertThat(read(dir.resolve("other.txt_workdir/finished"))).isEqualTo("0 echo a\n");
    }

    @Test
    void tellsFromAPipeHowFarItIsOnlyInWholeLines() {
        list("tasks.txt", 5, "exit #");
        Ended end = run("tasks.txt").exits(1);
        assertThat(end.stdout()).doesNotContain("\r", "\033");
        for (int id = 1; id < 5; id++) {
            assertThat(end.stdout().split("task " + id + " failed", -1))
                    .as("task " + id + " is named once")
                    .hasSize(2);
        }
        end.says("5 tasks: 1 finished, 4 failed", "busy for", "%", "logs: ", "timeline: ");
    }

    @Test
    void goesOnWhenNobodyListens() {
        list("tasks.txt", 50, "exit 1");
        taskfarmer("tasks.txt").script("set -o pipefail; \"$@\" | true").run().exits(1);
        taskfarmer("-w", "w2", "tasks.txt").script("exec \"$@\" >&- 2>&-").run().exits(1);
        assertThat(work("tasks.txt").isSound().failed()).hasSize(50);
        assertThat(new Work(dir.resolve("w2")).isSound().failed()).hasSize(50);
    }
}
