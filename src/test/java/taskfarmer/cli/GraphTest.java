package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
    @Test
    void barIsFullOnlyAtTheEnd() {
        assertThat(Graph.bar(0, 10, false)).isEqualTo("----------");
        assertThat(Graph.bar(0.5, 10, false)).isEqualTo("#####-----");
        assertThat(Graph.bar(0.9999, 10, false)).isEqualTo("#########-");
        assertThat(Graph.bar(1, 10, true)).isEqualTo("██████████");
        assertThat(Graph.bar(1, -5, true)).isEmpty();
    }

    @Test
    void sparkScalesWithTheHighest() {
        assertThat(Graph.spark(List.of(0, 1, 4, 8), 4, true)).isEqualTo(" ▁▄█");
        assertThat(Graph.spark(List.of(0, 1, 400, 800), 4, false)).isEqualTo(" .=@");
        assertThat(Graph.spark(List.of(0, 0), 2, true)).isEqualTo("  ");
    }

    @Test
    void sparkGroupsWhatHasNoRoom() {
        assertThat(Graph.spark(List.of(9, 9, 0, 0, 1, 3), 2, true)).isEqualTo("█▁");
        assertThat(Graph.spark(List.of(1, 2, 3), 0, true)).isEmpty();
        assertThat(Graph.spark(List.of(), 5, true)).isEmpty();
    }
}
