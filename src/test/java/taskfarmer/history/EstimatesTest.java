package taskfarmer.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.Command;
import taskfarmer.report.WrittenFarm;
import taskfarmer.store.FileStorage;
import taskfarmer.store.WorkDirectory;

class EstimatesTest {
    @TempDir
    private Path root;

    @Test
    void areMeansOfWhatSucceededByText() throws IOException {
        WrittenFarm farm = new WrittenFarm(root, "a", "a", "b", "fails", "waits", "quick")
                .join(1, 0, 2)
                .batch(1, 0, "claim 0-3,5")
                .batch(
                        1,
                        9,
                        WrittenFarm.end(0, 0, 0, 1.0, 0),
                        WrittenFarm.end(1, 1, 0, 2.51, 0),
                        WrittenFarm.end(2, 0, 1, 12.345678, 0),
                        WrittenFarm.end(3, 0, 1, 3, 1),
                        WrittenFarm.end(5, 0, 1, 0.0004, 0));
        Estimates estimates = estimates(farm);
        assertThat(estimates.millis(Command.of("a"))).isEqualTo(OptionalLong.of(1800));
        assertThat(estimates.millis(Command.of("b"))).isEqualTo(OptionalLong.of(12_000));
        assertThat(estimates.millis(Command.of("quick"))).isEqualTo(OptionalLong.of(1));
        for (String unknown : new String[] {"fails", "waits", "c"}) {
            assertThat(estimates.millis(Command.of(unknown))).as(unknown).isEmpty();
        }
    }

    @Test
    void keepManyCommandsApart() throws IOException {
        int count = 10_000;
        String[] commands = IntStream.range(0, count).mapToObj(i -> "run " + i).toArray(String[]::new);
        String[] ends = IntStream.range(0, count)
                .mapToObj(i -> WrittenFarm.end(i, 0, 0, 0.001 * (i % 97 + 1), 0))
                .toArray(String[]::new);
        WrittenFarm farm = new WrittenFarm(root, commands)
                .join(1, 0, 1)
                .batch(1, 0, "claim 0-" + (count - 1))
                .batch(1, 9, ends);
        Estimates estimates = estimates(farm);
        for (int i = 0; i < count; i++) {
            assertThat(estimates.millis(Command.of("run " + i))).isEqualTo(OptionalLong.of(i % 97 + 1));
        }
    }

    private Estimates estimates(WrittenFarm farm) throws IOException {
        farm.write();
        FileStorage storage = new FileStorage();
        return Estimates.of(storage, WorkDirectory.existing(storage, root, "here"));
    }
}
