package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.Command;
import taskfarmer.model.Task;

class LeavingTest {
    private static final Predicate<State> NOTHING_PENDING = state -> state.count(State.Phase.PENDING) == 0;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    /** What was added or put back right before, and not heard of yet, is still this farmer's to do. */
    @Test
    void aFarmerDoesNotLeaveWhatOthersHaveJustSaid() throws IOException {
        TestStores stores = new TestStores(new FileStorage(), directory.resolve("work"));
        try (Store farmer = stores.open();
                Store visitor = stores.open()) {
            TestStores.join(farmer, FakeList.of("a"), false, TestStores.joined(1), t -> t.claim(1));
            farmer.transact(t -> t.ended(TestStores.ended(0, 1, 1)));
            visitor.transact(t -> t.add(List.of(Task.of(Command.of("b")))));
            assertThat(farmer.leaveIfDone(NOTHING_PENDING)).isFalse();
            assertThat(farmer.isPresent()).isTrue();

            farmer.transact(t -> t.claim(1));
            farmer.transact(t -> t.ended(TestStores.ended(1, 1, 0)));
            visitor.transact(t -> {
                t.retry(Ids.of(0));
                return null;
            });
            assertThat(farmer.leaveIfDone(NOTHING_PENDING)).isFalse();

            farmer.transact(t -> t.claim(1));
            farmer.transact(t -> t.ended(TestStores.ended(0, 2, 0)));
            assertThat(farmer.leaveIfDone(NOTHING_PENDING)).isTrue();
            assertThat(farmer.leaveIfDone(NOTHING_PENDING)).as("it has").isTrue();
            assertThat(farmer.isPresent()).isFalse();
        }
    }
}
