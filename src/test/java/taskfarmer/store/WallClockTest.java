package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;

/** Farmers whose times of day have nothing to do with each other, and jump: nobody is taken for dead or alive by them. */
@Timeout(60)
class WallClockTest {
    private static final FakeList LIST = FakeList.ofSize(60);
    private static final Duration DEAD_AFTER = Duration.ofMillis(400);

    @TempDir
    private Path directory;

    private final List<String> notices = new ArrayList<>();

    /** A farmer on a host of its own. */
    private final class Member implements AutoCloseable {
        private final Store store;
        private final Set<Integer> held = new HashSet<>();
        private Duration ahead;

        Member(int number, Duration ahead) throws IOException {
            this.ahead = ahead;
            Identity identity =
                    new Identity("node" + number, "boot" + number, "4026531836", number, number * 100L, BatchJob.NONE);
            Storage storage = new FileStorage();
            WorkDirectory work = WorkDirectory.open(storage, directory, TestStores.environment(directory, Map.of()));
            Store.Terms terms = new Store.Terms(Environment.processUid(), Duration.ofSeconds(5), 3, () -> false);
            store = new Store(
                    storage, work, identity, terms, () -> Instant.now().plus(this.ahead), notices::add);
            Op.Joined joined = new Op.Joined(identity, 2, 0, DEAD_AFTER.toMillis());
            keep(TestStores.join(store, LIST, false, joined, transaction -> transaction.claim(2)));
        }

        private void keep(Ids claimed) {
            claimed.forEach(held::add);
        }

        /** Ends what it holds, takes more, and looks after the others, with the time of day moved to and fro. */
        void round() throws IOException {
            ahead = ahead.negated();
            store.beat();
            if (store.checkPeers(true) == Store.Peers.GONE) {
                store.transact(transaction -> {
                    transaction.releaseGone();
                    return held;
                });
            }
            ahead = ahead.negated();
            Ids claimed = store.transact(transaction -> {
                for (int task : held) {
                    assertThat(transaction.ended(TestStores.ended(task, 1, 0))).isTrue();
                }
                return transaction.claim(2);
            });
            held.clear();
            keep(claimed);
        }

        @Override
        public void close() throws IOException {
            store.close();
        }
    }

    @Test
    void decidesNothing() throws IOException, InterruptedException {
        try (Member first = new Member(1, Duration.ZERO);
                Member fast = new Member(2, Duration.ofHours(1));
                Member slow = new Member(3, Duration.ofHours(-1));
                Member dying = new Member(4, Duration.ofHours(-1))) {
            for (int i = 0; i < 6; i++) { // for longer than anybody may be silent
                for (Member member : List.of(first, fast, slow, dying)) {
                    member.round();
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertThat(notices).isEmpty();

            Set<Integer> abandoned = Set.copyOf(dying.held);
            while (notices.isEmpty()) {
                for (Member member : List.of(first, fast, slow)) {
                    member.round();
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(notices).singleElement().asString().contains("node4 (PID 4) is gone");
            assertThat(abandoned).hasSize(2);
            Ids left = first.store.look(state -> state.claimsOf(4));
            assertThat(left.isEmpty()).isTrue();
        }
    }
}
