package taskfarmer.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.store.Journal;

class CheckpointTest {
    private static final Checkpoint CHECKPOINT = new Checkpoint(
            new Journal.Position(1234567890123L, 42, 0xdeadbeef),
            new EndedLists.Lengths(17, 18, 19),
            new Journal.Position(99, 3, 7),
            1000,
            900,
            98);

    @Test
    void isReadAsItWasWritten() {
        assertThat(Checkpoint.parse(CHECKPOINT.line())).isEqualTo(CHECKPOINT);
        assertThat(Checkpoint.parse(Checkpoint.START.line())).isEqualTo(Checkpoint.START);
    }

    @Test
    void fitsIntoASealedLineHoweverLargeItGets() {
        Journal.Position far = new Journal.Position(Long.MAX_VALUE, Long.MAX_VALUE, -1);
        long most = Long.MAX_VALUE;
        assertThat(new Checkpoint(far, new EndedLists.Lengths(most, most, most), far, most, most, most).line())
                .hasSizeLessThan(247);
    }

    @Test
    void isNoneWithoutALine() {
        assertThat(Checkpoint.parse(null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "views",
                "views 1 2 3 4 5 6 7 8 9 10 11",
                "views 1 2 3 4 5 6 7 8 9 10 11 12 13",
                "views 1 2 x 4 5 6 7 8 9 10 11 12",
                "views 1 2 3 4 5 6 7 8 9 10 11 x",
                "views 1 2 123456789 4 5 6 7 8 9 10 11 12",
                "witness 1 2 3 4 5 6 7 8 9 10 11 12"
            })
    void isNoneInALineOfAnotherKind(String line) {
        assertThat(Checkpoint.parse(line)).isNull();
    }

    @Test
    void movesOneViewAtATime() {
        Journal.Position to = new Journal.Position(5, 6, 7);
        EndedLists.Lengths lengths = new EndedLists.Lengths(1, 2, 3);
        assertThat(CHECKPOINT.withLists(to, lengths))
                .isEqualTo(new Checkpoint(to, lengths, CHECKPOINT.timeline(), 1000, 900, 98));
        assertThat(CHECKPOINT.withTimeline(to, 3, 2))
                .isEqualTo(new Checkpoint(CHECKPOINT.lists(), CHECKPOINT.lengths(), to, 3, 2, 98));
        assertThat(CHECKPOINT.withToProcess(4).toprocess()).isEqualTo(4);
    }
}
