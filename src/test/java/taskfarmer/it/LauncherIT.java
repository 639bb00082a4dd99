package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code ./taskfarmer}. */
class LauncherIT extends FarmTest {
    private static Path launcher;

    @BeforeAll
    static void install(@TempDir Path installation) {
        launcher = Launcher.install(installation);
    }

    @Test
    void runsAList() {
        list("tasks.txt", "echo hi", "exit 3");
        taskfarmer("-n", "2", "tasks.txt").by(launcher).run().exits(1).withoutComplaint();
        assertThat(work("tasks.txt").isSound().log(0)).isEqualTo("hi\n");
        taskfarmer("runners").by(launcher).run().exits(0).says("mcc");
        taskfarmer("--version").by(launcher).run().exits(0).withoutComplaint();
        taskfarmer("missing.txt").by(launcher).run().exits(2).inWords();
    }

    @Test
    void isOneProcessThatTakesSignals() {
        list("tasks.txt", 2, "[ -e go ] || sleep 1000");
        Farmer farmer = taskfarmer("tasks.txt").by(launcher).start();
        awaitProcesses("sleep 1000", 2);
        assertThat(Processes.commandLine(farmer.pid())).contains("taskfarmer.jar");
        farmer.signal("USR1").await().exits(75);
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(2);
    }

    @Test
    void losesNothingWhenSignalledAtStartUp() throws InterruptedException {
        list("tasks.txt", 20, "[ -e go ] || sleep 1000");
        for (int delay = 0; delay <= 300; delay += 50) {
            Farmer farmer = taskfarmer("tasks.txt").by(launcher).start();
            Thread.sleep(delay); // the moment is the point, there is no condition to wait for
            Ended end = farmer.signal("USR1").await();
            assertThat(end.status()).as(end::toString).isIn(75, 138);
        }
        write("go", "");
        taskfarmer("tasks.txt").by(launcher).run().exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(20);
    }

