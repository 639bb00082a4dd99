package taskfarmer.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;

class SweepTest {
    @Test
    void lastVariableVariesFastest() {
        assertThat(read("#TF each x=1..2 y=a,b\n./sim {x} {y}\n{y}\n{x}\nplain\n"))
                .containsExactly("./sim 1 a", "./sim 1 b", "./sim 2 a", "./sim 2 b", "a", "b", "1", "2", "plain");
        assertThat(read("#TF each x=1..2 y=a,b\n{y} {x}\n")).containsExactly("a 1", "b 1", "a 2", "b 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1..4             | 1 2 3 4",
                "3..1             | 3 2 1",
                "5..5             | 5",
                "-1..1            | -1 0 1",
                "1..10..3         | 1 4 7 10",
                "1..9..3          | 1 4 7",
                "10..1..4         | 10 6 2",
                "10..1..-4        | 10 6 2",
                "08..11           | 08 09 10 11",
                "1..03            | 01 02 03",
                "001..3           | 001 002 003",
                "-01..1           | -01 000 001",
                "0..1..0.25       | 0.00 0.25 0.50 0.75 1.00",
                "0.5..-0.5..0.5   | 0.5 0.0 -0.5",
                "1.0..2           | 1.0 2.0",
                "08.5..10..0.5    | 08.5 09.0 09.5 10.0",
                "a                | a",
                "b,a              | b a",
                "1..3,7,x         | 1 2 3 7 x",
                "../data,a..b.c   | ../data a..b.c",
                "'1..3'           | 1..3",
                "a=b              | a=b",
            })
    void knowsRangesAndLists(String values, String expected) {
        assertThat(read("#TF each x=" + values + "\necho {x}\n"))
                .extracting(command -> command.replaceFirst("echo ", "").replace("'", ""))
                .containsExactly(expected.split(" "));
    }

    @Test
    void addsNoRoundingErrors() {
        List<String> commands = read("#TF each x=0..100..0.001\n{x}\n");
        assertThat(commands).hasSize(100_001).endsWith("100.000").contains("0.003", "33.333");
    }

    @Test
    void quotesValuesByTheirPlace() {
        assertThat(read("#TF each x='a b','it,s'\necho {x} \"{x}\" '{x}' $(cat {x})\n"))
                .containsExactly(
                        "echo 'a b' \"\"'a b'\"\" '''a b''' $(cat 'a b')",
                        "echo 'it,s' \"\"'it,s'\"\" '''it,s''' $(cat 'it,s')");
        assertThat(read("#TF each x=a,,b\necho {x}\n")).containsExactly("echo a", "echo ''", "echo b");
    }

    @Test
    void knowsModifiers() {
        assertThat(read("#TF each f=d/a.root\n{f} {f.} {f/} {f//} {f/.}\n")).containsExactly("d/a.root d/a a.root d a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${x}", "\\{x}", "{z}", "{1..9}", "{a,b}", "{}", "{#}", "{%}", "{1}", "{x,y}", "{ x }", "{x", "{xx}"
            })
    void leavesAllElseAlone(String text) {
        assertThat(read("#TF each x=1..2\n{x} " + text + "\n")).containsExactly("1 " + text, "2 " + text);
    }

    @Test
    void holdsForTheNextLineOnlyWithAPlus() {
        assertThat(read("#TF each x=1..2\n#TF+ each y=a,b\n{x}{y}\n{x}{y}\n"))
                .containsExactly("1a", "1b", "2a", "2b", "1{y}", "2{y}");
        assertThat(read("#TF+ each x=1..2\n{x}\n{x}\n")).containsExactly("1", "2", "{x}");
    }

    @Test
    void addsToWhatHoldsAndEndsAlone() {
        assertThat(read("#TF each x=1,2 y=a,b\n#TF each x=3,4\n{x}{y}\n#TF each\n{x}{y}\n"))
                .containsExactly("3a", "3b", "4a", "4b", "{x}{y}");
    }

    @Test
    void putsValuesIntoAttributesAsTheyAre() {
        assertThat(read("#TF outputs=out_{x}.dat mem={m}G\n#TF each x='a b',c m=1,2\n"
                        + "#TF+ name=sim{m} env.X={x} after=any:p{m}\nrun\nlast {x}\n"))
                .containsExactly(
                        "run [after=any:p1 env.X='a b' mem=1G name=sim1 outputs='out_a b.dat']",
                        "run [after=any:p2 env.X='a b' mem=2G name=sim2 outputs='out_a b.dat']",
                        "run [after=any:p1 env.X=c mem=1G name=sim1 outputs=out_c.dat]",
                        "run [after=any:p2 env.X=c mem=2G name=sim2 outputs=out_c.dat]",
                        "last 'a b' [mem=1G outputs='out_a b.dat']",
                        "last 'a b' [mem=2G outputs='out_a b.dat']",
                        "last c [mem=1G outputs=out_c.dat]",
                        "last c [mem=2G outputs=out_c.dat]");
    }

