package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What surrounds a task that asks for it: its directory, its variables, what it reads, what it is to leave. */
class AskingIT extends ToldTest {
    private Path sub(String name) throws Exception {
        return Files.createDirectories(dir.resolve(name));
    }

    @Test
    void tasksStartInTheDirectoryThatTheyName() throws Exception {
        for (Told told : Told.values()) {
            Files.createDirectories(told.directory(this).resolve("a b/c"));
        }
        inAllWays(0, "cwd='a b/c'", "echo $PWD > here", "[ \"$PWD\" = \"$(pwd -P)\" ]");
        for (Told told : Told.values()) {
            Path there = told.directory(this).toRealPath().resolve("a b/c");
            assertThat(there.resolve("here")).hasContent(there.toString());
        }
    }

    @Test
    void aDirectoryThatIsMissingFailsTheTaskOnly() throws Exception {
        sub("there");
        list(
                "tasks.txt",
                "#TF+ cwd=nowhere",
                "touch " + dir + "/ran",
                "#TF+ cwd=" + dir + "/there",
                "touch here",
                "#TF+ cwd=nowhere retries=1",
                "true",
                "touch last");
        run("-n", "1", "tasks.txt").exits(1).says("2 finished, 2 failed");
        Work work = work("tasks.txt").isSound();
        assertThat(work.failed()).containsOnlyKeys(0, 2);
        assertThat(work.log(0)).contains("nowhere");
        assertThat(work.attempts()).extracting(Work.Event::attempt).contains("2.2");
        assertThat(dir.resolve("there/here")).exists();
        assertThat(dir.resolve("last")).exists();
        assertThat(dir.resolve("ran")).doesNotExist();
    }

    /** Bytes stay what they are, whatever the locale. */
    @Test
    void tasksHaveTheVariablesThatTheyName() {
        String asked = "env.TITLE='two  words; $HOME `id` \"x\"' env.Name=m\u00fcon env.ONE=1";
        for (Told told : Told.values()) {
            told.tasks(this, List.of(), asked, "printf '%s|' \"$TITLE\" \"$Name\" \"$ONE\" \"$OTHER\"")
                    .with("LC_ALL", "C")
                    .with("OTHER", "mine")
                    .with("Name", "overwritten")
                    .run()
                    .exits(0)
                    .withoutComplaint();
            Work work = told.work(this).isSound();
            assertThat(work.log(0)).isEqualTo("two  words; $HOME `id` \"x\"|m\u00fcon|1|mine|");
            assertThat(read(work.file("farm/tasks"))).contains("env.Name=m%c3%bcon");
        }
    }

    @Test
    void tasksReadWhatTheyName() {
        for (Told told : Told.values()) {
            write(told.directory(this).resolve("d e/in 1"), "one\ntwo\n".getBytes(StandardCharsets.UTF_8));
        }
        inAllWays(0, "cwd='d e' stdin='in 1'", "cat", "read a; read b; echo $b; cat");
        for (Told told : Told.values()) {
            assertThat(told.work(this).log(0)).isEqualTo("one\ntwo\n");
            assertThat(told.work(this).log(1)).isEqualTo("two\n");
        }
    }

    @Test
    void aFileToReadThatIsMissingFailsTheTaskOnly() {
        write("in", "text\n");
        list("tasks.txt", "#TF+ stdin=missing", "touch ran", "#TF+ stdin=in", "cat", "cat");
        run("-n", "1", "tasks.txt").exits(1).says("2 finished, 1 failed");
        Work work = work("tasks.txt").isSound();
        assertThat(work.failed()).containsOnlyKeys(0);
        assertThat(work.log(0)).contains("missing");
        assertThat(work.log(1)).isEqualTo("text\n");
        assertThat(work.log(2)).isEmpty();
        assertThat(dir.resolve("ran")).doesNotExist();
    }

