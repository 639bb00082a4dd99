package taskfarmer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static taskfarmer.report.WrittenFarm.end;
import static taskfarmer.report.WrittenFarm.micros;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.report.Member.Presence;
import taskfarmer.report.Slots.Slot;

class FactsTest {
    @TempDir
    private Path directory;

    private WrittenFarm farm;

    @BeforeEach
    void begin() throws IOException {
        farm = new WrittenFarm(directory, "a", "b", "c", "d");
    }

    private static Usage seconds(int busy, int start, int gaps, int tail) {
        return new Usage(busy * 1_000_000L, start * 1_000_000L, gaps * 1_000_000L, tail * 1_000_000L);
    }

    @Test
    void tellsWhySlotsWereIdle() throws IOException {
        farm.join(1, 0, 2)
                .batch(1, 30, "claim 0-2", end(0, 0, 2, 10, 0), end(1, 1, 1, 3, 0), end(2, 0, 15, 5, 1))
                .batch(1, 40, "leave");
        Facts facts = farm.facts(1000);
        assertThat(facts.usage(0)).isEqualTo(seconds(15 + 3, 2 + 1, 3, 20 + 36));
        assertThat(facts.usage().total()).isEqualTo(80_000_000);
        assertThat(facts.usage().utilisation()).isEqualTo(18 / 80.0);
        assertThat(facts.slots().most()).isEqualTo(2);
    }

    @Test
    void countsSlotsThatNeverGotATaskAsWithoutWork() throws IOException {
        farm.join(1, 0, 3).batch(1, 10, "claim 0", end(0, 0, 0, 10, 0)).batch(1, 10, "leave");
        assertThat(farm.facts(1000).usage(0)).isEqualTo(seconds(10, 0, 20, 0));
    }

    @Test
    void countsWhatOverlapsInASlotOnce() throws IOException {
        farm.join(1, 0, 1)
                .batch(1, 20, "claim 0-1", end(0, 0, 0, 10, 0), end(1, 0, 6, 8, 0))
                .batch(1, 20, "leave");
        assertThat(farm.facts(1000).usage(0)).isEqualTo(seconds(14, 0, 0, 6));
    }

    @Test
    void sortsAttemptsOfASlotByTheirStarts() throws IOException {
        farm.join(1, 0, 1)
                .batch(1, 20, "claim 0-2", end(2, 0, 8, 2, 0), end(0, 0, 1, 2, 0), end(1, 0, 4, 3, 0))
                .batch(1, 20, "leave");
        Facts facts = farm.facts(1000);
        assertThat(List.of(0, 1, 2))
                .extracting(place -> facts.spans().task(facts.slots().attempt(place)))
                .containsExactly(0, 1, 2);
    }

    @Test
    void leavesRunningTasksOpenWhileTheirFarmerIsThere() throws IOException {
        farm.join(1, 0, 1).batch(1, 5, "claim 3", "start 3 1 0 " + micros(4)).heartbeat(1, 95);
        Facts facts = farm.facts(100);
        assertThat(facts.present(Presence.THERE)).isEqualTo(1);
        assertThat(facts.spans().outcome(0)).isEqualTo(Outcome.RUNNING);
        assertThat(facts.spans().duration(0)).isEqualTo(96_000_000);
        assertThat(facts.usage(0)).isEqualTo(seconds(96, 4, 0, 0));
    }

    @Test
    void looksNoFurtherThanASilentFarmerWasHeardOf() throws IOException {
        farm.join(1, 0, 1).batch(1, 5, "claim 3", "start 3 1 0 " + micros(4)).heartbeat(1, 30);
        Facts facts = farm.facts(100_000);
        assertThat(facts.present(Presence.SILENT)).isEqualTo(1);
        assertThat(facts.until()).isEqualTo(micros(30));
        assertThat(facts.spans().duration(0)).isEqualTo(26_000_000);
        assertThat(new Summary(facts).standing()).contains("Stopped without a word", "4 tasks are left");
    }

