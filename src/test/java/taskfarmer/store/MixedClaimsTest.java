package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.Resources;

/** Many tasks with many different demands are claimed fast, and never more at a time than there is. */
class MixedClaimsTest {
    private static final int TASKS = 100_000;
    private static final int PER_SECOND = 20_000;
    private static final int SLOTS = 64;
    private static final Resources ALL = Resources.parse("cores=64,mem=256G,gpus=4");

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private Resources free = ALL;

    private static FakeList mixed() {
        Random random = new Random(5);
        String[] tasks = new String[TASKS];
        for (int i = 0; i < TASKS; i++) {
            StringBuilder text = new StringBuilder("cores=" + (1 + random.nextInt(16)));
            text.append(" mem=").append(1 + random.nextInt(64)).append('G');
            text.append(random.nextInt(10) == 0 ? " gpus=0.5" : "");
            text.append(random.nextInt(5) == 0 ? " priority=" + random.nextInt(3) : "");
            tasks[i] = text.append(": ./simulate ").append(i).toString();
        }
        return FakeList.asking(tasks);
    }

    private final class Node implements Means {
        private Resources left = free;

        @Override
        public boolean allow(Requirements requirements) {
            return ALL.covers(requirements.resources());
        }

        @Override
        public boolean take(Requirements requirements) {
            if (!left.covers(requirements.resources())) {
                return false;
            }
            left = left.minus(requirements.resources());
            return true;
        }

        @Override
        public boolean isExhausted() {
            return left.amount(Resources.CORES) == 0;
        }

        @Override
        public void passedOver(int task, Requirements requirements) {}
    }

    @Test
    void mixedDemandsAreClaimedFast() throws IOException {
        try (Store store = new TestStores(new FileStorage(), directory.resolve("work")).open()) {
            TestStores.join(store, mixed(), false, TestStores.joined(SLOTS), t -> Ids.NONE);
            BitSet claimed = new BitSet();
            Deque<Integer> running = new ArrayDeque<>();
            Random random = new Random(6);
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long began = threads.getCurrentThreadCpuTime(); // which no other program changes
            while (claimed.cardinality() < TASKS) {
                Ids more = store.transact(t -> {
                    for (int n = random.nextInt(1 + running.size()); n > 0; n--) { // some of them end
                        int task = running.remove();
                        free = free.plus(
                                store.look(state -> state.requirements(task)).resources());
                        t.ended(TestStores.ended(task, 1, 0));
                    }
                    return t.claim(SLOTS - running.size(), SLOTS - running.size(), new Node());
                });
                more.forEach(task -> {
                    assertThat(claimed.get(task)).isFalse();
                    claimed.set(task);
                    running.add(task);
                    free = free.minus(
                            store.look(state -> state.requirements(task)).resources());
                });
                assertThat(free.amounts().values()).allMatch(amount -> amount >= 0);
            }
            double seconds = (threads.getCurrentThreadCpuTime() - began) / 1e9;
            System.out.printf("%,.0f claims with mixed demands a second%n", TASKS / seconds);
            assertThat(TASKS / seconds).isGreaterThan(PER_SECOND);
        }
    }
}