    @Test
    void tasksHaveADirectoryOfTheirOwn() {
        String check = "[ \"$PWD\" = \"$TASKFARMER_TASK_DIR\" ] && [ -z \"$(ls -A)\" ]"
                + " && echo $PWD >> \"$TASKFARMER_WORKDIR\"/ran; echo $TASKFARMER_ATTEMPT > made; ";
        String[] commands = {check + "true", check + "[ -e \"$TASKFARMER_WORKDIR\"/mended ]"};
        inAllWays(1, "dir=fresh retries=1", commands);
        for (Told told : Told.values()) {
            Work work = told.work(this);
            assertThat(read(work.file("ran"))).hasLineCount(3);
            assertThat(work.file("dirs/0/0")).as("of the task that succeeded").doesNotExist();
            assertThat(work.file("dirs/0/1/made")).hasContent("2");
            assertThat(work.file("dirs/0/1.1/made")).hasContent("1");
            write(work.file("mended"), new byte[0]);
        }
        inAllWays(0, List.of("--retry-failed"), "dir=fresh retries=1", commands);
        for (Told told : Told.values()) {
            Work work = told.work(this);
            assertThat(work.file("dirs/0/1")).doesNotExist();
            assertThat(work.file("dirs/0/1.1/made")).as("earlier attempts").hasContent("1");
            assertThat(work.file("dirs/0/1.2/made")).hasContent("2");
        }
    }

    @Test
    void aDirectoryOfItsOwnIsBelowTheOneThatATaskNames() throws Exception {
        sub("scratch");
        write("a file", "");
        list(
                "tasks.txt",
                "#TF+ cwd=scratch dir=fresh outputs=out",
                "pwd > ../where; echo > out",
                "#TF+ cwd=missing dir=fresh",
                "true",
                "#TF+ cwd='a file' dir=fresh",
                "true",
                "echo last");
        run("-n", "1", "tasks.txt").exits(1);
        String where = lines("scratch/where").get(0);
        assertThat(where).matches("\\Q" + dir.toRealPath() + "\\E/scratch/task_[0-9a-f]{8}_0");
        assertThat(Path.of(where)).doesNotExist();
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).containsKeys(0, 3);
        assertThat(work.failed()).containsKey(2);
        assertThat(work.log(2)).contains("taskfarmer: its directory cannot be made: ", "a file");
    }

    @Test
    void outputsHaveToBeThere() {
        inAllWays(0, "outputs='out_a,b c' retries=1", "echo > out_a; [ $TASKFARMER_ATTEMPT = 1 ] || echo > 'b c'");
        for (Told told : Told.values()) {
            Work work = told.work(this);
            assertThat(ends(work, 0)).containsExactly("1 again no-output");
            assertThat(read(work.file("logs/log_0.1")))
                    .isEqualTo("taskfarmer: it ended well, but this is not there: b c\n");
        }
    }

    @Test
    void aMissingOutputIsAFailure() {
        list("tasks.txt", "#TF outputs=out", "echo done", "touch other; exit 3");
        run("-n", "1", "tasks.txt").exits(1).says("task 0 failed: no output").says("task 1 failed: exit status 3");
        work("tasks.txt").isSound();
        run("status", "tasks.txt").exits(0).says("no output");
    }

    @Test
    void tasksWhoseOutputsAreThereNeedNotRun() {
        for (Told told : Told.values()) {
            write(told.directory(this).resolve("out"), "before".getBytes(StandardCharsets.UTF_8));
        }
        inAllWays(0, "outputs=out skip-if-outputs=yes", "echo > out; echo >> ran");
        for (Told told : Told.values()) {
            assertThat(told.lines(this, "ran")).isEmpty();
            assertThat(told.lines(this, "out")).containsExactly("before");
            assertThat(ends(told.work(this), 0)).containsExactly("1 finished outputs-exist");
            assertThat(told.work(this).finished()).containsOnlyKeys(0);
        }
    }

    @Test
    void tasksRunIfOnlySomeOfTheirOutputsAreThere() {
        write("a", "");
        list("tasks.txt", "#TF outputs=a,b skip-if-outputs", "echo > b; echo 0 >> ran");
        run("tasks.txt").exits(0);
        run("-w", "again", "tasks.txt").exits(0);
        assertThat(lines("ran")).hasSize(1);
    }
}
