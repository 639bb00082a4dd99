package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runners do around tasks, and where they run them; container engines and Slurm are stand-ins. */
class RunnersIT extends FarmTest {
    /** Runs what comes behind the image, and records how it was called. */
    private static final String ENGINE = """
            #!/bin/bash
            printf '<%s>' "${0##*/}" "$@" >> called; echo >> called
            [[ $1 != rm ]] || exit
            while [[ $1 != --entrypoint && $1 != *my/image* ]]; do shift; done
            if [[ $1 == --entrypoint ]]; then shell=$2; shift 3; exec "$shell" "$@"; fi
            shift
            exec "$@"
            """;

    private String path(String... programs) {
        for (String program : programs) {
            program(root().resolve("bin").resolve(program), ENGINE);
        }
        return root().resolve("bin") + ":" + System.getenv("PATH");
    }

    /** The example of the documentation. */
    @Test
    void doesWhatIsToBeDoneAroundTasks() {
        program(dir.resolve("tools/my-tool"), "#!/bin/sh\necho \"tool: $DATA $1\"\n");
        write("around.ini", """
                [around]
                Runner = taskfarmer.runners.BasicRunner
                env.DATA = my data
                path = %s/tools:~/bin
                pre = scratch=$(mktemp -d)
                      cd "$scratch"
                post = cp -- out "$TASKFARMER_WORKDIR/out_$TASKFARMER_TASK_ID"
                       rm -r -- "$scratch"
                """.formatted(dir));
        list("tasks.txt", "my-tool '1 2' > out; pwd", "exec my-tool 2 > out", "my-tool 3 > out; exit 3");
        run("--runner", "around", "tasks.txt").exits(1).withoutComplaint().says("2 finished, 1 failed");
        Work work = work("tasks.txt").isSound();
        assertThat(work.failed()).containsOnlyKeys(2);
        assertThat(read(work.file("out_0"))).isEqualTo("tool: my data 1 2\n");
        assertThat(read(work.file("out_1"))).isEqualTo("tool: my data 2\n");
        assertThat(read(work.file("out_2"))).isEqualTo("tool: my data 3\n");
        assertThat(Path.of(work.log(0).strip())).isNotEqualTo(dir).doesNotExist();
    }

    @Test
    void doesItForTheDefaultRunnerToo() {
        write("default.ini", "[default]\nRunner = taskfarmer.runners.BasicRunner\nENV.Case = Sensitive\nPRE = x=1\n");
        list("tasks.txt", "echo $Case $CASE; exit 4", "env");
        run("tasks.txt").exits(1);
        assertThat(work("tasks.txt").isSound().log(0)).isEqualTo("Sensitive\n");
        assertThat(work("tasks.txt").log(1).lines()).contains("Case=Sensitive", "TASKFARMER_TASK_ID=1");
    }

    @Test
    void runsTasksByTheShellThatIsAskedFor() {
        program(root().resolve("bin/mysh"), "#!/bin/bash\necho mysh\nexec bash \"$@\"\n");
        write("a.ini", "[a]\nRunner = taskfarmer.runners.BasicRunner\npre = echo pre\n");
        list("tasks.txt", "echo task");
        taskfarmer("--runner", "a", "--shell", "mysh", "tasks.txt")
                .with("PATH", path())
                .run()
                .exits(0);
        assertThat(work("tasks.txt").log(0)).isEqualTo("mysh\npre\ntask\n");
    }

    @Test
    void loadsModulesInTheShellOfTheTask() {
        write("init/bash", "module() { [ \"$2\" != nosuch ] && eval \"$2() { echo $2 \\\"\\$@\\\"; }\"; }\n");
        write("m.ini", """
                [tools]
                Runner = taskfarmer.runners.BasicRunner
                modules = gcc root
                [broken]
                Runner = taskfarmer.runners.BasicRunner
                modules = gcc nosuch
                """);
        list("tasks.txt", "gcc 1; root 2");
        // Where this machine has modules of its own, theirs is the first function that is found.
        String exported = "() {  . " + dir + "/init/bash; module \"$@\"; }";
        taskfarmer("--runner", "tools", "-w", "w", "tasks.txt")
                .with("BASH_FUNC_module%%", exported)
                .run()
                .exits(0);
        assertThat(read(dir.resolve("w/logs/log_0"))).isEqualTo("gcc 1\nroot 2\n");
        taskfarmer("--runner", "broken", "-w", "w2", "tasks.txt")
                .with("BASH_FUNC_module%%", exported)
                .run()
                .exits(1);
        assertThat(read(dir.resolve("w2/logs/log_0")))
                .isEqualTo("taskfarmer: module 'nosuch' cannot be loaded; the task was not started\n");
    }

