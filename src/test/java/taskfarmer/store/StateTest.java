package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import taskfarmer.store.State.Phase;

class StateTest {
    private State state;

    @BeforeEach
    void twoFarmersAndSixTasks() {
        state = new State();
        apply(new Op.Founded(1, "abc"), 0);
        apply(new Op.Frozen(0, 6, 0, 60, 0), 0);
        apply(TestStores.joined(2), 1);
        apply(TestStores.joined(3), 2);
    }

    private void apply(Op op, int farmer) {
        state.apply(op, farmer, 1000);
    }

    /** The entry is refused, and nothing of it was done. */
    private void assertRefused(Op op, int farmer, String problem) {
        String before = describe();
        assertThatThrownBy(() -> apply(op, farmer))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(problem);
        assertThat(describe()).isEqualTo(before);
    }

    private String describe() {
        StringBuilder text = new StringBuilder(state.id() + state.size() + state.tasksLength() + state.list());
        for (int task = 0; task < state.size(); task++) {
            text.append(' ').append(state.phase(task)).append(state.attempts(task));
        }
        for (Phase phase : Phase.values()) {
            text.append(' ').append(phase).append(state.count(phase));
        }
        return text + " " + state.claims() + state.farmers() + state.pending() + state.isAdopted();
    }

    private static Ids ids(int... ids) {
        Ids.Builder builder = new Ids.Builder();
        for (int id : ids) {
            builder.add(id);
        }
        return builder.build();
    }

    @Test
    void startsWithAllTasksPending() {
        assertThat(state.count(Phase.PENDING)).isEqualTo(6);
        assertThat(state.firstPending(2)).isEqualTo(Ids.range(0, 2));
        assertThat(state.firstPending(100)).isEqualTo(Ids.range(0, 6));
        assertThat(state.slots()).isEqualTo(5);
        assertThat(state.nextFarmer()).isEqualTo(3);
    }

    @Test
    void followsATaskThroughItsLife() {
        apply(new Op.Claimed(ids(2, 4)), 1);
        assertThat(state.phase(2)).isEqualTo(Phase.CLAIMED);
        assertThat(state.claims().get(2)).isEqualTo(new State.Claim(1, 1, -1, 0));
        assertThat(state.claims().get(2).isRunning()).isFalse();
        assertThat(state.claimsOf(1)).isEqualTo(ids(2, 4));
        assertThat(state.claimsOf(2)).isEqualTo(Ids.NONE);
        apply(new Op.Started(2, 1, 0, 17), 1);
        assertThat(state.claims().get(2)).isEqualTo(new State.Claim(1, 1, 0, 17));
        apply(TestStores.requeued(2, 1), 1);
        assertThat(state.phase(2)).isEqualTo(Phase.PENDING);
        assertThat(state.attempts(2)).isEqualTo(1);
        assertThat(state.firstPending(3)).isEqualTo(ids(0, 1, 2));
        apply(new Op.Claimed(ids(2)), 2);
        assertThat(state.claims().get(2).attempt()).isEqualTo(2);
        apply(TestStores.ended(2, 2, 0), 2);
        assertThat(state.phase(2)).isEqualTo(Phase.FINISHED);
        apply(TestStores.ended(4, 1, 1), 1);
        assertThat(state.phase(4)).isEqualTo(Phase.FAILED);
        assertThat(state.claims()).isEmpty();
        assertThat(state.count(Phase.PENDING)).isEqualTo(4);
    }

    @Test
    void countsNoAttemptForWhatWasNotStarted() {
        apply(new Op.Claimed(ids(0)), 1);
        apply(new Op.Unclaimed(ids(0)), 1);
        assertThat(state.attempts(0)).isZero();
        assertThat(state.firstPending(1)).isEqualTo(ids(0));
    }

    @Test
    void takesTheTasksOfADeadFarmerBack() {
        apply(new Op.Claimed(ids(0, 1, 2)), 1);
        apply(new Op.Started(1, 1, 0, 17), 1);
        apply(new Op.Lost(1, 1, 1, 0, 17), 2);
        apply(new Op.Gone(1, ids(0, 2), Ids.NONE), 2);
        assertThat(state.count(Phase.PENDING)).isEqualTo(6);
        assertThat(state.farmers().get(1).present()).isFalse();
        assertThat(state.slots()).isEqualTo(3);
        // They may have been started unseen, so the next attempt is another one.
        assertThat(state.attempts(0)).isEqualTo(1);
        assertThat(state.attempts(1)).isEqualTo(1);
    }

