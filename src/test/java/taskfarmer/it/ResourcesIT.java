package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
        write(home.resolve(".taskfarmer/taskfarmer.ini"), "[taskfarmer]\nresources = cores=9\n".getBytes());
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
}
