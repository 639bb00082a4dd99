package taskfarmer.tasks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.Attributes;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;

class DirectivesTest {
    private final List<String> runners = new ArrayList<>();
    private int barriers;

    @Test
    void holdUntilChanged() {
        assertThat(read("a\n#TF cores=4 mem=8G\nb\nc\n#TF cores=2\nd\n"))
                .containsExactly("a", "b [cores=4 mem=8G]", "c [cores=4 mem=8G]", "d [cores=2 mem=8G]");
    }

    @Test
    void holdForTheNextTaskOnlyWithAPlus() {
        assertThat(read("#TF cores=4 mem=8G\n#TF+ name=x\n\n# comment\n#TF+ cores=1 tags=b,a\na\nb\n"))
                .containsExactly("a [cores=1 mem=8G name=x tags=a,b]", "b [cores=4 mem=8G]");
        assertThat(read("#TF+ cores=2\na\nb\n")).containsExactly("a [cores=2]", "b");
    }

    @Test
    void saysThatThereIsToBeNoneByAnEmptyValue() throws IOException {
        List<Task> tasks = tasks("#TF cores=4 mem=8G\n#TF mem=\na\n#TF+ cores=''\nb\n".getBytes(UTF_8));
        assertThat(tasks.get(0).attributes().values()).containsEntry("mem", "").containsEntry("cores", "4000");
        assertThat(tasks.get(1).attributes().values()).containsEntry("cores", "");
    }

    @Test
    void areShownSoThatTheyCanBeWrittenAgain() {
        String shown =
                "env.A='a b' env.B=\"it's\" env.C=\"'\"'\"'\" \" env.D=\u00e9\u20ac mem=8G outputs='a,b c' time=2h";
        assertThat(read("#TF " + shown + "\na\n")).containsExactly("a [" + shown + "]");
    }

    @Test
    void waitForRangesOfNumbers() {
        assertThat(read("#TF+ after=p,3-5,-1\na\n#TF+ after=any:7-7\nb\n#TF+ after=1-x tags=3-5\nc\n"))
                .containsExactly("a [after=p,3,4,5,-1]", "b [after=any:7]", "c [after=1-x tags=3-5]");
        assertThat(read("#TF+ after=0-9999\na\n")).hasSize(1);
    }

    @Test
    void forgetsAllAtAReset() {
        assertThat(read("#TF cores=4\n#TF each x=1..2\n{x}\n#TF reset\n{x}\n"))
                .containsExactly("1 [cores=4]", "2 [cores=4]", "{x}");
        assertThat(read("#TF cores=4\n#TF+ name=n\n#TF reset\na\n")).containsExactly("a [name=n]");
    }

    @Test
    void dividesWordsAtBlanksOutsideOfQuotes() {
        assertThat(read("#TF\tenv.A='a  \"b'   env.B=\"it's\" env.C=x'y z'\"w\"\na\n"))
                .containsExactly("a [env.A='a  \"b' env.B=\"it's\" env.C='xy zw']");
        assertThat(read("#TF env.HOME=$HOME env.B=\\n\na\n")).containsExactly("a [env.B=\\n env.HOME=$HOME]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#TFoo cores=x",
                "# TF barrier",
                "#TF-",
                "#tf",
                "##TF cores=4",
                "#T",
                "#",
                "# tf core=4",
                "# TF is x=2",
                "# not TF cores=4",
                "# TF each=x",
                "# TF =4",
                "# tf env.=4",
                "# Tf.cores=4",
                "#TF_cores=4"
            })
    void areNotJustAnyComments(String comment) {
        assertThat(read(comment + "\na\n")).containsExactly("a");
    }

    @Test
    void takeFlagsWithoutValues() {
        assertThat(read("#TF outputs=a,b skip-if-outputs\na\n#TF+ skip-if-outputs=no\nb\n"))
                .containsExactly("a [outputs=a,b skip-if-outputs=yes]", "b [outputs=a,b skip-if-outputs=]");
    }

    @Test
    void countWhereverALineListHasThem() throws IOException {
        byte[] dos = "\uFEFF#TF cores=2\r\na\r\n  \t#TF+ mem=1G \r\nb".getBytes(UTF_8);
        assertThat(shown(tasks(dos))).containsExactly("a [cores=2]", "b [cores=2 mem=1G]");
    }

