package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.Command;

class LeavingTest {
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
            visitor.transact(t -> t.add(List.of(Command.of("b"))));
            assertThat(farmer.leaveIfDone()).isFalse();
            assertThat(farmer.isPresent()).isTrue();

            farmer.transact(t -> t.claim(1));
            farmer.transact(t -> t.ended(TestStores.ended(1, 1, 0)));
            visitor.transact(t -> {
                t.retry(Ids.of(0));
                return null;
            });
            assertThat(farmer.leaveIfDone()).isFalse();

            farmer.transact(t -> t.claim(1));
            farmer.transact(t -> t.ended(TestStores.ended(0, 2, 0)));
            assertThat(farmer.leaveIfDone()).isTrue();
            assertThat(farmer.leaveIfDone()).as("it has").isTrue();
            assertThat(farmer.isPresent()).isFalse();
        }
    }
}
