package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a list says what its tasks ask for: what a user writes, and what of it reaches the farm. */
class DirectivesIT extends FarmTest {
    @Test
    void holdForTheTasksAfterThemOrForTheNextOne() {
        list(
                "tasks.txt",
                "./plain || true",
                "#TF retries=1 mem=1G",
                "#TF+ name=prep cores=0.5",
                "echo prep >> ran",
                "#TF+ after=prep",
                "echo main >> ran",
                "#TF reset",
                "echo last");
        run("-n", "1", "tasks.txt").exits(0);
        assertThat(asked("tasks.txt"))
                .containsExactly(
                        "0 ./plain || true",
                        "1\tcores=500 mem=1073741824 name=prep retries=1\techo prep >> ran",
                        "2\tafter=prep mem=1073741824 retries=1\techo main >> ran",
                        "3 echo last");
        assertThat(lines("ran")).containsExactly("prep", "main");
        assertThat(work("tasks.txt").entries("list").get(0)).matches("list \\d+ [0-9a-f]{8} default 0-3");
        String journal = read(work("tasks.txt").journal());
        run("tasks.txt").exits(0);
        assertThat(read(work("tasks.txt").journal())).startsWith(journal);
        assertThat(work("tasks.txt").isSound().entries("list")).hasSize(1);
    }

