package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.config.BatchJob;
import taskfarmer.model.Attributes;
import taskfarmer.model.Resources;
import taskfarmer.model.Usage;

class OpTextTest {
    static Stream<Arguments> entries() {
        Identity identity =
                new Identity("node1", "b00t-1d", "4026531836", 4711, 98765, new BatchJob("12_4", "0", "n1"));
        return Stream.of(
                entry("farm 1 0123456789abcdef", new Op.Founded(1, "0123456789abcdef")),
                entry("tasks 0 5 0 60 0000000a", new Op.Frozen(0, 5, 0, 60, 10)),
                entry("tasks 7 1 99 123456789012 ffffffff", new Op.Frozen(7, 1, 99, 123456789012L, -1)),
                entry(
                        "list 60 8000abcd default:0 0-2,7,1",
                        new Op.Listed(60, 0x8000abcd, "default:0", ids(0, 1, 2, 7, 1))),
                entry("list 0 00000000 default -", new Op.Listed(0, 0, "default", Ids.NONE)),
                entry("drop 3-4", new Op.Dropped(ids(3, 4))),
                entry("adopt finished 0,2", new Op.Adopted(true, ids(0, 2))),
                entry("adopt failed 1", new Op.Adopted(false, ids(1))),
                entry(
                        "join node1 b00t-1d 4026531836 4711 98765 12_4 0 n1 16 32 60000",
                        new Op.Joined(identity, 16, 32, 60_000)),
                entry("fail lost 3-4", new Op.GivenUp("lost", ids(3, 4))),
                entry("leave", new Op.Left("")),
                entry("quit SIGUSR1", new Op.Left("SIGUSR1")),
                entry("cancel 3,5-7", new Op.Cancelled(ids(3, 5, 6, 7))),
                entry("abort 3 2", new Op.Aborted(3, 2)),
                entry("retry 0-1", new Op.Retried(ids(0, 1))),
                entry("tell 2 drain", new Op.Told(2, Op.Wish.DRAIN)),
                entry("scale 2 3 0-1,8", new Op.Scaled(2, 3, ids(0, 1, 8))),
                entry("claim 0-299", new Op.Claimed(Ids.range(0, 300))),
                entry("start 5 1 15 1700000000000000", new Op.Started(5, 1, 15, 1700000000000000L)),
                entry("asking 7 1 99 123456789012 ffffffff", new Op.Frozen(7, 1, 99, 123456789012L, -1, true)),
                entry(
                        "revise 3-4,9 cores=4000\tcwd=a%20b",
                        new Op.Revised(
                                ids(3, 4, 9), Attributes.NONE.with("cores", "4").with("cwd", "a b"))),
                entry("revise 3-4,9 -", new Op.Revised(ids(3, 4, 9), Attributes.NONE)),
                entry(
                        "offer cores=32,gpus=0.5,mem=68719476736",
                        new Op.Offered(Resources.parse("cores=32,mem=64G,gpus=0.5"))),
                entry("skip 4 6-7", new Op.Skipped(4, ids(6, 7))),
                entry(
                        "result 5 2 0 1700000000000000 1500 143 failed timeout 2000000 1048576 77",
                        new Op.Ended(
                                5,
                                2,
                                0,
                                1700000000000000L,
                                1500,
                                143,
                                Op.Verdict.FAILED,
                                Op.Ended.TIMEOUT,
                                new Usage(2_000_000, 1_048_576, 77))),
                entry(
                        "result 5 2 0 17 1500 3 again - -1 -1 -1",
                        new Op.Ended(5, 2, 0, 17, 1500, 3, Op.Verdict.AGAIN, "", Usage.UNKNOWN)),
                entry("end 5 2 0 1700000000000000 1500 137", new Op.Ended(5, 2, 0, 1700000000000000L, 1500, 137)),
                entry("requeue 5 1 3 17 1500 SIGTERM", new Op.Requeued(5, 1, 3, 17, 1500, "SIGTERM")),
                entry("unclaim 2147483646", new Op.Unclaimed(ids(Integer.MAX_VALUE - 1))),
                entry("lost 2 5 1 0 17", new Op.Lost(2, 5, 1, 0, 17)),
                entry("gone 2 - -", new Op.Gone(2, Ids.NONE, Ids.NONE)),
                entry("gone 2 1,3 5", new Op.Gone(2, ids(1, 3), ids(5))),
                entry("late 5 1 0", new Op.Late(5, 1, 0)));
    }

    private static Arguments entry(String line, Op op) {
        return Arguments.of(line, op);
    }

    private static Ids ids(int... ids) {
        Ids.Builder builder = new Ids.Builder();
        for (int id : ids) {
            builder.add(id);
        }
        return builder.build();
    }

    private static Op read(String line) {
        byte[] bytes = ("xy" + line + "\n").getBytes(StandardCharsets.ISO_8859_1);
        return OpText.read(new Words(bytes, 2, bytes.length - 1));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void writesAndReadsEachEntry(String line, Op op) {
        StringBuilder text = new StringBuilder();
        OpText.write(op, text);
        assertThat(text).hasToString(line + "\n");
        assertThat(read(line)).isEqualTo(op);
    }

    @Test
    void coversAllEntries() {
        Set<Object> covered = entries().map(entry -> entry.get()[1].getClass()).collect(Collectors.toSet());
        assertThat(covered).isEqualTo(Set.of((Object[]) Op.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void refusesAnEntryWithAWordTooFewOrTooMany(String line, Op op) {
        assertThatThrownBy(() -> read(line + " 1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read(line + " ")).isInstanceOf(IllegalArgumentException.class);
        int space = line.lastIndexOf(' ');
        if (space > 0) {
            assertThatThrownBy(() -> read(line.substring(0, space))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "leap",
                "Leave",
                " leave",
                "claim",
                "claim x",
                "claim 1-",
                "claim -1",
                "claim 1--2",
                "claim 3-1",
                "claim 1,",
                "claim ,1",
                "claim 1,,2",
                "claim 1 2",
                "claim 2147483648",
                "claim 99999999999999999999",
                "start 1 1 0 x",
                "start 1 1 0 1.5",
                "start 1 1 0 ",
                "start 1 1 0 -",
                "start 1 1 0 1234567890123456789",
                "start 2147483648 1 0 1",
                "adopt lost 1",
                "tasks 0 1 0 1 xyz",
                "tasks 0 1 0 1 123456789",
                "late 1 1"
            })
    void refusesWhatIsNoEntry(String line) {
        assertThatThrownBy(() -> read(line)).isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
    }
}
