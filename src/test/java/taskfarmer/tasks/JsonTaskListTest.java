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
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;

class JsonTaskListTest {
    @Test
    void takesOneObjectALine() {
        assertThat(
                        read(
                                "# a comment\n\n{\"command\": \"echo a > b\"}\r\n  {\"command\":\"echo {1..3}\",\"cores\":4} \n"))
                .containsExactly("echo a > b", "echo {1..3} [cores=4]");
    }

    @Test
    void takesWordsOfWhichEachStaysOneArgument() {
        assertThat(read("{\"command\": [\"./sim\", \"--title\", \"it's $5\", \"\", 7, true]}"))
                .containsExactly("./sim --title 'it'\\''s $5' '' 7 true");
        assertThat(read("{\"command\": [\"two words\"]}")).containsExactly("'two words'");
    }

    @Test
    void takesValuesInTheFormsOfJson() {
        assertThat(read("{\"cores\":0.5,\"mem\":\"8G\",\"time\":7200,\"retries\":3,\"priority\":-2,\"command\":\"a\","
                        + "\"skip-if-outputs\":true,\"outputs\":[\"a\",\"b c\"],\"tags\":[\"io\",\"big\"],"
                        + "\"after\":[\"prep\",12],\"retry-on\":[1,\"75-77\"],\"success-codes\":3,\"cwd\":\"d\"}"))
                .containsExactly("a [after=prep,12 cores=0.5 cwd=d mem=8G outputs='a,b c' priority=-2 retries=3"
                        + " retry-on=1,75,76,77 skip-if-outputs=yes success-codes=3 tags=big,io time=2h]");
        assertThat(read("{\"command\":\"a\",\"env\":{\"A\":\"x y\",\"B\":2,\"C\":false},\"env.D\":\"d\"}"))
                .containsExactly("a [env.A='x y' env.B=2 env.C=false env.D=d]");
        assertThat(read("{\"command\":\"a\",\"resources\":{\"cores\":2,\"tapes\":1},\"res.x\":3,\"licences\":1}"))
                .containsExactly("a [cores=2 res.licences=1 res.tapes=1 res.x=3]");
        assertThat(read("{\"command\":\"a\",\"mem\":null,\"skip-if-outputs\":false}"))
                .containsExactly("a [mem= skip-if-outputs=]");
    }

    @Test
    void keepsBytes() throws IOException {
        List<Task> tasks =
                tasks("{\"command\":\"echo \u00e9\\ud83d\\ude00\\udcff\",\"cwd\":\"\u00e9\"}".getBytes(UTF_8));
        assertThat(new String(tasks.get(0).command().bytes(), ISO_8859_1))
                .isEqualTo("echo \u00c3\u00a9\u00f0\u009f\u0098\u0080\u00ff");
        assertThat(tasks.get(0).attributes().cwd()).contains("\u00c3\u00a9");
        assertThat(read("{\"command\":\"a\",\"env\":{\"A\":\"b\\nc\"}}")).containsExactly("a [env.A='b\nc']");
    }

