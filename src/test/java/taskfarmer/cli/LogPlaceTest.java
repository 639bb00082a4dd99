package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.LogMark;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Storage;

/** A reader of a log that is cut. */
class LogPlaceTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Path log;

    @BeforeEach
    void makeLog() throws IOException {
        log = Files.createFile(directory.resolve("log_0"));
    }

    private void read(LogPlace place) throws IOException {
        try (Storage.OpenFile file = new FileStorage().open(log, Storage.Mode.READ)) {
            place.copy(file, out);
        }
    }

    private static String lines(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append("line ").append(i).append('\n');
        }
        return text.toString();
    }

    private void append(String text) throws IOException {
        Files.writeString(log, text, StandardOpenOption.APPEND);
    }

    @Test
    void readsALogThatGrows() throws IOException {
        LogPlace place = new LogPlace(0);
        for (int i = 0; i < 100; i++) {
            append(lines(i * 50, i * 50 + 50));
            read(place);
        }
        assertThat(out.toString()).isEqualTo(lines(0, 5000));
    }

    @Test
    void goesOnWhereItWasIfThatIsStillThere() throws IOException {
        LogPlace place = new LogPlace(0);
        append(lines(0, 30_000));
        read(place);
        Files.writeString(log, lines(0, 100) + LogMark.of(12345) + lines(20_000, 40_000));
        read(place);
        assertThat(out.toString()).isEqualTo(lines(0, 40_000));
    }

    @Test
    void saysWhatWasCutBeforeItCouldBeRead() throws IOException {
        LogPlace place = new LogPlace(0);
        append(lines(0, 30_000));
        read(place);
        Files.writeString(log, lines(0, 100) + LogMark.of(12345) + lines(31_000, 90_000));
        read(place);
        assertThat(out.toString()).isEqualTo(lines(0, 30_000) + LogMark.of(12345) + lines(31_000, 90_000));
    }
}
