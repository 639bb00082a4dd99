package taskfarmer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs that are cut while they are written. */
@Timeout(60)
class CappedLogTest {
    private static final Pattern MARK = Pattern.compile("(?m)^\\[taskfarmer: (\\d+) bytes cut here]\n");
    private static final long LIMIT = 64 * 1024;

    @TempDir
    private Path directory;

    private Path path;
    private final StringBuilder written = new StringBuilder();

    @BeforeEach
    void makeLog() throws IOException {
        path = Files.createFile(directory.resolve("log_0"));
    }

    private CappedLog log(long limit) {
        return new CappedLog(path, limit, ended -> {});
    }

    private void write(String text) throws IOException {
        written.append(text);
        Files.writeString(path, text, StandardOpenOption.APPEND);
    }

    private void writeLines(int from, int to) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append("line ").append(i).append('\n');
        }
        write(text.toString());
    }

    /** Asserts that the log is a head, one mark and a tail of what was written, and that the number in the mark is true. */
    private void check(long limit) throws IOException {
        String log = Files.readString(path);
        Matcher mark = MARK.matcher(log);
        assertThat(mark.find()).as(log).isTrue();
        String head = log.substring(0, mark.start());
        String tail = log.substring(mark.end());
        int cut = Integer.parseInt(mark.group(1));
        if (!written.toString().startsWith(head)) {
            head = head.substring(0, head.length() - 1); // the mark needs a line of its own
        }
        assertThat(written.toString()).startsWith(head).endsWith(tail);
        assertThat(bytes(head) + cut + bytes(tail)).isEqualTo(bytes(written.toString()));
        assertThat(MARK.matcher(tail).find()).isFalse();
        assertThat(bytes(head)).isBetween(limit / 2 - limit / 16 - 4, limit / 2);
        assertThat(bytes(log)).isLessThanOrEqualTo(limit);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void leavesALogAloneThatIsNotTooLong() throws IOException {
        CappedLog log = log(LIMIT);
        write("x".repeat((int) LIMIT));
        assertThat(log.look()).isFalse();
        assertThat(log.end()).isEqualTo(LIMIT);
        assertThat(Files.readString(path)).isEqualTo(written.toString());
    }

    @Test
    void keepsHeadAndTailAndAddsUpWhatItCuts() throws IOException {
        CappedLog log = log(LIMIT);
        for (int i = 0; i < 40; i++) {
            writeLines(i * 1000, i * 1000 + 1000);
            boolean tooLong = Files.size(path) > LIMIT;
            assertThat(log.look()).isEqualTo(tooLong);
            if (tooLong) {
                check(LIMIT);
                assertThat(Files.size(path)).isBetween(LIMIT * 5 / 8, LIMIT * 3 / 4 + 100);
            }
        }
        writeLines(40_000, 50_000);
        assertThat(log.end()).isEqualTo(bytes(written.toString()));
        check(LIMIT);
        assertThat(Files.readString(path)).endsWith("\nline 49999\n");
        assertThat(Files.readString(path).lines().filter(line -> !line.startsWith("[")))
                .as("no line is torn")
                .allMatch(line -> line.matches("line \\d+"));
    }

    @Test
    void cutsLinesThatAreLongerThanTheLimit() throws IOException {
        CappedLog log = log(1024);
        for (int i = 0; i < 10; i++) {
            write("0123456789".repeat(300));
            assertThat(log.look()).isTrue();
            check(1024);
        }
        assertThat(log.end()).isEqualTo(30_000);
    }

    @Test
    void tearsNoCharacter() throws IOException {
        for (int shift = 0; shift < 4; shift++) {
            Files.delete(path);
            Files.createFile(path);
            written.setLength(0);
            write("x".repeat(shift));
            CappedLog log = log(2048);
            for (int i = 0; i < 5; i++) {
                write("\u6a21\u62df\ud83d\ude00\u00e4".repeat(400));
                assertThat(log.look()).isTrue();
                check(2048);
                assertUtf8();
            }
            assertThat(log.end()).isEqualTo(bytes(written.toString()));
        }
    }

    private void assertUtf8() throws IOException {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(Files.readAllBytes(path)));
        } catch (CharacterCodingException e) {
            throw new AssertionError("a character was torn", e);
        }
    }

    @Test
    void beginsAnewWithATaskThatEmptiesItsLog() throws IOException {
        CappedLog log = log(LIMIT);
        writeLines(0, 20_000);
        assertThat(log.look()).isTrue();
        Files.write(path, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        written.setLength(0);
        writeLines(0, 100);
        assertThat(log.look()).isFalse();
        writeLines(100, 20_000);
        assertThat(log.look()).isTrue();
        check(LIMIT);
    }

    @Test
    void leavesTheLogOfAnotherFarmerAlone() throws IOException {
        CappedLog log = log(1024);
        write("x");
        assertThat(log.look()).isFalse();
        Files.move(path, directory.resolve("log_0.1"));
        Files.writeString(path, "x".repeat(5000));
        assertThat(log.look()).isFalse();
        assertThat(path).hasSize(5000);
    }

    @Test
    void survivesALogThatIsRemoved() throws IOException {
        CappedLog log = log(1024);
        Files.delete(path);
        assertThat(log.look()).isFalse();
        assertThat(log.end()).isEqualTo(-1);
    }

    /** Whatever is written at the moment of a cut may be missing, but nothing else is, and there is only ever one mark. */
    @Test
    void cutsWhileAnotherProcessWrites() throws Exception {
        Process writer = new ProcessBuilder(
                        "bash",
                        "-c",
                        "exec >> log_0; yes 'a line of thirty-two characters' | head -c 300000000; echo end")
                .directory(directory.toFile())
                .start();
        CappedLog log = log(1 << 20);
        AtomicBoolean ended = new AtomicBoolean();
        writer.onExit().thenRun(() -> ended.set(true));
        int cuts = 0;
        while (!ended.get()) {
            cuts += log.look() ? 1 : 0;
        }
        long bytes = log.end();
        assertThat(cuts).isPositive();
        assertThat(bytes).isBetween(285_000_000L, 300_000_004L);
        String text = Files.readString(path);
        assertThat(text.length()).isLessThanOrEqualTo(1 << 20);
        assertThat(text).endsWith("\nend\n").startsWith("a line of thirty-two characters\n");
        assertThat(MARK.matcher(text).results()).hasSize(1);
    }

    @Test
    void keepsTheLinesOfASlowWriterWholeAndInOrder() throws Exception {
        Process writer = new ProcessBuilder(
                        "bash", "-c", "exec >> log_0; for i in {0..3000}; do echo line $i; read -t 0.0005 < <(:); done")
                .directory(directory.toFile())
                .start();
        for (int i = 0; i <= 3000; i++) {
            written.append("line ").append(i).append('\n');
        }
        CappedLog log = log(4096);
        while (writer.isAlive()) {
            log.look();
            Thread.sleep(1);
        }
        long all = bytes(written.toString());
        assertThat(log.end()).isBetween(all - all / 10, all);
        String text = Files.readString(path);
        assertThat(text).startsWith("line 0\nline 1\n").endsWith("\nline 3000\n");
        assertThat(MARK.matcher(text).results()).hasSize(1);
        int before = -1;
        for (String line : MARK.matcher(text).replaceFirst("").split("\n", -1)) {
            if (!line.isEmpty()) {
                assertThat(line).matches("line \\d+");
                int number = Integer.parseInt(line.substring("line ".length()));
                assertThat(number).isGreaterThan(before);
                before = number;
            }
        }
    }
}
