package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.FarmException;

/** Somebody reads the journal without the lock, also in the wrong moment. */
class FollowerTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Torn storage = new Torn();
    private TestStores stores;
    private Store store;
    private Follower follower;

    /** Shows wrong bytes in the middle of the journal, so many times. */
    private static final class Torn extends ForwardingStorage {
        private int times;

        @Override
        public OpenFile open(Path path, Mode mode) throws IOException {
            OpenFile file = super.open(path, mode);
            if (!path.endsWith("journal") || times == 0) {
                return file;
            }
            times--;
            return new ForwardingFile(file) {
                @Override
                public void read(ByteBuffer into, long position) throws IOException {
                    int from = into.position();
                    super.read(into, position);
                    into.put((from + into.position()) / 2, (byte) 0);
                }
            };
        }
    }

    @BeforeEach
    void begin() throws IOException {
        stores = new TestStores(new FileStorage(), directory.resolve("work"));
        store = stores.open();
        TestStores.join(store, FakeList.of("a", "b", "c", "d"), false, TestStores.joined(2), t -> t.claim(2));
        follower = new Follower(storage, stores.directory());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private boolean follow() throws IOException {
        return follower.follow((op, farmer, time) -> {});
    }

    @Test
    void readsOnlyWhatIsNew() throws IOException {
        assertThat(follow()).isTrue();
        assertThat(follow()).isFalse();
        store.transact(t -> t.ended(TestStores.ended(0, 1, 0)));
        assertThat(follow()).isTrue();
        assertThat(follower.state().count(State.Phase.FINISHED)).isEqualTo(1);
    }

    @Test
    void looksAgainIfItCameInTheWrongMoment() throws IOException {
        follow();
        store.transact(t -> t.ended(TestStores.ended(0, 1, 0)));
        storage.times = 3;
        assertThat(follow()).isTrue();
        assertThat(storage.times).isZero();
        assertThat(follower.state().count(State.Phase.FINISHED)).isEqualTo(1);
    }

    @Test
    void refusesWhatStaysDamaged() {
        storage.times = Integer.MAX_VALUE;
        assertThatThrownBy(this::follow).isInstanceOf(FarmException.class).hasMessageContaining("is damaged at byte 0");
    }
}