    @Test
    void tellsWhyTasksWereNotStarted() {
        write("a.ini", "[a]\nRunner = taskfarmer.runners.BasicRunner\npre = [ -d /no/such ]\npost = touch after\n");
        list("tasks.txt", "touch ran", "true; touch ran");
        run("--runner", "a", "tasks.txt").exits(1).says("0 finished, 2 failed");
        assertThat(work("tasks.txt").isSound().log(1))
                .isEqualTo("taskfarmer: 'pre' has failed with exit status 1; the task was not started\n");
        assertThat(dir.resolve("ran")).doesNotExist();
        assertThat(dir.resolve("after")).doesNotExist();
    }

    @Test
    void cleansUpAfterTasksThatAreInterrupted() {
        write("a.ini", "[a]\nRunner = taskfarmer.runners.BasicRunner\npost = echo $TASKFARMER_EXIT_STATUS >> after\n");
        list("tasks.txt", "exec sleep 1000");
        Farmer farmer = start("--runner", "a", "tasks.txt");
        awaitProcesses("sleep 1000", 1);
        farmer.signal("TERM").await().exits(75);
        assertThat(lines("after")).containsExactly("143");
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(1);
    }

    /** A class that knows nothing of it has it, too; a key of its own is its own. */
    @Test
    void doesItAroundOwnClasses() throws Exception {
        Path sources = write(root().resolve("lib/acme/Own.java"), """
                package acme;
                import java.util.*;
                import taskfarmer.config.Key;
                import taskfarmer.model.*;
                public final class Own implements taskfarmer.runners.Runner {
                    private final String post;
                    public Own(@Key("post") String post) { this.post = post; }
                    @Override public Invocation invocation(Command command, Optional<java.nio.file.Path> temporary) {
                        List<byte[]> argv = List.of("printf".getBytes(), "%s\\n".getBytes(), command.bytes(), post.getBytes());
                        return new Invocation.Program(argv, Map.of());
                    }
                }
                """.getBytes());
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-cp", Start.jar().toString(), sources.toString());
        assertThat(compiled).isZero();
        Path lib = Files.createDirectories(home.resolve(".taskfarmer/lib"));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(lib.resolve("own.jar")))) {
            jar.putNextEntry(new JarEntry("acme/Own.class"));
            jar.write(bytes(sources.resolveSibling("Own.class")));
        }
        write("own.ini", "[own]\nRunner = acme.Own\npost = the key of the class\npre = echo before; exec 2>&1\n");
        list("tasks.txt", "it's; a $task");
        run("-r", "own", "tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().log(0)).isEqualTo("before\nit's; a $task\nthe key of the class\n");
        write("own.ini", "[own]\nRunner = acme.Own\nprae = x\n");
        run("-r", "own", "-w", "w", "tasks.txt")
                .exits(2)
                .inWords()
                .complains(
                        "own.ini, line 3",
                        "unknown key 'prae'",
                        "post (required). Every section may have: pre, post, path, modules, env.NAME");
        write("own.ini", "[own]\nRunner = acme.Own\npost = x\nenv.not-a-name = x\n");
        run("-r", "own", "-w", "w", "tasks.txt")
                .exits(2)
                .inWords()
                .complains("own.ini, line 4, section [own]: 'env.not-a-name'");
    }

    @Test
    void keepsShiftersOwnModules() {
        program(
                root().resolve("bin/shifter"),
                "#!/bin/bash\nprintf '<%s>' \"$@\"\nwhile [[ $1 != -- ]]; do shift; done\nshift\nexec \"$@\"\n");
        write(
                "s.ini",
                "[s]\nRunner = taskfarmer.runners.ShifterRunner\nimage = i\nsetup = echo setup\nmodules = gpu\npre = echo pre $X\nenv.X = it's\n");
        list("tasks.txt", "echo $X; exit 3");
        taskfarmer("-r", "s", "tasks.txt").with("PATH", path()).run().exits(1);
        assertThat(work("tasks.txt").isSound().log(0))
                .startsWith("<--image><i><-mgpu><--></bin/bash><-c><echo setup && { export X='it'\\''s'\n")
                .endsWith(">setup\npre it's\nit's\n");
    }

    private static final List<String> HOSTILE = List.of(
            "echo a; touch ../outside; echo b",
            "echo \"$(pwd)\" 'it''s' `echo c` # comment",
            "echo a } ; { echo b",
            "false || echo $TASKFARMER_TASK_ID $PROC_NUMBER $WM_PROCESS_ID > /dev/null; exit 3",
            "echo caf\u00e9 \\");

    /** The examples of the documentation. */
    @ParameterizedTest
    @ValueSource(strings = {"apptainer", "docker", "podman-hpc"})
    void runsTasksInContainers(String engine) {
        write("container.ini", """
                [inside]
                Runner = taskfarmer.runners.ContainerRunner
                engine = %s
                image = docker://my/image:1.0
                volumes = /global/data:/data
                setup = source /opt/setup.sh 2> /dev/null || true
                        V="it's"
                """.formatted(engine));
        write(dir.resolve("tasks.txt"), String.join("\n", HOSTILE).getBytes(StandardCharsets.ISO_8859_1));
        taskfarmer("-r", "inside", "tasks.txt")
                .with("PATH", path(engine))
                .with("LC_ALL", "C")
                .run()
                .exits(1)
                .says("3 finished, 2 failed");
        Work work = work("tasks.txt").isSound();
        assertThat(work.log(0)).isEqualTo("a\nb\n");
        assertThat(work.log(1)).isEqualTo(dir + " its c\n");
        assertThat(bytes(work.file("logs/log_4"))).isEqualTo("caf\u00e9 \\\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(work.failed()).containsOnlyKeys(2, 3); // what is no shell text stays that
        assertThat(lines("called").stream().filter(line -> line.contains("my/image")))
                .hasSize(HOSTILE.size())
                .allMatch(line -> line.contains("</global/data:/data>") && line.contains(dir.toString()));
    }

    @Test
    void leavesNoContainerWhenTheFarmerIsKilled() {
        write("c.ini", "[c]\nRunner = taskfarmer.runners.ContainerRunner\nengine = docker\nimage = my/image\n");
        list("tasks.txt", "trap '' TERM; sleep 1000; sleep 2000");
        Farmer farmer = taskfarmer("-r", "c", "--kill-grace", "1", "tasks.txt")
                .with("PATH", path("docker"))
                .start();
        awaitProcesses("sleep 1000", 1);
        farmer.signal("KILL").await();
        awaitNoProcesses(ORPHANS_END);
        List<String> called = lines("called");
        String name = called.get(0).replaceAll(".*<--name><(.*?)>.*", "$1");
        assertThat(name).startsWith("taskfarmer-0.1-");
        assertThat(called).containsOnlyOnce("<docker><rm><--force><" + name + ">");
    }

    /** The example of the documentation. */
    @Test
    void letsTasksNameTheirRunner() {
        write("mine.ini", """
                [root]
                Runner = taskfarmer.runners.BasicRunner
                pre = echo by root
                env.WHO = the runner
                """);
        list(
                "tasks.txt",
                "echo first $WHO",
                "#TF runner=root",
                "echo second $WHO",
                "#TF+ env.WHO=\"the task\"",
                "echo third $WHO",
                "#TF+ runner=default",
                "echo fourth $WHO");
        run("tasks.txt").exits(0).withoutComplaint();
        Work work = work("tasks.txt").isSound();
        assertThat(work.log(0)).isEqualTo("first\n");
        assertThat(work.log(1)).isEqualTo("by root\nsecond the runner\n");
        assertThat(work.log(2)).isEqualTo("by root\nthird the task\n");
        assertThat(work.log(3)).isEqualTo("fourth\n");
    }

    @Test
    void refusesNamesOfRunnersThatNoTaskCanBeRunBy() {
        write("mine.ini", "[step]\nRunner = taskfarmer.runners.SrunRunner\n");
        list("tasks.txt", "touch ran", "#TF+ runner=nosuch", "touch ran");
        run("tasks.txt").exits(2).inWords().complains("tasks.txt, line 2", "there is no runner 'nosuch'", "step");
        list("tasks.txt", "touch ran", "#TF+ runner=step", "touch ran");
        run("tasks.txt").exits(2).inWords().complains("tasks.txt, line 2", "SLURM_JOB_ID");
        assertThat(dir.resolve("ran")).doesNotExist();
    }

    @Test
    void saysWhatIsMissingBeforeAnythingStarts() {
        write(
                "a.ini",
                "[c]\nRunner = taskfarmer.runners.ContainerRunner\nengine = podman-hpc\nimage = my/image\n"
                        + "[s]\nRunner = taskfarmer.runners.SrunRunner\n"
                        + "[x]\nRunner = taskfarmer.runners.ContainerRunner\nengine = rkt\nimage = i\n");
        list("tasks.txt", "touch ran");
        run("-r", "c", "tasks.txt").exits(2).inWords().complains("runner 'c'", "'podman-hpc'", "not on PATH");
        run("-r", "s", "tasks.txt").exits(2).inWords().complains("runner 's'", "SLURM_JOB_ID", "sbatch");
        run("-r", "x", "tasks.txt")
                .exits(2)
                .inWords()
                .complains("a.ini, line 8, section [x]: key 'engine' is 'rkt'", "apptainer, singularity, podman-hpc");
        assertThat(dir.resolve("ran")).doesNotExist();
        assertThat(dir.resolve("tasks.txt_workdir")).doesNotExist();
    }
}