    @Test
    void takesAFarmerForPresentWhoseHeartbeatCannotBeSeen() throws IOException {
        farm.join(1, 0, 1);
        assertThat(farm.facts(100_000).present(Presence.THERE)).isEqualTo(1);
    }

    @Test
    void countsSlotsThatCameLaterFromTheirFirstTask() throws IOException {
        farm.join(1, 0, 1)
                .batch(0, 10, "scale 1 3 0-2")
                .batch(1, 40, "claim 0-1", end(0, 0, 0, 20, 0), end(1, 1, 12, 8, 0))
                .batch(1, 40, "leave");
        Facts facts = farm.facts(1000);
        assertThat(facts.slots().all()).extracting(Slot::from).containsExactly(micros(0), micros(12), micros(0));
        assertThat(facts.slots().all())
                .extracting(Slot::to)
                .as("the third was never used: nobody knows for how long it was there")
                .containsExactly(micros(40), micros(40), micros(0));
        assertThat(facts.usage(0)).isEqualTo(seconds(28, 0, 0, 20 + 20));
    }

    @Test
    void countsSlotsThatWereGivenUpUntilTheirLastTask() throws IOException {
        farm.join(1, 0, 2)
                .batch(0, 10, "scale 1 1 0-1")
                .batch(1, 40, "claim 0-1", end(0, 0, 0, 40, 0), end(1, 1, 0, 15, 0))
                .batch(1, 40, "leave");
        assertThat(farm.facts(1000).usage(0)).isEqualTo(seconds(55, 0, 0, 0));
    }

    @Test
    void knowsOfAttemptsWhoseTimeNobodyKnows() throws IOException {
        farm.join(1, 0, 1)
                .join(2, 1, 1)
                .batch(1, 2, "claim 0-1")
                .batch(2, 70, "lost 1 0 1 0 " + micros(3), "gone 1 1 -")
                .batch(2, 71, "leave");
        Facts facts = farm.facts(1000);
        assertThat(facts.spans().count()).isEqualTo(2);
        assertThat(facts.slots().placed()).isEqualTo(1);
        assertThat(facts.spans().outcome(facts.slots().attempt(1))).isEqualTo(Outcome.LOST);
        assertThat(facts.members().get(0).until()).isEqualTo(micros(70));
        assertThat(facts.members().get(0).reason()).isEqualTo("lost");
    }

    @Test
    void findsTheSlowestTasks() throws IOException {
        farm.join(1, 0, 4)
                .batch(1, 9, "claim 0-3", end(0, 0, 0, 2, 0), end(1, 1, 0, 9, 1), end(2, 2, 0, 1, 0))
                .batch(1, 9, "start 3 1 3 " + micros(4));
        Facts facts = farm.facts(9);
        assertThat(facts.slowest())
                .as("what runs counts with its time so far, 5 s")
                .extracting(i -> facts.spans().task(i))
                .containsExactly(1, 3, 0, 2);
    }

    @Test
    void saysHowTheFarmStands() throws IOException {
        assertThat(new Summary(farm.facts(1)).standing()).contains("Not begun");
        farm.join(1, 0, 1).batch(1, 1, "claim 0-1").heartbeat(1, 2);
        assertThat(new Summary(farm.facts(2)).standing()).contains("Running", "1 farmer is", "4 tasks are left");
        farm.batch(1, 3, end(0, 0, 1, 1, 0), "unclaim 1", "quit timeout");
        assertThat(new Summary(farm.facts(4)).standing())
                .contains("Stopped before the end", "(timeout)", "3 tasks are left");
        farm.join(2, 5, 1)
                .batch(2, 6, "claim 1-3", end(1, 0, 5, 1, 1), end(2, 0, 5, 1, 0), end(3, 0, 5, 1, 0), "leave");
        assertThat(new Summary(farm.facts(7)).standing()).contains("Ended", "1 of 4 tasks failed");
    }
}