    @Test
    void leavesBracesInAttributesAloneWithoutSuchAVariable() {
        assertThat(read("#TF cwd=a{x}\nrun\n#TF each y=1..2\nrun {y}\n#TF cwd=b\nrun\n"))
                .containsExactly("run [cwd=a{x}]", "run 1 [cwd=a{x}]", "run 2 [cwd=a{x}]", "run [cwd=b]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "#TF each x             | line 1: 'x' after each has no values",
                "#TF each x=            | line 1: the variable x has no values",
                "#TF each 1x=a          | line 1: '1x' is no name for a variable",
                "#TF each x=1 x=2       | line 1: the variable x comes twice",
                "#TF each x=1..b        | line 1: '1..b' is no range",
                "#TF each x=a..e        | line 1: 'a..e' is no range",
                "#TF each x=1..2..0     | line 1: '1..2..0' is no range",
                "#TF each x=1...5       | line 1: '1...5' is no range",
                "#TF each x=1..9999999999999999999 | is no range",
                "#TF each x=1e3..1e4    | line 1: '1e3..1e4' is no range",
                "#TF each x=+1..5       | line 1: '+1..5' is no range",
                "#TF each x=.5..1       | line 1: '.5..1' is no range",
                "#TF each x=1..2 cores=2;{x} | line 1: 'cores' after each: cores is what a task asks for",
                "#TF each x=1..2        | line 1: no line uses {x} before the end of the list",
                "#TF each x=1..2 y=1;a;#TF reset;b | line 1: no line uses {x} or {y} before line 3",
                "#TF each x=1..2;a;#TF each;{x} | line 1: no line uses {x} before line 3",
                "#TF each x=1;#TF each x=2;{x} | line 1: no line uses {x} before line 2",
                "#TF+ each x=1..2;a;{x} | line 1: no line uses {x} before line 3",
                "a;#TF each seed=1..2;sim {seed};sim {sed} | line 4: there is no variable {sed}",
                "#TF each x=1..2;sim {X} {x} | line 2: there is no variable {X}",
                "#TF each x=1..2;{x};sim {alpha.} | line 3: there is no variable {alpha}",
                "#TF outputs=out_{sed};#TF each seed=1..2;sim {seed} | line 1: there is no variable {sed}",
                "#TF cores={x};#TF each x=1,y;run | line 1: 'y' is not an amount of cores",
                "#TF each x=1..100000 y=1..100000;;{x} {y} | line 3: this line would be 10,000,000,000 tasks",
            })
    void tellsWhatIsWrongAndWhere(String list, String message) {
        assertThatThrownBy(() -> read(list.replace(';', '\n')))
                .isInstanceOf(FarmException.class)
                .hasMessageStartingWith("tasks.txt, line")
                .hasMessageContaining(message);
    }

    @Test
    void mayBeUsedByAnyOfItsLines() {
        assertThat(read("#TF each x=1..2 y=a\nb\n#TF each z=3\n#TF+ each x=7\n{x}\n{y}{z}\n\n#TF reset\n{x}\n"))
                .containsExactly("b", "7", "a3", "{x}");
        assertThat(read("#TF each x=1..2\n#TF cwd=d{x}\na\n#TF each\n#TF reset\nb {c}\n"))
                .containsExactly("a [cwd=d1]", "a [cwd=d2]", "b {c}");
    }

    @Test
    void streamsAMillion() throws IOException {
        long[] count = {0};
        String[] last = {""};
        byte[] list = "#TF each x=1..1000 y=0001..1000\n./sim {x} {y}\n".getBytes(UTF_8);
        new ListTaskList().read(new ByteArrayInputStream(list), "tasks.txt", task -> {
            count[0]++;
            last[0] = task.command().text();
            assertThat(count[0]).isLessThanOrEqualTo(1_000_000);
        });
        assertThat(count[0]).isEqualTo(1_000_000);
        assertThat(last[0]).isEqualTo("./sim 1000 1000");
    }

    @Test
    void readsAMegabyteOfValuesOrBracesWithoutDelay() {
        assertThat(read("#TF each x=" + "a,".repeat(500_000) + "b\n{x}\n")).hasSize(500_001);
        assertThat(read("#TF each x=1,2\n" + "{".repeat(1_000_000) + "x}\n")).hasSize(2);
    }

    private static List<String> read(String list) {
        List<String> shown = new ArrayList<>();
        try {
            new ListTaskList().read(new ByteArrayInputStream(list.getBytes(UTF_8)), "tasks.txt", task -> {
                shown.add(show(task));
            });
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return shown;
    }

    private static String show(Task task) {
        String attributes = task.attributes().shown();
        return task.command().text() + (attributes.isEmpty() ? "" : " [" + attributes + "]");
    }
}
