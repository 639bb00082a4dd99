package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import taskfarmer.store.Op;

class BrakeTest {
    private static final int SLOTS = 2;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000); // about to overflow, as it may
    private final Brake brake = new Brake(now::get);
    private boolean company = true;
    private int finished;
    private int failed;
    private int next;

    private void here(boolean well, double seconds) {
        finished += well ? 1 : 0;
        failed += well ? 0 : 1;
        Op.Ended end = new Op.Ended(next++, 1, 0, 0, (long) (seconds * 1e6), well ? 0 : 1);
        brake.ran(end);
        brake.ended(end);
    }

    private Optional<String> look() {
        return brake.look(finished, failed, SLOTS, company);
    }

    private void failHere(int times) {
        for (int i = 0; i < times; i++) {
            here(false, 0.1);
            look();
        }
    }

    @Test
    void isPulledByFailuresAtOnceWhileOthersDoWell() {
        here(true, 1);
        failHere(5);
        assertThat(look()).as("nobody to compare with").isEmpty();
        finished += 3;
        assertThat(look()).hasValueSatisfying(what -> assertThat(what).contains("last 5 tasks", "3 tasks elsewhere"));
        assertThat(look()).as("said once").isEmpty();
    }

    @Test
    void isNotPulledByWhatOthersDidBefore() {
        finished += 100;
        failHere(50);
        assertThat(look()).isEmpty();
    }

    @Test
    void isNotPulledIfOthersFailAsWell() {
        failHere(20);
        finished += 3;
        failed += 3;
        assertThat(look()).isEmpty();
        finished++;
        assertThat(look()).isPresent();
    }

    @Test
    void forgetsAStreakThatASuccessOrALongFailureEnds() {
        failHere(4);
        finished += 9;
        here(true, 0.1);
        failHere(4);
        here(false, 60);
        failHere(4);
        finished += 9;
        assertThat(look()).isEmpty();
        here(false, 0.1);
        assertThat(look()).isPresent();
    }

    private void pass(double seconds) {
        now.addAndGet((long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    }

    @Test
    void letsOneTaskASecondStartUntilOthersHaveEndedSome() {
        look();
        failHere(4);
        assertThat(brake.isHolding()).isFalse();
        assertThat(brake.admits()).isTrue();
        failHere(1);
        assertThat(brake.isHolding()).isTrue();
        assertThat(brake.isProbeDue()).isTrue();
        assertThat(brake.admits()).isTrue();
        assertThat(brake.isProbeDue()).isFalse();
        assertThat(brake.admits()).isFalse();
        pass(0.99);
        assertThat(brake.admits()).isFalse();
        pass(0.02);
        assertThat(brake.admits()).isTrue();
        assertThat(brake.admits()).isFalse();
        finished++;
        assertThat(look()).isPresent();
    }

    @Test
    void holdsBackBeforeFailuresAreRecorded() {
        look();
        for (int i = 0; i < 5; i++) {
            brake.ran(new Op.Ended(i, 1, 0, 0, 1, 1));
        }
        assertThat(brake.isHolding()).isTrue();
        brake.ran(new Op.Ended(5, 1, 0, 0, 1, 0));
        assertThat(brake.isHolding()).isFalse();
    }

    @Test
    void goesOnAsFastAsEverIfOthersFailAsWell() {
        failHere(9);
        failed++;
        look();
        assertThat(brake.isHolding()).as("one may fail anywhere").isTrue();
        failed++;
        assertThat(look()).isEmpty();
        assertThat(brake.isHolding()).isFalse();
        pass(60);
        assertThat(look()).isEmpty();
        assertThat(brake.isUndecided()).isFalse();
    }

    @Test
    void holdsNobodyBackWhoIsAlone() {
        company = false;
        finished += 100;
        failHere(50);
        pass(60);
        assertThat(look()).isEmpty();
        assertThat(brake.isHolding()).isFalse();
        assertThat(brake.isUndecided()).isFalse();
    }

    @Test
    void countsWhatOthersEndedBeforeIfTheyEndNothingForAWhile() {
        finished += 30;
        failHere(6);
        pass(Brake.PATIENCE / 1e9 - 0.1);
        assertThat(look()).isEmpty();
        assertThat(brake.isUndecided()).isTrue();
        pass(0.2);
        assertThat(look()).hasValueSatisfying(what -> assertThat(what).contains("last 6 tasks", "100% of those"));
    }

    @Test
    void doesNotWaitForEverForOthersThatHaveEndedNothing() {
        failHere(6);
        assertThat(brake.isUndecided()).isTrue();
        pass(Brake.PATIENCE / 1e9 + 1.1);
        assertThat(look()).isEmpty();
        assertThat(brake.isUndecided()).isFalse();
        assertThat(brake.isHolding()).as("others are still at work").isTrue();
    }

    /** Where nine of ten fail, a streak of five says nothing. */
    @Test
    void expectsLongerStreaksWhereManyFail() {
        finished += 100;
        failed += 900;
        failHere(50);
        finished++;
        assertThat(look()).isEmpty();
        assertThat(brake.isHolding()).isFalse();
        for (int i = 0; i < 50; i++) {
            here(false, 0.1);
        }
        assertThat(look()).isPresent();
    }
}
