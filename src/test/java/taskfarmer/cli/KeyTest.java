package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyTest {
    private static List<Key> keys(String sent) {
        List<Key> keys = new ArrayList<>();
        Key.read(sent, keys::add);
        return keys;
    }

    @Test
    void areReadOneAfterTheOther() {
        assertThat(keys("jkq")).containsExactly(Key.DOWN, Key.UP, Key.QUIT);
        assertThat(keys("\033[A\033[B\033OA\033OBj")).containsExactly(Key.UP, Key.DOWN, Key.UP, Key.DOWN, Key.DOWN);
        assertThat(keys("\033[5~\033[6~\033[H\033[4~ b"))
                .containsExactly(Key.PAGE_UP, Key.PAGE_DOWN, Key.TOP, Key.BOTTOM, Key.PAGE_DOWN, Key.PAGE_UP);
        assertThat(keys("\032\f?")).containsExactly(Key.SUSPEND, Key.REDRAW, Key.HELP);
    }

    /** A sequence for some other key has letters that are keys by themselves. */
    @Test
    void thatMeanNothingAreIgnoredAsAWhole() {
        assertThat(keys("\033[1;5Bx\033[200~\033Oqyz")).isEmpty();
        assertThat(keys("\033[1;2j")).isEmpty();
        assertThat(keys("\033")).isEmpty();
        assertThat(keys("\033[")).isEmpty();
    }
}
