package taskfarmer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchJobTest {
    private static Environment environment(Map<String, String> variables) {
        return new Environment(variables, Path.of("/home"), Path.of("/work"), Optional.empty(), 1000);
    }

    private static BatchJob job(Map<String, String> variables) {
        return BatchJob.of(environment(variables));
    }

    @Test
    void isNoneOutsideOfABatchSystem() {
        assertThat(job(Map.of())).isEqualTo(BatchJob.NONE);
        assertThat(job(Map.of("SLURMD_NODENAME", "n1"))).isEqualTo(BatchJob.NONE);
        assertThat(BatchJob.NONE.isKnown()).isFalse();
    }

    @Test
    void namesJobStepAndNode() {
        BatchJob batch = job(Map.of("SLURM_JOB_ID", "1234", "SLURMD_NODENAME", "n1"));
        assertThat(batch).isEqualTo(new BatchJob("1234", "-", "n1"));
        assertThat(batch.label()).isEqualTo("1234");
        assertThat(job(Map.of("SLURM_JOB_ID", "1234", "SLURM_STEP_ID", "0")).label())
                .isEqualTo("1234.0");
    }

    @Test
    void namesTasksOfArraysAsPeopleDo() {
        Map<String, String> array = Map.of(
                "SLURM_JOB_ID", "1241", "SLURM_ARRAY_JOB_ID", "1234", "SLURM_ARRAY_TASK_ID", "7", "SLURM_STEP_ID", "0");
        assertThat(job(array).label()).isEqualTo("1234_7.0");
    }

    @Test
    void isAlwaysMadeOfPlainWords() {
        BatchJob odd = job(Map.of("SLURM_JOB_ID", "1 2\n3", "SLURMD_NODENAME", "n\u00e4".repeat(100)));
        assertThat(odd.id()).isEqualTo("1_2_3");
        assertThat(odd.node()).hasSize(64).doesNotContain(" ", "\u00e4");
    }

    @Test
    void knowsAStepOfSeveralNodes() {
        Map<String, String> step =
                Map.of("SLURM_STEP_ID", "0", "SLURM_STEP_NUM_NODES", "4", "SLURM_STEP_NUM_TASKS", "4");
        assertThat(BatchJob.isStepOfSeveralNodes(environment(step))).isTrue();
        for (String name : step.keySet()) {
            Map<String, String> less = new java.util.HashMap<>(step);
            less.put(name, name.endsWith("ID") ? "-" : "1");
            assertThat(BatchJob.isStepOfSeveralNodes(environment(less)))
                    .as(name)
                    .isFalse();
            less.put(name, "many");
            assertThat(BatchJob.isStepOfSeveralNodes(environment(less)))
                    .as(name)
                    .isEqualTo(name.endsWith("ID"));
        }
    }
}