    @Test
    void keepBytesThatAreNotUtf8() throws IOException {
        byte[] list = "#TF cwd=caf\u00e9\u00ff\n: \u00ff\n".getBytes(ISO_8859_1);
        Task task = tasks(list).get(0);
        assertThat(task.attributes().cwd()).contains("caf\u00e9\u00ff");
        assertThat(task.command().bytes()).isEqualTo(": \u00ff".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a;#TF core=4;b        | tasks.txt, line 2: unknown key 'core' | Did you mean cores? The keys are: cores, mem,",
                "#TF cores             | tasks.txt, line 1: 'cores' has no value | cores=VALUE",
                "#TF =4                | tasks.txt, line 1: unknown key '' | The keys are",
                "#TF cores=four        | tasks.txt, line 1: 'four' is not an amount of cores | number",
                "#TF mem=8 G           | tasks.txt, line 1: unknown key 'G' | The keys are",
                "#TF time=soon         | tasks.txt, line 1: 'soon' is not a duration | HH:MM:SS",
                "#TF barier            | tasks.txt, line 1: unknown key 'barier' | Did you mean barrier?",
                "#TF barrier always    | tasks.txt, line 1: nothing can stand after 'barrier' | #TF barrier check",
                "#TF reset cores=4     | tasks.txt, line 1: nothing can stand after 'reset' | line of its own",
                "#TF+ barrier          | tasks.txt, line 1: 'barrier' is not for the next task alone | #TF barrier",
                "#TF+ each             | tasks.txt, line 1: 'each' has no variables | NAME=VALUES",
                "#TF env.X='a          | tasks.txt, line 1: the quotation mark ' is not closed | Close it",
                "a;#TFcores=4;b        | tasks.txt, line 2: '#TFcores=4' looks like a directive, and is none | Write #TF cores=4, or",
                "# TF+ cores=4 mem=1G  | '# TF+ cores=4 mem=1G' looks like | Write #TF+ cores=4 mem=1G, or put something before TF",
                "#tf env.A=\u00e9      | '#tf env.A=\u00e9' looks like a directive | Write #TF env.A=\u00e9,",
                "#TF: res.x=4          | looks like a directive | Write #TF res.x=4,",
                "#TF- cores=4          | looks like a directive | Write #TF cores=4,",
                "#TF++ cores=x         | looks like a directive | Write #TF+ cores=x,",
                "  # TF each x=1..2    | looks like a directive | Write #TF each x=1..2,",
                "#TF cores=4 cores=2   | tasks.txt, line 1: 'cores' comes twice | Take one of them away",
                "#TF licences=1 res.licences=2 | 'res.licences' comes twice | Take one of them away",
                "#TF cores=1 each x=1..2;{x} | line 1: 'each' does not stand at the beginning | a line of its own: #TF each",
                "#TF cores=1 barrier   | line 1: 'barrier' does not stand at the beginning | #TF barrier.",
                "#TF after=0-10000     | '0-10000' is no value for after | at most 10,000 tasks",
                "#TF after=0-4999,1-5001 | '1-5001' is no value for after | at most 10,000 tasks",
                "#TF after=5-4         | '5-4' is no value for after | FIRST-LAST, such as 3-7",
                "#TF name=3-7          | '3-7' is no value for name | put a letter before it",
                "#TF env.TASKFARMER_TASK_ID=1 | the variable TASKFARMER_TASK_ID is the farmer's own | choose another name",
                "#TF env.TASKFARMER_ATTEMPT=  | the variable TASKFARMER_ATTEMPT is the farmer's own | choose another name",
                "#TF                   | tasks.txt, line 1: this directive says nothing | #TF reset",
                "#TF+ ''               | tasks.txt, line 1: unknown key '' | The keys are",
                "a;#TF+ cores=4;;# end | tasks.txt, line 2: #TF+ is for the next task, and there is none | take the line away",
                "#TF stage=1           | tasks.txt, line 1: unknown key 'stage' | The keys are",
                "#TF env.1=a           | tasks.txt, line 1: 'env.1' names nothing that can be | letters",
                "#TF mem={m}G;a        | tasks.txt, line 1: '{m}G' is not a size | powers of 1024",
                "#TF cwd=\u00e9 cors=\u00e9 | tasks.txt, line 1: unknown key 'cors' | cores",
                "#TF cores=\u00e9      | tasks.txt, line 1: '\u00e9' is not an amount of cores | number",
                "#TF+ licence=1;a      | unknown key 'licence' | Did you mean licences?",
                "#TF+ licenses=1;a     | unknown key 'licenses' | res.NAME can be written as NAME if --resources tells of it",
            })
    void tellWhatIsWrongAndWhere(String list, String message, String remedy) {
        assertThatThrownBy(() -> read(list.replace(';', '\n')))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.remedy()).contains(remedy);
                })
                .hasMessageContaining(message);
    }

    @Test
    void nameResourcesThatTheRunWasToldOf() {
        assertThat(read("#TF licences=2 res.tapes=1\na\n")).containsExactly("a [res.licences=2 res.tapes=1]");
    }

    @Test
    void askAboutEachRunnerOnce() {
        assertThat(read("#TF runner=a\n1\n#TF runner=b\n2\n#TF runner=a\n3\n#TF each r=x,y\n#TF runner={r}\n4\n5\n"))
                .hasSize(7);
        assertThat(runners).containsExactly("a", "b", "x", "y");
        assertThatThrownBy(() -> read("#TF+ runner=nobody\na\n"))
                .isInstanceOf(FarmException.class)
                .hasMessage("tasks.txt, line 1: there is no runner nobody");
    }

    @Test
    void divideAListAtBarriers() {
        assertThat(read("a\nb\n#TF barrier\nc\n#TF barrier check\n#TF barrier\nd\n#TF barrier\ne\n#TF barrier\n"))
                .containsExactly("a", "b", "c [stage=1]", "d [stage=2!]", "e [stage=3]");
        assertThat(barriers).isEqualTo(5);
    }

    @Test
    void countNoBarrierBeforeTheFirstTask() {
        assertThat(read("#TF barrier\n#TF barrier check\na\n#TF reset\nb\n#TF barrier\nc\n"))
                .containsExactly("a", "b", "c [stage=1]");
    }

    @Test
    void countForRecordsOfACommandToo() throws IOException {
        List<Task> tasks = new ArrayList<>();
        TaskList handler = new CommandTaskList("./reco {file} {#}".getBytes(UTF_8), ",".getBytes(UTF_8), true);
        byte[] list =
                "#TF cores=2\nfile,n\n#TF+ mem=1G\na b.root,1\n#TF each x=1..2\nrun{x}.root,{y}\nc,1\n#TF barrier\nd\n"
                        .getBytes(UTF_8);
        handler.under(Terms.NONE).read(new ByteArrayInputStream(list), "files.csv", tasks::add);
        assertThat(shown(tasks))
                .containsExactly(
                        "./reco 'a b.root' 1 [cores=2 mem=1G]",
                        "./reco run1.root 2 [cores=2]",
                        "./reco run2.root 3 [cores=2]",
                        "./reco c 4 [cores=2]",
                        "./reco d 5 [cores=2 stage=1]");
    }

    @Test
    void toleratesAMegabyteOfWords() throws IOException {
        StringBuilder line = new StringBuilder("#TF");
        for (int i = 0; line.length() < 1_000_000; i++) {
            line.append(" env.V").append(i).append("=x");
        }
        assertThat(tasks((line + "\na\n").getBytes(UTF_8)).get(0).attributes().environment())
                .hasSizeGreaterThan(50_000);
        assertThatThrownBy(() -> read("#TF cores=" + "9".repeat(1_000_000)))
                .isInstanceOf(FarmException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }

    @Test
    void refusesANulByteInADirective() {
        assertThatThrownBy(() -> read("a\n#TF cwd=\0\n")).hasMessage("tasks.txt, line 2: a NUL byte");
    }

    private List<String> read(String list) {
        try {
            return shown(tasks(list.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Task> tasks(byte[] list) throws IOException {
        Terms terms = new Terms(
                Set.of("licences"),
                runner -> {
                    runners.add(runner);
                    if (runner.equals("nobody")) {
                        throw FarmException.badInput("there is no runner nobody", "");
                    }
                },
                () -> barriers++);
        List<Task> tasks = new ArrayList<>();
        new ListTaskList().under(terms).read(new ByteArrayInputStream(list), "tasks.txt", tasks::add);
        return tasks;
    }

    private static List<String> shown(List<Task> tasks) {
        List<String> shown = new ArrayList<>();
        for (Task task : tasks) {
            String attributes = withStage(task.attributes());
            shown.add(task.command().text() + (attributes.isEmpty() ? "" : " [" + attributes + "]"));
        }
        return shown;
    }

    private static String withStage(Attributes attributes) {
        String stage = attributes.stage().isEmpty() ? "" : " stage=" + attributes.stage();
        return (attributes.shown() + stage).strip();
    }
}