    @Test
    void refusesToTakeWhatIsNotPending() {
        apply(new Op.Claimed(ids(1)), 1);
        assertRefused(new Op.Claimed(ids(0, 1)), 2, "task 1 is CLAIMED, not PENDING");
        apply(TestStores.ended(1, 1, 0), 1);
        assertRefused(new Op.Claimed(ids(1)), 1, "task 1 is FINISHED, not PENDING");
        assertRefused(new Op.Claimed(ids(6)), 1, "there is no task 6");
        assertRefused(new Op.Dropped(ids(1)), 1, "task 1 is FINISHED");
        assertRefused(new Op.Adopted(true, ids(1)), 1, "task 1 is FINISHED");
    }

    @Test
    void letsOnlyItsHolderSpeakOfATask() {
        apply(new Op.Claimed(ids(1)), 1);
        assertRefused(TestStores.ended(1, 1, 0), 2, "attempt 1 of task 1 is not farmer 2's");
        assertRefused(TestStores.ended(1, 2, 0), 1, "attempt 2 of task 1 is not farmer 1's");
        assertRefused(TestStores.ended(0, 1, 0), 1, "attempt 1 of task 0");
        assertRefused(TestStores.requeued(1, 1), 2, "not farmer 2's");
        assertRefused(TestStores.started(1, 2), 1, "not farmer 1's");
        assertRefused(new Op.Unclaimed(ids(1)), 2, "task 1 is not held by farmer 2");
        assertRefused(new Op.Lost(2, 1, 1, 0, 17), 2, "not farmer 2's");
        assertRefused(TestStores.ended(-1, 1, 0), 1, "there is no task -1");
        assertRefused(TestStores.ended(6, 1, 0), 1, "there is no task 6");
        assertRefused(new Op.Late(6, 1, 0), 1, "there is no task 6");
    }

    @Test
    void recordsAnEndOnce() {
        apply(new Op.Claimed(ids(1)), 1);
        apply(TestStores.ended(1, 1, 0), 1);
        assertRefused(TestStores.ended(1, 1, 0), 1, "attempt 1 of task 1 is not farmer 1's");
    }

    @Test
    void letsOnlyFarmersWhoAreThereTakeTasks() {
        assertRefused(new Op.Claimed(ids(0)), 3, "farmer 3 is not there");
        assertRefused(new Op.Claimed(ids(0)), 0, "farmer 0 is not there");
        apply(new Op.Left(""), 1);
        assertRefused(new Op.Claimed(ids(0)), 1, "farmer 1 is not there");
        assertRefused(new Op.Left(""), 1, "farmer 1 is not there");
        assertRefused(new Op.Gone(1, Ids.NONE, Ids.NONE), 2, "farmer 1 is not there");
        assertRefused(TestStores.joined(1), 1, "farmer 1 joins out of order");
        assertRefused(TestStores.joined(1), 4, "farmer 4 joins out of order");
    }

    @Test
    void letsNobodyLeaveWithTasks() {
        apply(new Op.Claimed(ids(0, 1)), 1);
        assertRefused(new Op.Left(""), 1, "farmer 1 leaves and still holds tasks");
        assertRefused(new Op.Gone(1, ids(0), Ids.NONE), 2, "farmer 1 is gone and still holds tasks");
    }

    @Test
    void growsAtItsEndOnly() {
        assertRefused(new Op.Frozen(5, 1, 60, 10, 0), 1, "out of order");
        assertRefused(new Op.Frozen(6, 1, 59, 10, 0), 1, "out of order");
        apply(new Op.Frozen(6, 2, 60, 20, 0), 1);
        assertThat(state.size()).isEqualTo(8);
        assertThat(state.tasksLength()).isEqualTo(80);
        assertThat(state.firstPending(9).count()).isEqualTo(8);
    }

    @Test
    void isFoundedOnce() {
        assertRefused(new Op.Founded(1, "abc"), 1, "founded twice");
        assertThat(new State().id()).isEmpty();
    }

    @Test
    void remembersTheListOnlyIfItKnowsItsTasks() {
        Op.Listed list = new Op.Listed(60, 5, "default", ids(3, 0));
        apply(list, 1);
        assertThat(state.list()).isEqualTo(list);
        assertRefused(new Op.Listed(60, 5, "default", ids(6)), 1, "there is no task 6");
    }

