package taskfarmer.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import taskfarmer.model.Resources;

@Timeout(60)
class HostLedgerTest extends LedgerTest {
    private static Resources resources(String text) {
        return Resources.parse(text);
    }

    private static Resources free(HostLedger ledger) throws IOException {
        ledger.refresh();
        return ledger.free();
    }

    /** The example of Lifeblood's documentation, to the digit. */
    @Test
    void tellsAllWorkersWhatIsLeft() throws IOException {
        Capacity node = Capacity.of(FakeNode.of("0-31", 64), Stated.NOTHING);
        HostLedger one = ledger(node);
        assertThat(one.free()).isEqualTo(resources("cores=32,mem=64G"));
        Share first = one.take(resources("cores=8,mem=16G"), "tasks.txt 1.1").orElseThrow();

        HostLedger two = ledger(node);
        assertThat(two.free()).isEqualTo(resources("cores=24,mem=48G"));
        Share second = two.take(resources("cores=20,mem=40G"), "tasks.txt 2.1").orElseThrow();

        HostLedger three = ledger(node);
        assertThat(three.free()).isEqualTo(resources("cores=4,mem=8G"));

        one.giveBack(first);
        one.close();
        assertThat(free(two)).isEqualTo(resources("cores=12,mem=24G"));
        assertThat(free(three)).isEqualTo(resources("cores=12,mem=24G"));

        two.giveBack(second);
        two.close();
        assertThat(three.refresh()).isTrue();
        assertThat(three.free()).isEqualTo(resources("cores=32,mem=64G"));
        assertThat(three.refresh()).isFalse();
    }
}
