package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node has for tasks, as {@code taskfarmer resources} tells it. */
class ResourcesIT extends FarmTest {
    private Path ledgers;

    @BeforeEach
    void makeDirectory() throws IOException {
        ledgers = Files.createDirectory(root().resolve("ledgers"));
    }

    private Start resources(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "resources";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return taskfarmer(all).with("TASKFARMER_LEDGER_DIR", ledgers.toString());
    }

    @Test
    void areToldInALineEach() {
        Ended ended = resources("--resources", "cores=32,mem=64G,gpus=4,licences=2.5")
                .run()
                .exits(0)
                .withoutComplaint();
        assertThat(ended.stdout().lines().map(line -> line.replaceAll(" +", " ")))
                .startsWith(
                        "RESOURCE HERE FREE FROM",
                        "cores 32 32 as stated (0-31)",
                        "mem 64G 64G as stated",
                        "gpus 4 4 as stated (0-3)",
                        "licences 2.5 2.5 as stated")
                .anyMatch(line -> line.startsWith("nobody holds anything (" + ledgers));
        assertThat(ledgers).isEmptyDirectory();
    }

    @Test
    void areFoundWhereNothingIsSaid() {
        assertThat(resources().run().exits(0).withoutComplaint().stdout())
                .containsPattern("(?m)^cores +[1-9]")
                .containsPattern("(?m)^mem +[1-9]");
    }

    @Test
    void areTheBatchJobs() {
        assertThat(resources()
                        .with("SLURM_JOB_ID", "1234")
                        .with("SLURM_CPUS_ON_NODE", "1")
                        .with("SLURM_MEM_PER_NODE", "64")
                        .with("CUDA_VISIBLE_DEVICES", "1,3")
                        .run()
                        .exits(0)
                        .stdout())
                .containsPattern("(?m)^cores +1 +1 +SLURM_CPUS_ON_NODE \\([0-9]+\\)$")
                .containsPattern("(?m)^mem +64M +64M +SLURM_MEM_PER_NODE$")
                .containsPattern("(?m)^gpus +2 +2 +CUDA_VISIBLE_DEVICES \\(1,3\\)$")
                .contains("-job-1234");
    }

    @Test
    void canBeSetOnceForAll() {
        assertThat(resources()
                        .with("TASKFARMER_RESOURCES", "cores=7")
                        .run()
                        .exits(0)
                        .stdout())
                .containsPattern("(?m)^cores +7 ");
        write(
                home.resolve(".taskfarmer/taskfarmer.ini"),
                "[taskfarmer]\nresources = cores=9\n".getBytes(StandardCharsets.UTF_8));
        assertThat(resources().run().exits(0).stdout()).containsPattern("(?m)^cores +9 ");
        assertThat(resources("--resources", "cores=5").run().exits(0).stdout()).containsPattern("(?m)^cores +5 ");
    }

    @Test
    void areThereForScripts() {
        assertThat(resources("--json", "--resources", "cores=2,mem=1G,gpus=0,licences=0.5")
                        .run()
                        .exits(0)
                        .withoutComplaint()
                        .stdout()
                        .replaceAll("\\s+", " "))
                .contains("\"format\" : 1")
                .contains("{ \"name\" : \"cores\", \"amount\" : 2, \"free\" : 2, \"from\" : \"as stated\","
                        + " \"names\" : [ \"0\", \"1\" ] }")
                .contains("\"name\" : \"mem\", \"amount\" : 1073741824, \"free\" : 1073741824")
                .contains("\"name\" : \"gpus\", \"amount\" : 0, \"free\" : 0")
                .contains("\"name\" : \"licences\", \"amount\" : 0.5, \"free\" : 0.5")
                .contains("\"held\" : [ ]");
    }

    @Test
    void areRefusedIfTheyAreNone() {
        resources("--resources", "cores=many").run().exits(2).inWords().complains("--resources: 'many'");
        resources("--resources", "cores").run().exits(2).inWords().complains("cores=32,mem=64G,gpus=4");
        resources("tasks.txt").run().exits(2).inWords();
        list("tasks.txt", "true");
        run("--resources", "cores=1.5", "tasks.txt").exits(2).inWords().complains("--resources", "1.5");
        assertThat(work("tasks.txt").root()).doesNotExist();
    }

