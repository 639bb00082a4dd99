package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.store.FileStorage;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Storage;

class LogTextTest {
    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private String last(String text, int lines) throws IOException {
        Path file = Files.write(directory.resolve("log"), text.getBytes(StandardCharsets.ISO_8859_1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Storage.OpenFile log = new FileStorage().open(file, Storage.Mode.READ)) {
            long end = LogText.copy(log, LogText.lastLines(log, lines), out);
            assertThat(end).isEqualTo(text.length());
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void findsTheLastLines() throws IOException {
        assertThat(last("", 3)).isEmpty();
        assertThat(last("a", 1)).isEqualTo("a");
        assertThat(last("a\n", 1)).isEqualTo("a\n");
        assertThat(last("a\nb", 1)).isEqualTo("b");
        assertThat(last("a\nb\n", 1)).isEqualTo("b\n");
        assertThat(last("a\nb\n", 2)).isEqualTo("a\nb\n");
        assertThat(last("a\nb\n", 0)).isEmpty();
        assertThat(last("\n\n\n", 2)).isEqualTo("\n\n");
        assertThat(last("a\nb\n\n", 2)).isEqualTo("b\n\n");
    }

    @Test
    void keepsEveryByte() throws IOException {
        String odd = "x\n10 %\r20 %\r\n\u0000\u00ff\u0080\n";
        assertThat(last(odd, 2)).isEqualTo("10 %\r20 %\r\n\u0000\u00ff\u0080\n");
    }

    /** As a plain search in all of it would. */
    @Test
    void findsThemAcrossBlocks() throws IOException {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder();
        while (text.length() < 300_000) {
            text.append("x".repeat(random.nextInt(random.nextInt(10) == 0 ? 90_000 : 50)))
                    .append('\n');
        }
        String all = text.toString();
        String[] lines = all.split("\n", -1);
        for (int n = 1; n < lines.length; n = n * 2 + 1) {
            int from = 0;
            for (int i = 0; i < lines.length - 1 - n; i++) {
                from += lines[i].length() + 1;
            }
            assertThat(last(all, n).equals(all.substring(from)))
                    .as("%d lines", n)
                    .isTrue();
        }
        assertThat(last(all, lines.length + 5).equals(all)).isTrue();
    }
}
