package taskfarmer.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskfarmer.config.BatchJob;
import taskfarmer.model.Resources;
import taskfarmer.store.Identity;

class RoomTest {
    private static Room room(String stated) {
        return new Room(Capacity.of(FakeNode.of("0-31", 64), Stated.parse(stated)));
    }

    private static Resources resources(String text) {
        return Resources.parse(text);
    }

    private static List<String> cores(Room room, String demand) {
        return room.place(resources(demand)).map(Room.Place::cores).orElse(List.of("none"));
    }

    private static List<String> gpus(Room room, String demand) {
        return room.place(resources(demand)).map(Room.Place::gpus).orElse(List.of("none"));
    }

    private static Entry entry(int number, String amounts, List<String> cores, List<String> gpus) {
        return new Entry(
                new Identity("n1", "b", "1", 77, 88, BatchJob.NONE), number, resources(amounts), cores, gpus, "x");
    }

    @Test
    void givesTheLowestUnitsThatAreFree() {
        Room room = room("cores=8");
        assertThat(cores(room, "cores=2")).containsExactly("0", "1");
        assertThat(cores(room, "cores=3")).containsExactly("2", "3", "4");
        assertThat(cores(room, "cores=4")).containsExactly("none");
        assertThat(cores(room, "cores=3")).containsExactly("5", "6", "7");
        assertThat(cores(room, "cores=0.25")).containsExactly("none");
        assertThat(room.free()).isEqualTo(resources("mem=64G"));
    }

    @Test
    void hasFractionsShareOne() {
        Room room = room("gpus=3");
        assertThat(gpus(room, "cores=1,gpus=0.5")).containsExactly("0");
        assertThat(gpus(room, "cores=1,gpus=0.25")).containsExactly("0");
        assertThat(gpus(room, "cores=1,gpus=0.5")).containsExactly("1");
        assertThat(gpus(room, "cores=1,gpus=1")).containsExactly("2");
        assertThat(gpus(room, "cores=1,gpus=0.25"))
                .as("the fullest that has room")
                .containsExactly("0");
        assertThat(gpus(room, "cores=1,gpus=0.4")).containsExactly("1");
        assertThat(gpus(room, "cores=1,gpus=0.25")).containsExactly("none");
        assertThat(gpus(room, "cores=1,gpus=0.1")).containsExactly("1");
        assertThat(room.free().amount(Resources.GPUS)).isZero();
    }

    @Test
    void makesNoWholeOneOfParts() {
        Room room = room("gpus=2");
        assertThat(room.take(resources("gpus=0.6"))).isTrue();
        assertThat(room.take(resources("gpus=0.6"))).isTrue();
        assertThat(room.take(resources("gpus=0.8"))).isFalse();
        assertThat(room.free().amount(Resources.GPUS)).isEqualTo(800);
    }

    @Test
    void takesAllOrNothing() {
        Room room = room("cores=4,gpus=1,mem=8G,licences=1");
        assertThat(room.take(resources("cores=2,gpus=2"))).isFalse();
        assertThat(room.take(resources("cores=2,mem=9G"))).isFalse();
        assertThat(room.take(resources("cores=2,licences=1.5"))).isFalse();
        assertThat(room.take(resources("cores=2,tapes=1")))
                .as("what there is none of")
                .isFalse();
        assertThat(room.free()).isEqualTo(resources("cores=4,gpus=1,mem=8G,licences=1"));
        assertThat(room.take(resources("cores=0.5,gpus=2"))).isFalse();
        assertThat(room.take(resources("cores=4,gpus=1,mem=8G,licences=1"))).isTrue();
        assertThat(room.free()).isEqualTo(Resources.NONE);
    }

    @Test
    void hasNothingOfWhatThereIsNoneOf() {
        Room room = room("cores=0,mem=0");
        assertThat(room.take(resources("cores=1"))).isFalse();
        assertThat(room.take(resources("mem=1"))).isFalse();
        assertThat(room.take(Resources.NONE)).isTrue();
    }

    @Test
    void countsWhatOthersHold() {
        Entry other = entry(1, "cores=2,mem=16G,gpus=0.5,tapes=3", List.of("0", "5"), List.of("1"));
        Room room = room("gpus=2,licences=2").without(List.of(other));
        assertThat(room.free())
                .isEqualTo(resources("cores=30,mem=48G,licences=2").with(Resources.GPUS, 1500));
        assertThat(cores(room, "cores=5")).containsExactly("1", "2", "3", "4", "6");
        assertThat(gpus(room, "gpus=0.5")).containsExactly("1");
    }

    @Test
    void leavesToOthersWhatIsNoneOfItsOwn() {
        Room step = new Room(Capacity.of(FakeNode.of("8-11", 64), Stated.NOTHING));
        Entry other = entry(1, "cores=4,mem=16G", List.of("0", "1", "2", "3"), List.of());
        assertThat(step.without(List.of(other)).free())
                .as("two steps of a job, each bound to cores of its own")
                .isEqualTo(resources("cores=4,mem=48G"));
    }

    @Test
    void countsAllThatAnybodyHoldsOfWhatIsStated() {
        Entry other = entry(1, "cores=6,mem=1G", List.of("20", "21", "22", "23", "24", "25"), List.of());
        assertThat(room("cores=8").without(List.of(other)).free()).isEqualTo(resources("cores=2,mem=63G"));
        assertThat(room("cores=4").without(List.of(other)).free()).isEqualTo(resources("mem=63G"));
        assertThat(room("cores=4").without(List.of(other)).take(resources("cores=1")))
                .isFalse();
    }

    @Test
    void canBeTriedWithoutHarm() {
        Room room = room("cores=4");
        assertThat(room.copy().take(resources("cores=4,mem=64G"))).isTrue();
        assertThat(room.free()).isEqualTo(resources("cores=4,mem=64G"));
    }

    @Test
    void entriesSurviveBeingWritten() {
        List<Entry> entries = new ArrayList<>();
        entries.add(entry(1, "cores=2,mem=16G,gpus=2", List.of("0", "5"), List.of("GPU-8e6e-1", "MIG-2a/1/0")));
        entries.add(entry(2, "cores=0.25", List.of("31"), List.of()));
        entries.add(new Entry(
                entries.get(0).owner(), 3, Resources.NONE, List.of(), List.of(), "/a b/\udcff\u00e9 tasks.txt 7.1"));
        for (Entry entry : entries) {
            assertThat(Entry.parse(entry.text())).contains(entry);
        }
        String longLabel = "task 12 of /scratch/" + "x".repeat(2000) + "/tasks.txt_workdir";
        Entry shortened = new Entry(entries.get(0).owner(), 4, Resources.NONE, List.of(), List.of(), longLabel);
        assertThat(Entry.parse(shortened.text()).orElseThrow().label())
                .startsWith("task 12 of /scratch/xxx")
                .contains("x...x")
                .endsWith("/tasks.txt_workdir")
                .hasSize(161);
        for (String none : List.of("", "a", "n1 b 1 77 88 1 cores=x - - l", "n1 b 1 x 88 1 - - - l")) {
            assertThat(Entry.parse(none)).isEqualTo(Optional.empty());
        }
    }
}
