package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The program tells what it can do, and guesses what was meant. */
class HelpIT extends FarmTest {
    @Test
    void isTheSameWhicheverWayItIsAskedFor() {
        String status = run("help", "status").exits(0).withoutComplaint().stdout();
        assertThat(status).startsWith("Usage: taskfarmer status ");
        assertThat(run("status", "--help").exits(0).stdout()).isEqualTo(status);
        String overview = run("--help").exits(0).stdout();
        assertThat(overview).startsWith("Usage: taskfarmer [run] ");
        assertThat(run("help").exits(0).stdout()).isEqualTo(overview);
        assertThat(run("run", "-h").exits(0).stdout()).isEqualTo(overview);
    }

    @Test
    void ofNoCommandIsRefused() {
        run("help", "nonsense").exits(2).inWords().complains("no command 'nonsense'", "taskfarmer --help");
        run("help", "--man", "nonsense").exits(2).inWords().complains("no command 'nonsense'");
        run("help", "status", "watch").exits(2).inWords().complains("'watch'");
    }

    @Test
    void isThereAsManualPages() throws IOException {
        String page = run("help", "--man", "status").exits(0).withoutComplaint().stdout();
        assertThat(page).startsWith(".TH TASKFARMER\\-STATUS 1 ");
        run("help", "--install-man").exits(0).withoutComplaint().says(home + "/.local/share/man/man1");
        Path pages = home.resolve(".local/share/man/man1");
        assertThat(read(pages.resolve("taskfarmer-status.1"))).isEqualTo(page);
        assertThat(read(pages.resolve("taskfarmer.1"))).startsWith(".TH TASKFARMER 1 ");
        run("help", "--install-man", "here").exits(0).says("here/man1");
        try (Stream<Path> installed = Files.list(pages)) {
            assertThat(installed.map(path -> dir.resolve("here/man1").resolve(path.getFileName())))
                    .hasSizeGreaterThan(15)
                    .allMatch(Files::exists);
        }
    }

    @Test
    void cannotBeInstalledWhereNothingCanBeWritten() {
        write("file", "");
        run("help", "--install-man", "file").exits(2).inWords().complains("file/man1", "--install-man DIR");
    }

    @Test
    void guessesWhichCommandWasMeant() {
        list("tasks.txt", "true");
        run("statu", "tasks.txt").exits(2).inWords().complains("'statu'", "Did you mean status?");
        run("retyr").exits(2).inWords().complains("'retyr'", "Did you mean retry?");
        run("nonsense.txt").exits(2).inWords().complains("there is no task list nonsense.txt");
        assertThat(dir.resolve("statu_workdir")).doesNotExist();
    }

    @Test
    void takesAListForWhatItIsWhateverItIsCalled() {
        list("statu", "true");
        run("statu").exits(0).says("1 finished");
        list("status", "true");
        run("run", "status").exits(0).says("1 finished");
        run("./status").exits(0).says("nothing was left to do");
    }

    @Test
    void warnsOnceOfAVariableThatMeansNothing() {
        list("tasks.txt", "true", "true");
        Ended ended =
                taskfarmer("tasks.txt").with("TASKFARMER_PROCS", "3").run().exits(0);
        assertThat(ended.stderr().lines().toList())
                .isEqualTo(List.of("taskfarmer: the environment variable TASKFARMER_PROCS means nothing: did you mean"
                        + " TASKFARMER_PROC?"));
        taskfarmer("status", "tasks.txt")
                .with("TASKFARMER_PROCS", "3")
                .run()
                .exits(0)
                .withoutComplaint();
    }
}