    @Test
    void sweepOverVariablesInOrder() {
        list(
                "tasks.txt",
                "#TF outputs=out_{seed}",
                "#TF each seed=08..10 mode=fast,'very slow'",
                "echo {seed} {mode} ${mode} {1..3} > out_{seed}",
                "echo {mode}",
                "#TF reset",
                "echo '{seed}'");
        run("-n", "1", "tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().finished())
                .containsExactly(
                        Map.entry(0, "echo 08 fast ${mode} {1..3} > out_08"),
                        Map.entry(1, "echo 08 'very slow' ${mode} {1..3} > out_08"),
                        Map.entry(2, "echo 09 fast ${mode} {1..3} > out_09"),
                        Map.entry(3, "echo 09 'very slow' ${mode} {1..3} > out_09"),
                        Map.entry(4, "echo 10 fast ${mode} {1..3} > out_10"),
                        Map.entry(5, "echo 10 'very slow' ${mode} {1..3} > out_10"),
                        Map.entry(6, "echo fast"),
                        Map.entry(7, "echo 'very slow'"),
                        Map.entry(8, "echo fast"),
                        Map.entry(9, "echo 'very slow'"),
                        Map.entry(10, "echo fast"),
                        Map.entry(11, "echo 'very slow'"),
                        Map.entry(12, "echo '{seed}'"));
        assertThat(lines("out_09")).containsExactly("09 very slow 1 2 3");
        assertThat(asked("tasks.txt").get(3)).startsWith("3\toutputs=out_09\t");
        assertThat(work("tasks.txt").log(12)).isEqualTo("{seed}\n");
    }

    @Test
    void divideAListAtBarriers() {
        list("tasks.txt", "echo a >> ran", "echo a >> ran", "#TF barrier", "echo b >> ran", "#TF barrier check");
        run("-n", "2", "tasks.txt").exits(0);
        assertThat(asked("tasks.txt"))
                .containsExactly("0\tstage=0\techo a >> ran", "1\tstage=0\techo a >> ran", "2\tstage=1\techo b >> ran");
        list(
                "tasks.txt",
                "echo a >> ran",
                "echo a >> ran",
                "#TF barrier",
                "echo b >> ran",
                "#TF barrier check",
                "echo c >> ran");
        run("-n", "2", "tasks.txt").exits(0);
        assertThat(asked("tasks.txt")).hasSize(4).endsWith("3\tstage=2!\techo c >> ran");
        assertThat(lines("ran")).containsExactly("a", "a", "b", "c");
        list("more.txt", "echo d >> ran", "#TF barrier", "echo e >> ran");
        run("add", "tasks.txt", "more.txt", "more.txt").exits(0).says("4 tasks added: 4-7");
        run("-n", "1", "tasks.txt").exits(0);
        assertThat(asked("tasks.txt"))
                .hasSize(8)
                .endsWith(
                        "4\tstage=4/0\techo d >> ran",
                        "5\tstage=4/1\techo e >> ran",
                        "6\tstage=4/3\techo d >> ran",
                        "7\tstage=4/4\techo e >> ran");
        assertThat(lines("ran")).endsWith("d", "e", "d", "e");
    }

    @Test
    void takeTheWordBarrierForAWordElsewhere() {
        list("tasks.txt", "echo barrier", "# TF barrier", "echo '#TF barrier'", "#TFbarrier");
        run("tasks.txt").exits(0);
        assertThat(asked("tasks.txt")).containsExactly("0 echo barrier", "1 echo '#TF barrier'");
    }

    @Test
    void comeFromStandardInputToo() {
        taskfarmer("-w", "work", "-")
                .stdin("true\n#TF barrier\n#TF+ each x=1..2\necho {x}\n")
                .run()
                .exits(0);
        assertThat(lines("work/farm/tasks"))
                .containsExactly("0\tstage=0\ttrue", "1\tstage=1\techo 1", "2\tstage=1\techo 2");
    }

    @Test
    void applyToFilesThatACommandIsMadeFor() {
        write("x.ini", "[x]\nTaskList = taskfarmer.tasks.CommandTaskList\ncommand = echo {/} # {#}\n");
        list("files.txt", "#TF cores=2", "d/a", "#TF+ each n=1..2", "d/b {n}");
        run("-t", "x", "files.txt").exits(0);
        assertThat(asked("files.txt"))
                .containsExactly(
                        "0\tcores=2000\techo a # 1", "1\tcores=2000\techo 'b 1' # 2", "2\tcores=2000\techo 'b 2' # 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true;#TF core=4  | tasks.txt, line 2: unknown key 'core' | Did you mean cores? The keys are: cores, mem, gpus",
                "#TF cores=x      | tasks.txt, line 1: 'x' is not an amount of cores | Write a number",
                "#TF cores        | tasks.txt, line 1: 'cores' has no value | Write cores=VALUE",
                "#TF+ cores=2;#   | tasks.txt, line 1: #TF+ is for the next task, and there is none | take the line away",
                "#TF+ licences=1; | tasks.txt, line 1: unknown key 'licences' | if --resources tells of it",
                "#TF env.A='x     | tasks.txt, line 1: the quotation mark ' is not closed | Close it",
                "#TF each x=1..b  | tasks.txt, line 1: '1..b' is no range | FIRST..LAST",
                "#TF time={t};#TF each t=1h,2x;echo {t} | tasks.txt, line 1: '2x' is not a duration | HH:MM:SS",
                "#TF each x=1..99999 y=1..99999;{x} {y} | tasks.txt, line 2: this line would be 9,999,800,001 tasks | fewer",
                "#TF each x=1..2;true | tasks.txt, line 1: no line uses {x} before the end of the list | Write it into the lines",
                "true;# TF cores=4 | tasks.txt, line 2: '# TF cores=4' looks like a directive, and is none | #TF cores=4, or put",
                "#TF+ runner=nobody;true | tasks.txt, line 1: there is no runner 'nobody' | Those that exist are",
            })
    void areRefusedIfTheyAreWrong(String text, String message, String remedy) {
        list("tasks.txt", text.split(";"));
        assertThat(run("tasks.txt")
                        .exits(2)
                        .inWords()
                        .complains(message, remedy)
                        .stderr())
                .hasLineCount(2);
        assertThat(dir.resolve("tasks.txt_workdir/finished")).doesNotExist();
        list("good.txt", "true");
        run("good.txt").exits(0);
        run("add", "good.txt", "tasks.txt").exits(2).inWords().complains(message, remedy);
        assertThat(asked("good.txt")).hasSize(1);
    }

    @Test
    void areTakenAsJsonToo() {
        write(
                "tasks.jsonl",
                "# comment\n{\"command\": \"echo {1..3} > out\", \"cores\": 2, \"env\": {\"A\": \"b c\"}}\n\n"
                        + "{\"command\": [\"printf\", \"%s\\\\n\", \"a  b\", \"it's\"], \"name\": \"x\", \"tags\": [\"t\", \"s\"]}\n"
                        + "{\"command\": \"true\", \"after\": [\"x\", 0]}\n");
        run("--tasklist", "jsonl", "tasks.jsonl").exits(0);
        assertThat(asked("tasks.jsonl"))
                .containsExactly(
                        "0\tcores=2000 env.A=b%20c\techo {1..3} > out",
                        "1\tname=x tags=s,t\tprintf '%s\\n' 'a  b' 'it'\\''s'", "2\tafter=x,0\ttrue");
        assertThat(work("tasks.jsonl").log(1)).isEqualTo("a  b\nit's\n");
        assertThat(work("tasks.jsonl").entries("list").get(0)).contains(" jsonl ");
        assertThat(run("tasklists").exits(0).stdout()).contains("jsonl", "taskfarmer.tasks.JsonTaskList");
        taskfarmer("add", "tasks.jsonl", "-t", "jsonl", "-")
                .stdin("{\"command\":\"echo \\udcff\",\"mem\":\"4G\"}")
                .run()
                .exits(0);
        byte[] tasks = bytes(work("tasks.jsonl").file("farm/tasks"));
        assertThat(new String(tasks, StandardCharsets.ISO_8859_1)).endsWith("3\tmem=4294967296\techo \u00ff\n");
    }

    @Test
    void divideAListOfJsonToo() {
        write("tasks.jsonl", "{\"command\":\"echo a\"}\n{\"barrier\": true}\n{\"command\":\"echo b\"}\n");
        run("-t", "jsonl", "tasks.jsonl").exits(0);
        assertThat(asked("tasks.jsonl")).containsExactly("0\tstage=0\techo a", "1\tstage=1\techo b");
        write("more.jsonl", "{\"command\":\"echo barrier\"}\n");
        run("-t", "jsonl", "more.jsonl").exits(0);
        assertThat(asked("more.jsonl")).containsExactly("0 echo barrier");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"cores\": 2}                     | tasks.txt, line 2: the object has no command | Write one object a line",
                "{\"command\": \"a\\nb\"}           | tasks.txt, line 2, column 13: the command holds a line feed | script",
                "{\"command\": \"a\", \"coers\": 1} | tasks.txt, line 2, column 27: unknown key 'coers' | Did you mean cores?",
                "{\"command\": \"a\", \"mem\": \"x\"} | tasks.txt, line 2, column 25: 'x' is not a size | powers of 1024",
                "{\"command\": \"a\"                | tasks.txt, line 2: the object does not end on this line | jq -c",
                "echo a                             | tasks.txt, line 2, column 1: Unrecognized token | Write one object",
            })
    void areRefusedAsJsonIfTheyAreWrong(String text, String message, String remedy) {
        list("tasks.txt", "{\"command\": \"true\"}", text);
        run("-t", "jsonl", "tasks.txt").exits(2).inWords().complains(message, remedy);
        assertThat(Files.exists(dir.resolve("tasks.txt_workdir/finished"))).isFalse();
    }

    private List<String> asked(String list) {
        return lines(list + "_workdir/farm/tasks");
    }
}
