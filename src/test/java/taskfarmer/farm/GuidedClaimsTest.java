package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.store.FakeList;
import taskfarmer.store.FaultyStorage;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.State;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;

class GuidedClaimsTest {
    private static final int SLOTS = 4;
    private static final int TASKS = 10_000;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final List<Store> farmers = new ArrayList<>();
    private TestStores stores;
    private Store store;

    @BeforeEach
    void join() throws IOException {
        stores = new TestStores(new FaultyStorage(), directory.resolve("work"));
        store = farmer(SLOTS);
    }

    private Store farmer(int slots) throws IOException {
        Store farmer = stores.open();
        farmers.add(farmer);
        TestStores.join(farmer, FakeList.ofSize(TASKS), false, TestStores.joined(slots), t -> null);
        return farmer;
    }

    @AfterEach
    void close() throws IOException {
        for (Store farmer : farmers) {
            farmer.close();
        }
    }

    private int count(int idle, int ready, double meanSeconds) {
        return store.look(state -> GuidedClaims.count(state, SLOTS, idle, ready, meanSeconds, 1));
    }

    private void leave(int pending) throws IOException {
        store.transact(t -> t.claim(TASKS - pending));
    }

    @Test
    void isOnePerFreeSlotWhileNothingIsKnown() {
        assertThat(count(4, 0, 0)).isEqualTo(4);
        assertThat(count(1, 0, 0)).isEqualTo(1);
        assertThat(count(2, 1, 0)).isEqualTo(1);
        assertThat(count(0, 0, 0)).isZero();
        assertThat(count(1, 5, 0)).isZero();
    }

    @Test
    void isAboutASecondOfWorkForEachSlot() {
        assertThat(count(0, 0, 0.01)).isEqualTo(400);
        assertThat(count(4, 0, 0.01)).isEqualTo(404);
        assertThat(count(0, 300, 0.01)).isEqualTo(100);
        assertThat(count(0, 500, 0.01)).isZero();
    }

    @Test
    void takesNoLongTaskAhead() {
        assertThat(count(0, 0, 1.1)).isZero();
        assertThat(count(0, 0, 3600)).isZero();
        assertThat(count(3, 0, 3600)).isEqualTo(3);
    }

    @Test
    void isAtMostHalfOfThisFarmersShareOfWhatIsLeft() throws IOException {
        assertThat(count(0, 0, 1e-6)).isEqualTo(TASKS / 2);
        farmer(12);
        store.transact(t -> null);
        assertThat(count(0, 0, 1e-6)).isEqualTo(TASKS * 4 / (2 * 16));
        leave(100);
        assertThat(count(0, 0, 1e-6)).isEqualTo(12);
        assertThat(count(0, 0, 0)).isZero();
    }

    @Test
    void leavesTheLastTasksToWhoeverIsFree() throws IOException {
        leave(1);
        assertThat(count(0, 0, 0.001)).isZero();
        assertThat(count(1, 0, 0.001)).isEqualTo(1);
    }

    @Test
    void keepsItsBoundsWhateverIsAsked() {
        Random random = new Random(11);
        State[] state = new State[1];
        store.look(now -> state[0] = now);
        for (int i = 0; i < 20_000; i++) {
            int slots = 1 + random.nextInt(200);
            int idle = random.nextInt(slots + 1);
            int ready = random.nextInt(3000);
            double mean = random.nextInt(5) == 0 ? 0 : Math.pow(10, random.nextDouble() * 12 - 9);
            int count = GuidedClaims.count(state[0], slots, idle, ready, mean, 1);
            assertThat(count).isGreaterThanOrEqualTo(Math.max(0, idle - ready));
            long horizon = mean <= 0 ? 0 : (long) Math.min(slots / mean, 1e18);
            assertThat((long) count).isLessThanOrEqualTo(Math.max(0, idle - ready) + Math.min(horizon, TASKS / 2));
        }
    }
}