    @Test
    void sharesWhatManyTasksAskFor() throws IOException {
        byte[] list = "{\"command\":\"a\",\"cores\":2}\n{\"cores\":2,\"command\":\"b\"}\n".getBytes(UTF_8);
        List<Task> tasks = tasks(list);
        assertThat(tasks.get(1).attributes()).isSameAs(tasks.get(0).attributes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "#;{'command':'a'};{'cores':2} | tasks.jsonl, line 3: the object has no command | one object a line",
                "{'command':''}                | line 1, column 12: the command is empty | one object",
                "{'command':'  '}              | line 1, column 12: the command is empty | one object",
                "{'command':[]}                | the command is empty | one object",
                "{'command':['']}              | the command is empty | one object",
                "{'command':['a',['b']]}       | 'command' holds an array | Write texts",
                "{'command':5}                 | 'command' is neither text nor an array | array of words",
                "{'command':'a\\nb'}           | line 1, column 12: the command holds a line feed | one line",
                "{'command':['a','b\\nc']}     | the command holds a line feed | one line",
                "{'command':'a\\u0000b'}       | a NUL byte | Neither commands",
                "{'command':'a','cwd':'\\u0000'} | a NUL byte | Neither commands",
                "{'command':'a\\ud800b'}       | half a character | UTF-8",
                "{'command':'a','command':'b'} | 'command' comes twice | Take one",
                "{'command':'a','cores':1,'cores':2} | 'cores' comes twice | Take one",
                "{'command':'a','core':1}      | line 1, column 23: unknown key 'core' | Did you mean cores?",
                "{'command':'a','comand':1}    | unknown key 'comand' | Did you mean command?",
                "{'command':'a','core':{}}     | unknown key 'core' | Did you mean cores?",
                "{'command':'a','cores':{}}    | 'cores' is an object | Only env and resources",
                "{'command':'a','cores':[1]}   | 'cores' takes one value, not an array | one object",
                "{'command':'a','cores':'x'}   | line 1, column 24: 'x' is not an amount of cores | number",
                "{'command':'a','tags':[['x']]} | 'tags' holds an array | Write texts",
                "{'command':'a','outputs':['x,y']} | 'x,y' cannot be one of 'outputs' | comma",
                "{'command':'a','env':{'A':[]}} | 'env.A' holds an array | Write texts",
                "{'command':'a','env':{'1':2}} | 'env.1' names nothing that can be | letters",
                "{'command':'a','retries':NaN} | line 1, column 29: JSON has no number 'NaN': write digits | one object",
                "{'barrier':false}             | line 1, column 12: 'barrier' is neither true nor 'check' | the tasks before it",
                "{'barrier':true,'cores':2}    | line 1: the object is a barrier, and asks for something | a line of its own",
                "{'barrier':true,'command':'a'} | line 1: the object is a barrier, and asks for something | a line of its own",
                "{'command':'a'} {}            | there is more after the object | one object",
                "{'command':'a'                | line 1: the object does not end on this line | jq -c",
                "{                             | line 1: the object does not end on this line | jq -c",
                "[{'command':'a'}]             | line 1, column 1: this is no object | jq -c",
                "'a'                           | this is no object | one object",
                "echo a                        | line 1, column 1: Unrecognized token 'echo' | one object",
                "{'command':'a','runner':'nobody'} | line 1: there is no runner nobody | .",
            })
    void tellsWhatIsWrongAndWhere(String list, String message, String remedy) {
        assertThatThrownBy(() -> read(list.replace(';', '\n').replace('\'', '"')))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.getMessage()).startsWith("tasks.jsonl, line ");
                    assertThat(e.getMessage().replace('"', '\'')).contains(message.replace('"', '\''));
                    assertThat(e.remedy()).contains(remedy);
                });
    }

    @Test
    void hasBarriers() throws IOException {
        String list = "{'barrier':true}\n{'command':'a'}\n{'barrier':true}\n{'command':'a'}\n{'command':'b'}\n"
                + "{'barrier':'check'}\n{'command':'b','cores':2}\n";
        List<Task> tasks = tasks(list.replace('\'', '"').getBytes(UTF_8));
        assertThat(tasks).extracting(task -> task.attributes().stage()).containsExactly("", "1", "1", "2!");
        assertThat(tasks.get(3).attributes().shown()).isEqualTo("cores=2");
    }

    @Test
    void countsColumnsFromTheBeginningOfTheLine() {
        assertThatThrownBy(() -> read("\n  {\"command\":\"a\",\"cores\":\"x\"}"))
                .hasMessage("tasks.jsonl, line 2, column 26: 'x' is not an amount of cores");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        assertThatThrownBy(() -> tasks("{\"command\":\"caf\u00e9 x\"}".getBytes(ISO_8859_1)))
                .isInstanceOf(FarmException.class)
                .hasMessageStartingWith("tasks.jsonl, line 1, column ")
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refusesANulByteAndDeepNests() {
        assertThatThrownBy(() -> read("{\"command\":\"a\0\"}")).hasMessage("tasks.jsonl, line 1: a NUL byte");
        assertThatThrownBy(() -> read("[".repeat(1_000_000))).isInstanceOf(FarmException.class);
        assertThatThrownBy(() -> read("{\"command\":\"a\",\"cores\":" + "9".repeat(1_000_000) + "}"))
                .isInstanceOf(FarmException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }

    private static List<String> read(String list) {
        List<String> shown = new ArrayList<>();
        try {
            for (Task task : tasks(list.getBytes(UTF_8))) {
                String attributes = task.attributes().shown();
                shown.add(task.command().text() + (attributes.isEmpty() ? "" : " [" + attributes + "]"));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return shown;
    }

    private static List<Task> tasks(byte[] list) throws IOException {
        Terms terms = new Terms(
                Set.of("licences"),
                runner -> {
                    throw FarmException.badInput("there is no runner " + runner, "There are others.");
                },
                () -> {});
        List<Task> tasks = new ArrayList<>();
        new JsonTaskList().under(terms).read(new ByteArrayInputStream(list), "tasks.jsonl", tasks::add);
        return tasks;
    }
}