    @Test
    void dropsAndAdopts() {
        apply(new Op.Adopted(true, ids(0)), 0);
        apply(new Op.Adopted(false, ids(1)), 0);
        apply(new Op.Dropped(ids(2)), 0);
        assertThat(state.isAdopted()).isTrue();
        assertThat(state.phase(0)).isEqualTo(Phase.FINISHED);
        assertThat(state.phase(1)).isEqualTo(Phase.FAILED);
        assertThat(state.phase(2)).isEqualTo(Phase.DROPPED);
        assertThat(state.pending().cardinality()).isEqualTo(3);
    }

    @Test
    void cancelsWhatWaitsOnly() {
        apply(new Op.Claimed(ids(1)), 1);
        apply(new Op.Cancelled(ids(0, 2)), 0);
        assertThat(state.phase(0)).isEqualTo(Phase.CANCELLED);
        assertThat(state.pending().cardinality()).isEqualTo(3);
        assertRefused(new Op.Cancelled(ids(1)), 0, "task 1 is CLAIMED");
        assertRefused(new Op.Cancelled(ids(0)), 0, "task 0 is CANCELLED");
    }

    @Test
    void remembersWhichAttemptsAreToBeEnded() {
        apply(new Op.Claimed(ids(0, 1, 2)), 1);
        apply(new Op.Aborted(0, 1), 0);
        apply(new Op.Aborted(1, 1), 0);
        apply(new Op.Aborted(2, 1), 0);
        assertThat(state.aborted()).containsOnly(0, 1, 2);
        apply(TestStores.requeued(0, 1), 1);
        apply(TestStores.ended(1, 1, 0), 1);
        apply(new Op.Unclaimed(ids(2)), 1);
        assertThat(state.aborted()).isEmpty();
        apply(new Op.Claimed(ids(0)), 1);
        assertRefused(new Op.Aborted(0, 1), 0, "attempt 1 of task 0 is nobody's");
        assertRefused(new Op.Aborted(3, 1), 0, "attempt 1 of task 3 is nobody's");
    }

    @Test
    void hasTasksTriedAgain() {
        apply(new Op.Claimed(ids(0, 1)), 1);
        apply(TestStores.ended(0, 1, 3), 1);
        apply(TestStores.ended(1, 1, 0), 1);
        apply(new Op.Cancelled(ids(2)), 0);
        apply(new Op.Retried(ids(0, 2)), 0);
        assertThat(state.attempts(0)).isEqualTo(1);
        assertThat(state.pending().cardinality()).isEqualTo(5);
        assertRefused(new Op.Retried(ids(1)), 0, "task 1 is FINISHED");
        assertRefused(new Op.Retried(ids(3)), 0, "task 3 is PENDING");
        apply(new Op.Claimed(ids(0)), 1);
        assertThat(state.claims().get(0)).isEqualTo(new State.Claim(1, 2, -1, 0));
    }

    @Test
    void remembersTheMostUrgentWish() {
        apply(new Op.Told(1, Op.Wish.STOP), 0);
        apply(new Op.Told(1, Op.Wish.DRAIN), 0);
        assertThat(state.farmers().get(1).wish()).isEqualTo(Op.Wish.STOP);
        assertThat(state.farmers().get(2).wish()).isEqualTo(Op.Wish.WORK);
        apply(new Op.Left("stop"), 1);
        assertRefused(new Op.Told(1, Op.Wish.KILL), 0, "farmer 1 is not there");
    }

    @Test
    void countsTheSlotsThatFarmersAreToHave() {
        int before = state.slots();
        int own = state.farmers().get(1).slots();
        apply(new Op.Scaled(1, own + 3, Ids.range(0, own + 3)), 0);
        assertThat(state.slots()).isEqualTo(before + 3);
        apply(new Op.Scaled(1, 1, Ids.range(0, own + 3)), 0);
        assertThat(state.slots()).isEqualTo(before - own + 1);
        assertRefused(new Op.Scaled(1, own + 4, Ids.range(0, own + 3)), 0, "too few slots");
        apply(new Op.Left(""), 1);
        assertThat(state.slots()).isEqualTo(before - own);
    }

