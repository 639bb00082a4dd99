package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What all tests on the cluster have: a lab of their own, jobs, and a work directory that they look at on the server's
 * own disk. They run with {@code mvn verify -Plab} only.
 */
@ExtendWith(LabTest.Keeper.class)
abstract class LabTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String DIRECTORY = "my runs"; // with a blank, as users have them

    Lab lab;
    Path dir;
    private Path jobs; // what they print, which is to be seen when the volume cannot be reached, too
    private String test = "";

    /** Keeps logs of tests that failed, before the lab is taken down. */
    static final class Keeper implements AfterTestExecutionCallback {
        @Override
        public void afterTestExecution(ExtensionContext context) {
            LabTest test = (LabTest) context.getRequiredTestInstance();
            if (context.getExecutionException().isPresent() && test.lab != null) {
                test.lab.keepLogs(test.test);
                System.out.println(test.describe());
            }
        }
    }

    @BeforeEach
    void rememberName(TestInfo info) {
        test = getClass().getSimpleName() + "-" + info.getDisplayName().replaceAll("[^A-Za-z0-9]+", "-");
    }

    @AfterEach
    void takeDown() {
        if (lab != null) {
            lab.down();
        }
    }

    /** Starts the lab. */
    Lab up(String... mode) {
        lab = Lab.up(mode);
        try {
            dir = Files.createDirectory(lab.shared(DIRECTORY));
            jobs = Files.createDirectory(lab.outside("jobs"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        // Long enough for a loaded machine, short enough for a test.
        return lab.with("TASKFARMER_HEARTBEAT", "1").with("TASKFARMER_DEAD_AFTER", "8");
    }

    private String describe() {
        return lab.run(
                        lab.truth(DIRECTORY),
                        Duration.ofSeconds(20),
                        "bash",
                        "-c",
                        "timeout 5 squeue; timeout 5 scontrol -o show job; tail -n +1 \"$LAB_DIR\"/jobs/*.out; tail -n 40 */farm/journal")
                .toString();
    }

    /** Writes a list of so many equal commands, in which {@code #} is the number of the line from 0. */
    void list(String name, int count, String command) {
        List<String> lines = IntStream.range(0, count)
                .mapToObj(i -> command.replace("#", Integer.toString(i)))
                .toList();
        try {
            Files.write(dir.resolve(name), lines);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Work work(String list) {
        return new Work(lab.truth(DIRECTORY).resolve(list + "_workdir"));
    }

    /** Returns how many tasks the journal says have ended; 0 if there is none yet. */
    int ended(String list) {
        Work work = work(list);
        return Files.exists(work.journal()) ? work.entries("end").size() : 0;
    }

    /** Waits until farmers on all four nodes are at work, and more than so many tasks have ended. */
    void awaitAtWork(String list, int enough) {
        until(() -> ended(list) > enough && joins(list).size() == 4);
    }

    /** Returns how many attempts the journal says have been running for a while. */
    int started(String list) {
        Work work = work(list);
        return Files.exists(work.journal()) ? work.entries("start").size() : 0;
    }

    /** Returns how many farmers have left in good order. */
    long left(String list) {
        return work(list).entries().stream()
                .filter(line -> line.equals("leave") || line.startsWith("quit "))
                .count();
    }

    static String example(String name) {
        return Path.of(System.getProperty("basedir"), "examples/slurm", name)
                .toAbsolutePath()
                .toString();
    }

    /** Runs a command in the directory. */
    Ended run(String... argv) {
        return lab.run(dir, Duration.ofSeconds(60), argv);
    }

    /** Submits a job with these arguments, and returns its number. */
    String submit(String... arguments) {
        List<String> argv = new ArrayList<>(List.of("sbatch", "--parsable", "--output=" + jobs.resolve("%j.out")));
        argv.addAll(Arrays.asList(arguments));
        return run(argv.toArray(new String[0])).exits(0).stdout().strip();
    }

    /** Returns a field of what Slurm tells of a job: {@code JobState}, {@code Restarts}, {@code ExitCode}. */
    String field(String job, String name) {
        String text = run("scontrol", "-o", "show", "job", job).stdout();
        Matcher matcher = Pattern.compile("(?:^|\\s)" + name + "=(\\S*)").matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** Waits for the end of a job and asserts how it ended. */
    void awaitEnd(String job, String state, String exitCode) {
        until(() ->
                !List.of("RUNNING", "PENDING", "COMPLETING", "CONFIGURING", "").contains(field(job, "JobState")));
        assertThat(field(job, "JobState") + " " + field(job, "ExitCode"))
                .as(() -> "the end of job " + job + "\n" + output(job))
                .isEqualTo(state + " " + exitCode);
    }

    void awaitDone(String job) {
        awaitEnd(job, "COMPLETED", "0:0");
    }

    /** Returns what a job has printed. */
    String output(String job) {
        Path file = jobs.resolve(job + ".out");
        return Files.exists(file) ? FarmTest.read(file) : "";
    }

    /** Returns the words of the lines by which farmers have joined. */
    List<String[]> joins(String list) {
        return work(list).entries("join").stream().map(line -> line.split(" ")).toList();
    }

    /** Returns when a farmer was found to be gone, for the first time, in ms since the epoch. */
    long firstGone(String list) {
        long time = 0;
        for (String line : work(list).entries()) {
            String[] words = line.split(" ");
            time = words[0].equals("batch") ? Long.parseLong(words[3]) / 1000 : time;
            if (words[0].equals("gone")) {
                return time;
            }
        }
        throw new AssertionError("nobody is gone");
    }

    static void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition);
    }

    /** Asserts that all tasks of a list have been recorded as finished, each once, and that the rest is in order, too. */
    Work allFinished(String list, int count) {
        Work work = work(list).isSound();
        assertThat(work.finished()).hasSize(count);
        return work;
    }
}
