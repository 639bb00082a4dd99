package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.FarmException;

class TaskSearchTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private Path file(StringBuilder text) throws IOException {
        return Files.writeString(directory.resolve("tasks"), text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void findsEachTaskAmongLinesOfAllLengths() throws IOException {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder();
        int count = 2000;
        String[] commands = new String[count];
        for (int id = 0; id < count; id++) {
            int length = id % 100 == 7 ? 40_000 : 1 + random.nextInt(60);
            commands[id] = Integer.toString(random.nextInt(10)).repeat(length);
            text.append(id).append(' ').append(commands[id]).append('\n');
        }
        Path path = file(text);
        for (int id = 0; id < count; id++) {
            assertThat(TaskSearch.find(new FileStorage(), path, text.length(), id)
                            .text())
                    .isEqualTo(commands[id]);
        }
    }

    @Test
    void refusesAFileThatIsNone() throws IOException {
        Path path = file(new StringBuilder("0 a\nnonsense\n2 c\n"));
        assertThatThrownBy(() -> TaskSearch.find(new FileStorage(), path, 17, 2))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("no task starts at byte 4");
        assertThatThrownBy(() -> TaskSearch.find(new FileStorage(), path, 3, 0)).isInstanceOf(FarmException.class);
    }
}
