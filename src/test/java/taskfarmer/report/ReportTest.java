package taskfarmer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static taskfarmer.report.WrittenFarm.end;
import static taskfarmer.report.WrittenFarm.micros;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final Pattern SCRIPT = Pattern.compile("<script([^>]*)>(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path directory;

    private static byte[] column(String page, String name) throws IOException {
        Matcher column = Pattern.compile("id=\"data-" + name + "\">([^<]*)<").matcher(page);
        assertThat(column.find()).as("a column " + name).isTrue();
        byte[] packed = Base64.getDecoder().decode(column.group(1));
        return new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
    }

    private static List<Long> numbers(String page, String name) throws IOException {
        List<Long> numbers = new ArrayList<>();
        long number = 0;
        int bits = 0;
        for (byte b : column(page, name)) {
            number |= (long) (b & 0x7f) << bits;
            bits += 7;
            if (b >= 0) {
                numbers.add(number);
                number = 0;
                bits = 0;
            }
        }
        return numbers;
    }

    private static String text(String page, String name) throws IOException {
        return new String(column(page, name), StandardCharsets.UTF_8);
    }

    @Test
    void holdsAllAttemptsSlotBySlot() throws IOException {
        String page = new WrittenFarm(directory, "a", "b", "c", "d")
                .join(1, 0, 2)
                .batch(1, 50, "claim 0-3", end(2, 0, 11, 4, 3), end(1, 1, 1, 2, 0), end(0, 0, 0, 10, 0))
                .batch(1, 50, "requeue 3 1 1 " + micros(7) + " 5000000 SIGUSR1", "quit SIGUSR1")
                .page(100);
        assertThat(numbers(page, "tasks")).as("0, +2, -1, +2").containsExactly(0L, 4L, 1L, 4L);
        assertThat(numbers(page, "starts")).containsExactly(0L, 2_000_000L, 2_000_000L, 8_000_000L);
        assertThat(numbers(page, "durations")).containsExactly(10_000_000L, 4_000_000L, 2_000_000L, 5_000_000L);
        assertThat(numbers(page, "outcomes")).containsExactly(0L, 1L, 0L, 2L);
        assertThat(numbers(page, "details")).containsExactly(1L, 4L, 1L, 1L);
        assertThat(numbers(page, "causes")).containsExactly(0L, 0L, 0L, 0L);
        assertThat(column(page, "cpu")).isEmpty();
        assertThat(column(page, "memory")).isEmpty();
        assertThat(numbers(page, "numbers")).containsExactly(1L, 1L, 1L, 1L);
        assertThat(numbers(page, "commandids")).containsExactly(0L, 1L, 1L, 1L);
        assertThat(text(page, "commands")).isEqualTo("a\nb\nc\nd\n");
        assertThat(text(page, "meta"))
                .contains("\"attempts\":4", "\"reasons\":[\"SIGUSR1\"]", "\"slots\":[[0,0,0,50000000,2],[0,1,0,");
    }

    @Test
    void holdsReasonsAndUsageOfAttempts() throws IOException {
        String page = new WrittenFarm(directory, "a", "b", "c")
                .join(1, 0, 1)
                .batch(1, 9, "claim 0-2", end(0, 0, 0, 1, 0))
                .batch(1, 9, "result 1 1 0 " + micros(2) + " 1000000 143 failed timeout 1500000 2048 -1")
                .batch(1, 9, "result 2 1 0 " + micros(4) + " 1000000 1 again - -1 -1 -1")
                .batch(1, 9, "claim 2", "requeue 2 2 0 " + micros(6) + " 1000000 cancel", "cancel 2")
                .page(100);
        assertThat(numbers(page, "outcomes")).containsExactly(0L, 1L, 5L, 6L);
        assertThat(numbers(page, "details")).containsExactly(1L, 144L, 2L, 2L);
        assertThat(numbers(page, "causes")).containsExactly(0L, 1L, 0L, 0L);
        assertThat(numbers(page, "cpu")).containsExactly(0L, 1501L, 0L, 0L);
        assertThat(numbers(page, "memory")).containsExactly(0L, 3L, 0L, 0L);
        assertThat(text(page, "meta")).contains("\"reasons\":[\"timeout\",\"cancel\"]", "\"retried\",\"cancelled\"]");
    }

    @Test
    void runsNoScriptButItsOwn() throws Exception {
        String hostile =
                "echo '</script><script>alert(1)</script>' \"><img src=x onerror=alert(2)> &amp; <!-- {{data}}";
        String page = new WrittenFarm(directory.resolve("<b>&'\"_workdir"), hostile)
                .log(0, "</code></td></script><script>alert(3)</script>\n")
                .join(1, 0, 1)
                .batch(1, 5, "claim 0", end(0, 0, 1, 2, 1))
                .page(100);
        Matcher scripts = SCRIPT.matcher(page);
        List<String> run = new ArrayList<>();
        while (scripts.find()) {
            if (!scripts.group(1).contains("type=\"text/plain\"")) {
                run.add(scripts.group(2));
            }
        }
        assertThat(run).hasSize(1);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(run.get(0).getBytes(StandardCharsets.UTF_8));
        assertThat(page).contains("script-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
        assertThat(page).doesNotContain("<script>alert", "<img", "<b>&", "<!--");
        assertThat(page).contains("&lt;/script&gt;&lt;script&gt;alert(3)", "&lt;b&gt;&amp;&#39;&quot;");
        assertThat(text(page, "commands")).isEqualTo(hostile + "\n");
    }

    @Test
    void refersToNothingElse() throws IOException {
        String page = new WrittenFarm(directory, "a").page(1);
        assertThat(page).doesNotContainPattern("(?i)(src|href)\\s*=\\s*[\"'](?!#)");
        assertThat(page).doesNotContainPattern("(?i)https?://|@import|url\\(");
    }

    @Test
    void isWholeWithoutTasksOrFarmers() throws IOException {
        String page = new WrittenFarm(directory).page(1);
        assertThat(page).endsWith("</html>\n").contains("Not begun", "No task has failed.");
        assertThat(text(page, "meta")).contains("\"attempts\":0");
        assertThat(column(page, "starts")).isEmpty();
    }

    @Test
    void tellsOnlyTheBeginningOfALongCommand() throws IOException {
        String page = new WrittenFarm(directory, "x".repeat(1000))
                .join(1, 0, 1)
                .batch(1, 5, "claim 0", end(0, 0, 1, 2, 0))
                .page(100);
        assertThat(text(page, "commands")).isEqualTo("x".repeat(Data.COMMAND_LENGTH) + "\u2026\n");
    }

    @Test
    void showsWhatWouldNotBeSeen() {
        assertThat(Texts.visible("a\u0001b\rc\u007fd\te", 99)).isEqualTo("a\u2401b\u240dc\u2421d\te");
        assertThat(Texts.visible("\u202egnp.exe\u2028\u0085\udcff\ud800", 99))
                .isEqualTo("\ufffdgnp.exe\ufffd\ufffd\ufffd\ufffd");
        assertThat(Texts.visible("\ud83d\ude00\u00e4\u4e2d", 99)).isEqualTo("\ud83d\ude00\u00e4\u4e2d");
        assertThat(Texts.visible("\ud83d\ude00\ud83d\ude00\ud83d\ude00", 2))
                .isEqualTo("\ud83d\ude00\ud83d\ude00\u2026");
    }

    @Test
    void keepsCommandsThatAreNotUtf8() throws IOException {
        String page = new WrittenFarm(directory, "cat \u00ff\u00c3\u00a4") // bytes: ff, and a-umlaut in UTF-8
                .join(1, 0, 1)
                .batch(1, 5, "claim 0", end(0, 0, 1, 2, 0))
                .page(100);
        assertThat(text(page, "commands")).isEqualTo("cat \ufffd\u00e4\n");
    }

    @Test
    void writesTimesAsTheOtherCommandsDo() {
        assertThat(List.of(0L, 1_500L, 340_000L, 999_700L, 59_940_000L, 59_960_000L, 3_723_000_000L, 176_523_000_000L))
                .extracting(Texts::duration)
                .containsExactly("0.0 ms", "1.5 ms", "340 ms", "1.0 s", "59.9 s", "0:01:00", "1:02:03", "2-01:02:03");
        assertThat(Texts.time(micros(0) + 999))
                .isEqualTo("<time datetime=\"2023-11-14T22:13:20Z\">2023-11-14 22:13:20 UTC</time>");
    }
}
