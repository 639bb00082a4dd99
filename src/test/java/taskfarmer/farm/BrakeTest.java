package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskfarmer.store.Op;

class BrakeTest {
    private static final int SLOTS = 2;

    private final Brake brake = new Brake();
    private int finished;
    private int failed;
    private int next;

    private void here(boolean well, double seconds) {
        finished += well ? 1 : 0;
        failed += well ? 0 : 1;
        brake.ended(new Op.Ended(next++, 1, 0, 0, (long) (seconds * 1e6), well ? 0 : 1));
    }

    private Optional<String> look() {
        return brake.look(finished, failed, SLOTS);
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
}