    /** Starts a farm of tasks that wait for the file {@code go}. */
    private Farmer farm(String list, String... options) {
        String[] all = java.util.Arrays.copyOf(options, options.length + 1);
        all[options.length] = list;
        return taskfarmer(all).with("TASKFARMER_LEDGER_DIR", ledgers.toString()).start();
    }

    private static final String WAIT = "until [ -e go ]; do sleep 0.05; done";

    @Test
    void areSharedByTheFarmersOfAHost() {
        String node = "cores=32,mem=64G";
        list("one.txt", "#TF cores=8 mem=16G", WAIT);
        list("two.txt", "#TF cores=20 mem=40G", WAIT);
        list("three.txt", "#TF cores=5", WAIT);
        Farmer one = farm("one.txt", "--resources", node);
        until(() -> left(node).equals("24 48G"));
        Farmer two = farm("two.txt", "--resources", node);
        until(() -> left(node).equals("4 8G"));
        Farmer three = farm("three.txt", "--resources", node);
        assertThat(resources("--resources", node).run().stdout())
                .containsPattern("(?m)task 0 of \\S+/one\\.txt_workdir, PID [0-9]+: 8 cores \\(0-7\\), 16G mem$")
                .containsPattern("(?m)task 0 of \\S+/two\\.txt_workdir, PID [0-9]+: 20 cores \\(8-27\\), 40G mem$")
                .doesNotContain("three.txt");
        two.signal("KILL").await();
        until(() -> left(node).equals("19 48G")); // its task was ended by its reaper; then three's one began
        write("go", "");
        one.await().exits(0);
        three.await().exits(0);
        assertThat(ledgers).isEmptyDirectory();
    }

    private String left(String node) {
        return resources("--resources", node)
                .run()
                .exits(0)
                .stdout()
                .replaceAll("(?s).*cores +\\S+ +(\\S+).*mem +\\S+ +(\\S+).*", "$1 $2");
    }

    @Test
    void areToldToTasksByIndex() {
        list(
                "tasks.txt",
                "#TF cores=2 gpus=0.5 mem=1G",
                "echo $TASKFARMER_CPUS $OMP_NUM_THREADS $CUDA_VISIBLE_DEVICES $ROCR_VISIBLE_DEVICES $TASKFARMER_MEM");
        taskfarmer("--resources", "cores=4,gpus=2", "tasks.txt")
                .with("TASKFARMER_LEDGER_DIR", ledgers.toString())
                .run()
                .exits(0);
        assertThat(work("tasks.txt").log(0)).isEqualTo("0,1 2 0 0 1073741824\n");
    }

    @Test
    void areInsideATaskWhatThatHolds() {
        list("tasks.txt", "#TF cores=2 gpus=1", Start.java() + " -jar " + Start.jar() + " resources");
        taskfarmer("tasks.txt")
                .with("TASKFARMER_LEDGER_DIR", ledgers.toString())
                .with("TASKFARMER_RESOURCES", "cores=8,gpus=4,mem=1G")
                .run()
                .exits(0);
        assertThat(work("tasks.txt").log(0))
                .containsPattern("(?m)^cores +2 +2 +share of the task that this runs in \\(0-1\\)$")
                .containsPattern("(?m)^gpus +1 +1 +share of the task that this runs in \\(0\\)$")
                .containsPattern("(?m)^mem +1G +1G +as stated$")
                .contains("nobody holds anything");
    }

    @Test
    void bindTasksToTheirCores() {
        list("tasks.txt", "grep Cpus_allowed_list /proc/self/status; echo $TASKFARMER_CPUS");
        taskfarmer("--bind", "--resources", "cores=1", "tasks.txt")
                .with("TASKFARMER_LEDGER_DIR", ledgers.toString())
                .run()
                .exits(0)
                .withoutComplaint();
        assertThat(work("tasks.txt").log(0)).matches("Cpus_allowed_list:\\s+([0-9]+)\n\\1\n");
        taskfarmer("--bind", "--resources", "cores=8000", "tasks.txt")
                .run()
                .exits(2)
                .inWords()
                .complains("--bind: 8000 cores were stated");
    }
}
