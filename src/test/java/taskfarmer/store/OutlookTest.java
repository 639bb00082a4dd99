package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.Resources;

/** What keeps pending tasks from being taken, as whoever reads the journal sees it. */
class OutlookTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private TestStores stores;

    @BeforeEach
    void beginStores() throws IOException {
        stores = new TestStores(new FileStorage(), directory.resolve("work"));
    }

    private State state() throws IOException {
        Follower follower = new Follower(new FileStorage(), stores.directory());
        follower.follow((op, farmer, time) -> {});
        return follower.state();
    }

    private Outlook outlook(String offer, int claims, String... tasks) throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, FakeList.asking(tasks), false, TestStores.joined(4), t -> {
                t.offer(offer.isEmpty() ? Resources.NONE : Resources.parse(offer));
                return t.claim(claims);
            });
            return Outlook.of(state());
        }
    }

    @Test
    void countsWhatWaitsRestsAndNeedsTooMuch() throws IOException {
        DemandingFarm.make(stores.directory().root());
        Outlook outlook = Outlook.of(state());
        assertThat(outlook)
                .isEqualTo(
                        new Outlook(1, 1, 1, DemandingFarm.HUGE, Resources.parse("cores=64"), 1, DemandingFarm.TAGGED));
        assertThat(Outlook.rest(state(), DemandingFarm.RESTING).orElseThrow()).isBetween(3_500_000L, 3_600_000L);
        assertThat(Outlook.rest(state(), DemandingFarm.HUGE)).isEmpty();
    }

    @Test
    void isClearWhereNobodyAsksForAnything() throws IOException {
        assertThat(outlook("", 1, "a", "b", "c")).isSameAs(Outlook.CLEAR);
    }

    @Test
    void doesNotJudgeByAFarmerThatHasNotSaidWhatItHas() throws IOException {
        assertThat(outlook("", 0, "cores=1000: a")).isEqualTo(Outlook.CLEAR);
    }

    @Test
    void countsAllTasksThatNeedTooMuchOfOneThing() throws IOException {
        Outlook outlook = outlook("cores=8,mem=8G", 0, "cores=8: a", "mem=9G: b", "mem=9G: c", "gpus=1: d", "e");
        assertThat(outlook.unmet()).isEqualTo(3);
        assertThat(outlook.unmetTask()).isEqualTo(1);
        assertThat(outlook.unmetNeeds()).isEqualTo(Resources.parse("cores=1,mem=9G"));
    }

    @Test
    void judgesByThoseThatWereThereWhenNobodyIsLeft() throws IOException {
        try (Store store = stores.open()) {
            TestStores.join(store, FakeList.asking("mem=9G: a", "b"), false, TestStores.joined(4), t -> {
                t.offer(Resources.parse("cores=8,mem=8G"));
                return null;
            });
            store.leave(t -> null);
        }
        assertThat(Outlook.of(state()).unmet()).isEqualTo(1);
        try (Store store = stores.open()) {
            TestStores.join(store, FakeList.asking("mem=9G: a", "b"), false, TestStores.joined(4), t -> {
                t.offer(Resources.parse("cores=8,mem=16G"));
                return null;
            });
            assertThat(Outlook.of(state())).isEqualTo(Outlook.CLEAR);
        }
    }

    @Test
    void saysNothingOfTagsWhileEverybodyIsBusyOrSomebodyTakesThem() throws IOException {
        assertThat(outlook("", 1, "a", "tags=x: b")).isEqualTo(Outlook.CLEAR);
        stores = new TestStores(new FileStorage(), directory.resolve("other"));
        Outlook idle = outlook("", 0, "a", "tags=x: b", "tags=x: c");
        assertThat(idle.untaken()).isEqualTo(2);
        assertThat(idle.untakenTask()).isEqualTo(1);
    }

    @Test
    void tellsWhatATaskWaitsFor() throws IOException {
        outlook("", 1, "name=a: a", "name=a: b", "c", "after=any:a,2: d", "stage=0: e", "stage=1: f");
        State state = state();
        assertThat(Awaited.by(state, 3))
                .containsExactly(new Awaited("a", true, Ids.range(0, 2)), new Awaited("2", true, Ids.of(2)));
        assertThat(Awaited.by(state, 5)).containsExactly(new Awaited("", true, Ids.of(4)));
        assertThat(Awaited.by(state, 0)).isEmpty();
    }
}
