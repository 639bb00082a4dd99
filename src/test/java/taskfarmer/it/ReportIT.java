package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code taskfarmer report}: where the page goes. What it shows is looked at in {@code ReportBrowserLabIT}. */
class ReportIT extends FarmTest {
    private Work work;

    @BeforeEach
    void runFarm() {
        list("l.txt", "true", "false", "echo \u00e4");
        run("-n", "2", "l.txt").exits(1);
        work = work("l.txt");
    }

    @Test
    void writesThePageIntoTheWorkDirectory() {
        String journal = read(work.journal());
        run("report", "l.txt").exits(0).withoutComplaint().says("report: l.txt_workdir/report.html (");
        assertThat(read(work.file("report.html")))
                .startsWith("<!DOCTYPE html>")
                .contains("<h1>l.txt</h1>", "1 of 3 tasks failed")
                .endsWith("</html>\n");
        assertThat(read(work.journal())).as("the farm is only looked at").isEqualTo(journal);
        work.isSound();
    }

    @Test
    void writesThePageToAnyFileOrStandardOutput() {
        run("report", "-w", "l.txt_workdir", "-o", "page.html").exits(0).says("report: page.html (");
        assertThat(read(dir.resolve("page.html"))).endsWith("</html>\n");
        assertThat(run("report", "l.txt", "--output", "-")
                        .exits(0)
                        .withoutComplaint()
                        .stdout())
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n");
        assertThat(work.file("report.html")).doesNotExist();
    }

    @Test
    void replacesAnOldPageAndLeavesNothingBeside() throws IOException {
        write("real.html", "old");
        Files.createSymbolicLink(dir.resolve("page.html"), Path.of("real.html"));
        run("report", "l.txt", "-o", "page.html").exits(0);
        assertThat(dir.resolve("page.html")).isSymbolicLink();
        assertThat(read(dir.resolve("real.html"))).endsWith("</html>\n");
        try (var files = Files.list(dir)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("l.txt", "l.txt_workdir", "page.html", "real.html");
        }
    }

    @Test
    void writesTheSameUnderAnyLocale() {
        String page = taskfarmer("report", "-o", "-")
                .with("LC_ALL", "C")
                .run()
                .exits(0)
                .stdout();
        assertThat(page)
                .contains("taskfarmer report</title>", "times are those")
                .endsWith("</html>\n");
        assertThat(page).contains("\u2013 taskfarmer report");
    }

    @Test
    void saysWhatIsWrong() {
        run("report", "none.txt").exits(2).inWords().complains("none.txt");
        run("report", "l.txt", "-o", "").exits(2).inWords().complains("empty");
        run("report", "l.txt", "-o", "nowhere/page.html").exits(2).inWords().complains("nowhere");
        run("report", "l.txt", "-o", "l.txt_workdir").exits(2).inWords().complains("is a directory");
        run("report", "l.txt", "more").exits(2).inWords().complains("'more'");
        run("report", "l.txt", "-o", "/dev/full").exits(3).inWords().complains("could not be written");
    }

    @Test
    void explainsItself() {
        run("report", "--help").exits(0).says("Usage: taskfarmer report", "-o, --output FILE");
    }
}