    /** The shortcut to the first pending task is never wrong, whatever goes and comes back in whatever order. */
    @Test
    void findsTheFirstPendingTasksAfterAnyHistory() {
        Random random = new Random(7);
        apply(new Op.Frozen(6, 94, 60, 940, 0), 1);
        BitSet expected = new BitSet();
        expected.set(0, 100);
        for (int round = 0; round < 3000; round++) {
            int task = random.nextInt(100);
            if (expected.get(task)) {
                apply(new Op.Claimed(ids(task)), 1);
                expected.clear(task);
            } else {
                apply(new Op.Unclaimed(ids(task)), 1);
                expected.set(task);
            }
            assertThat(state.pending()).isEqualTo(expected);
            int[] first = expected.stream().limit(5).toArray();
            assertThat(state.firstPending(5).toArray()).isEqualTo(first);
            assertThat(state.count(Phase.PENDING)).isEqualTo(expected.cardinality());
        }
    }

    /** Lets farmer 1 hold these tasks, running, and die with them; it is back at once under another number. */
    private int loseWithFarmer(int farmer, int... tasks) {
        apply(new Op.Claimed(ids(tasks)), farmer);
        for (int task : tasks) {
            int attempt = state.attempts(task) + 1;
            apply(new Op.Started(task, attempt, 0, 5), farmer);
        }
        for (int task : tasks) {
            apply(new Op.Lost(farmer, task, state.attempts(task) + 1, 0, 5), 2);
        }
        apply(new Op.Gone(farmer, Ids.NONE, Ids.NONE), 2);
        int next = state.nextFarmer();
        apply(TestStores.joined(2), next);
        return next;
    }

    @Test
    void countsLossesAndNotInterruptions() {
        int next = loseWithFarmer(1, 0, 1);
        assertThat(state.losses(0)).isEqualTo(1);
        apply(new Op.Claimed(ids(0, 2)), next);
        apply(new Op.Requeued(0, 2, 0, 5, 5, "timeout"), next);
        assertThat(state.losses(0)).isEqualTo(1);
        apply(new Op.Gone(next, Ids.NONE, ids(2)), 2);
        assertThat(state.losses(2)).isZero();
    }

    @Test
    void offersATaskThatWasLostToAFreeSlotOnly() {
        int next = loseWithFarmer(1, 0, 1);
        assertThat(state.claimable(next, 1, 4, 3, Means.UNLIMITED)).isEqualTo(ids(0, 2, 3, 4));
        assertThat(state.claimable(next, 0, 2, 3, Means.UNLIMITED)).isEqualTo(ids(2, 3));
        assertThat(state.claimable(next, 2, 2, 3, Means.UNLIMITED)).isEqualTo(ids(0, 1));
    }

    @Test
    void offersTasksThatMayNotBeLostAtAllToFreeSlotsOnly() {
        assertThat(state.claimable(1, 2, 4, 1, Means.UNLIMITED)).isEqualTo(ids(0, 1));
        assertThat(state.claimable(1, 0, 4, 1, Means.UNLIMITED)).isEqualTo(Ids.NONE);
    }

    @Test
    void offersATaskThatTheNextLossEndsBesideNoOtherThatWasLost() {
        int next = loseWithFarmer(loseWithFarmer(1, 0, 1), 0, 1); // both were lost twice
        next = loseWithFarmer(next, 2); // once
        assertThat(state.claimable(next, 6, 6, 3, Means.UNLIMITED)).isEqualTo(ids(0, 3, 4, 5));
        apply(new Op.Claimed(ids(0)), next);
        assertThat(state.claimable(next, 6, 6, 3, Means.UNLIMITED)).isEqualTo(ids(3, 4, 5));
        assertThat(state.claimable(2, 6, 6, 3, Means.UNLIMITED))
                .as("another farmer's slots are apart")
                .isEqualTo(ids(1, 3, 4, 5));
        apply(new Op.Unclaimed(ids(0)), next);
        apply(new Op.Claimed(ids(2)), next);
        assertThat(state.claimable(next, 6, 6, 3, Means.UNLIMITED)).isEqualTo(ids(3, 4, 5));
        assertThat(state.claimable(next, 6, 6, 5, Means.UNLIMITED)).isEqualTo(ids(0, 1, 3, 4, 5));
    }

    @Test
    void claimsNothingAheadIfTheFirstLossEndsATask() {
        assertThat(state.claimable(1, 2, 6, 1, Means.UNLIMITED)).isEqualTo(ids(0, 1));
        assertThat(state.claimable(1, 0, 6, 1, Means.UNLIMITED)).isEqualTo(Ids.NONE);
    }
}