    @Test
    void worksThroughLinks() throws IOException {
        list("tasks.txt", "echo hi");
        Path bin = Files.createDirectory(dir.resolve("bin"));
        Path absolute = Files.createSymbolicLink(bin.resolve("tf1"), launcher);
        Path relative = Files.createSymbolicLink(bin.resolve("tf2"), Path.of("tf1"));
        taskfarmer("-w", "1", "tasks.txt").by(absolute).run().exits(0);
        taskfarmer("-w", "2", "tasks.txt").by(Path.of("bin/tf2")).run().exits(0);
        taskfarmer("-w", "3", "tasks.txt")
                .by(Path.of("tf2"))
                .through("env", "PATH=" + bin + ":" + System.getenv("PATH"))
                .run()
                .exits(0);
        Files.delete(relative);
        Files.delete(absolute);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "quote'and$dollar", "caf-*?[x]"})
    void worksFromAnyDirectory(String name) {
        Path other = Launcher.install(dir.resolve(name));
        list("tasks.txt", "echo hi");
        taskfarmer("tasks.txt").by(other).run().exits(0).withoutComplaint();
        assertThat(work("tasks.txt").isSound().finished()).hasSize(1);
    }

    @Test
    void passesArgumentsOnAsTheyAre() {
        list("a list's \"name\" *", "echo hi");
        taskfarmer("-w", "", "a list's \"name\" *").by(launcher).run();
        taskfarmer("a list's \"name\" *").by(launcher).run().exits(0);
        assertThat(work("a list's \"name\" *").isSound().finished()).hasSize(1);
    }

    @Test
    void saysWhenThereIsNoJava() throws IOException {
        list("tasks.txt", "echo >> ran");
        taskfarmer("tasks.txt")
                .by(launcher)
                .with("JAVA_HOME", dir.toString())
                .run()
                .exits(3)
                .inWords()
                .complains("no Java at " + dir + "/bin/java", "JAVA_HOME", "Java 17 or newer");
        Path bin = Files.createDirectory(dir.resolve("bin"));
        for (String name : new String[] {"uname", "readlink", "cksum", "stat", "mktemp", "find", "locale"}) {
            program(bin.resolve(name), "#!/bin/sh\nexec /usr/bin/" + name + " \"$@\"\n");
        }
        taskfarmer("tasks.txt")
                .by(launcher)
                .without("JAVA_HOME")
                .with("PATH", bin.toString())
                .run()
                .exits(3)
                .inWords()
                .complains("no Java found", "Java 17 or newer", "module load");
        assertThat(lines("ran")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_392", "11.0.20", "16.0.2", "9"})
    void saysWhenJavaIsTooOld(String version) {
        list("tasks.txt", "echo >> ran");
        Path old = program(dir.resolve("jdk/bin/java"), "#!/bin/sh\necho 'openjdk version \"" + version + "\"' >&2\n");
        taskfarmer("tasks.txt")
                .by(launcher)
                .with("JAVA_HOME", dir.resolve("jdk").toString())
                .run()
                .exits(3)
                .inWords()
                .complains(old.toString(), "too old", version, "Java 17 or newer");
        write("jdk/release", "JAVA_VERSION=\"" + version + "\"\n");
        taskfarmer("tasks.txt")
                .by(launcher)
                .with("JAVA_HOME", dir.resolve("jdk").toString())
                .run()
                .exits(3)
                .complains("too old", version);
        assertThat(lines("ran")).isEmpty();
    }

    @Test
    void givesJavaMoreOptionsWhenAsked() {
        list("tasks.txt", "true");
        taskfarmer("tasks.txt")
                .by(launcher)
                .with("TASKFARMER_JAVA_OPTS", "-XX:+UseParallelGC -Xmx64m")
                .run()
                .exits(0)
                .withoutComplaint();
    }

    @Test
    void worksWhereNothingCanBeWrittenBesideIt() {
        Path other = Launcher.install(dir.resolve("installation"));
        list("tasks.txt", "true");
        Users.chmod("555", dir.resolve("installation/target"));
        Users.ordinary(this, taskfarmer("tasks.txt").by(other)).run().exits(0).withoutComplaint();
        assertThat(dir.resolve("installation/target/cds")).doesNotExist();
    }

    @Test
    void buildsOnFirstUse() throws IOException {
        Path clone = Files.createDirectory(dir.resolve("clone"));
        try (var files = Files.walk(Launcher.original().getParent())) {
            for (Path file : files.toList()) {
                Path relative = Launcher.original().getParent().relativize(file);
                String name = relative.toString();
                boolean wanted = name.startsWith("src/main")
                        || name.startsWith(".mvn")
                        || name.startsWith("runners.d")
                        || name.startsWith("tasklists.d")
                        || name.equals("src")
                        || name.equals("pom.xml")
                        || name.equals("taskfarmer");
                if (wanted) {
                    Files.copy(file, clone.resolve(name), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        Path repository = Path.of(System.getProperty("user.home"), ".m2", "repository");
        assumeTrue(Files.isDirectory(repository), "what Maven needs is here already");
        // Maven's own repository is the user's; nothing else of the home directory is.
        Files.createDirectory(home.resolve(".m2"));
        write(
                home.resolve(".m2/settings.xml"),
                ("<settings><localRepository>" + repository + "</localRepository><offline>true</offline></settings>")
                        .getBytes());
        list("tasks.txt", "echo hi");
        Start start = taskfarmer("tasks.txt").by(clone.resolve("taskfarmer")).within(Duration.ofMinutes(3));
        start.with("MAVEN_OPTS", "-Duser.home=" + home).run().exits(0).complains("building taskfarmer (first use)");
        assertThat(clone.resolve("target/taskfarmer.jar")).isRegularFile();
        taskfarmer("tasks.txt").by(clone.resolve("taskfarmer")).run().exits(0).withoutComplaint();
        taskfarmer("runners").by(clone.resolve("taskfarmer")).run().exits(0).says("mcc");
        try (var left = Files.list(clone.resolve("target"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("taskfarmer.jar", "cds");
        }
    }
}
