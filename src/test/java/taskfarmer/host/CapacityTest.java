package taskfarmer.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.config.BatchJob;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.Resources;
import taskfarmer.store.Identity;

class CapacityTest {
    private static final String CGROUP = "/proc/self/cgroup";
    private static final String FS = "/sys/fs/cgroup";
    private static final String BOOT = "01234567-89ab-cdef-0123-456789abcdef";

    private static Capacity of(NodeView node) {
        return Capacity.of(node, Stated.NOTHING);
    }

    private static Capacity of(NodeView node, String stated) {
        return Capacity.of(node, Stated.parse(stated));
    }

    private static Resources resources(String text) {
        return Resources.parse(text);
    }

    @Test
    void isThatOfTheMachineWhereNothingLimitsIt() {
        Capacity node = of(FakeNode.of("0-3,8-9", 16));
        assertThat(node.amounts()).isEqualTo(resources("cores=6,mem=16G"));
        assertThat(node.cores()).containsExactly("0", "1", "2", "3", "8", "9");
        assertThat(node.gpus()).isEmpty();
        assertThat(node.unbindable()).isEmpty();
        assertThat(node.scope()).isEqualTo("01234567-host");
        assertThat(node.origins())
                .containsEntry("cores", "CPUs that may be used")
                .containsEntry("mem", "memory of the machine");
    }

    @Test
    void isThatOfThisMachineToo() {
        assertThat(Capacity.of(
                                new ThisNode(new taskfarmer.config.Environment(
                                        Map.of(),
                                        java.nio.file.Path.of("/"),
                                        java.nio.file.Path.of("/"),
                                        Optional.empty(),
                                        0)),
                                Stated.NOTHING)
                        .amounts()
                        .covers(resources("cores=1,mem=64M")))
                .isTrue();
    }

    @Test
    void isWhatTheUserStates() {
        Capacity node = of(FakeNode.of("0-31", 64), "cores=8,mem=20G,gpus=2,licences=3,scratch=0.5");
        assertThat(node.amounts()).isEqualTo(resources("cores=8,mem=20G,gpus=2,licences=3,scratch=0.5"));
        assertThat(node.cores()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
        assertThat(node.gpus()).containsExactly("0", "1");
        assertThat(node.unbindable()).isEmpty();
        assertThat(of(FakeNode.of("0-31", 64), "licences=3").amounts())
                .isEqualTo(resources("cores=32,mem=64G,licences=3"));
    }

    @Test
    void isNothingWhereTheUserSaysSo() {
        Capacity node = of(FakeNode.of("0-31", 64).variable("CUDA_VISIBLE_DEVICES", "0,1"), "cores=0,mem=0,gpus=0");
        assertThat(node.amounts()).isEqualTo(Resources.NONE);
        assertThat(node.cores()).isEmpty();
        assertThat(node.gpus()).isEmpty();
        assertThat(node.origins()).containsEntry("gpus", "as stated");
    }

    @Test
    void numbersOnWhatIsNotThere() {
        Capacity node = of(FakeNode.of("4-5", 64).variable("CUDA_VISIBLE_DEVICES", "GPU-8e6e"), "cores=4,gpus=3");
        assertThat(node.cores()).containsExactly("4", "5", "6", "7");
        assertThat(node.gpus()).containsExactly("GPU-8e6e", "0", "1");
        assertThat(node.unbindable()).contains("4 cores were stated, but only these CPUs may be used here: 4-5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cores", "cores=", "cores=x", "cores=-1", "cores=0.5", "cores=9000", "gpus=1.5"})
    void refusesWhatIsNoAmount(String text) {
        assertThatThrownBy(() -> Stated.parse(text))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE));
        assertThatThrownBy(() -> Stated.parse("mem=1G,cores=1,mem=2G")).hasMessageContaining("mem=2G");
    }

    @Test
    void isWhatSlurmHasAllocated() {
        FakeNode node = FakeNode.of("0-63", 256)
                .variable("SLURM_JOB_ID", "1234")
                .variable("SLURMD_NODENAME", "n1")
                .variable("SLURM_CPUS_ON_NODE", "32")
                .variable("SLURM_MEM_PER_CPU", "2048")
                .variable("SLURM_JOB_CPUS_PER_NODE", "32(x2)");
        Capacity found = of(node);
        assertThat(found.amounts()).isEqualTo(resources("cores=32,mem=64G"));
        assertThat(found.origins())
                .containsEntry("cores", "SLURM_CPUS_ON_NODE")
                .containsEntry("mem", "SLURM_MEM_PER_CPU");
        assertThat(found.scope()).isEqualTo("01234567-job-1234-n1");
        assertThat(found.unbindable())
                .contains("32 of 64 CPUs are this job's (SLURM_CPUS_ON_NODE), but nobody says which");
        assertThat(of(node, "cores=16").unbindable()).isEmpty();
        assertThat(of(node.variable("SLURM_MEM_PER_NODE", "4096")).amounts()).isEqualTo(resources("cores=32,mem=4G"));
        assertThat(of(node.variable("SLURM_MEM_PER_NODE", "0")).amounts())
                .as("all memory of the node was asked for")
                .isEqualTo(resources("cores=32,mem=64G"));
    }

    @Test
    void readsSlurmsListsOfNodes() {
        FakeNode node = FakeNode.of("0-127", 256).variable("SLURM_JOB_CPUS_PER_NODE", "72(x2),36,4(x10)");
        assertThat(of(node).cores()).as("a batch script").hasSize(72);
        assertThat(of(node.variable("SLURM_NODEID", "1")).cores()).hasSize(72);
        assertThat(of(node.variable("SLURM_NODEID", "2")).cores()).hasSize(36);
        assertThat(of(node.variable("SLURM_NODEID", "12")).cores()).hasSize(4);
        assertThat(of(node.variable("SLURM_NODEID", "13")).cores())
                .as("no such node")
                .hasSize(128);
        assertThat(of(node.variable("SLURM_JOB_CPUS_PER_NODE", "garbage(x")).cores())
                .hasSize(128);
        assertThat(of(node.variable("SLURM_JOB_CPUS_PER_NODE", "(x2)")).cores()).hasSize(128);
    }

    /** The variables as Slurm 22.05 sets them in a job of {@code -n4 -c2}. */
    @Test
    void isThatOfTheStep() {
        FakeNode node = FakeNode.of("0-63", 256)
                .variable("SLURM_JOB_CPUS_PER_NODE", "8")
                .variable("SLURM_CPUS_PER_TASK", "2")
                .variable("SLURM_STEP_NUM_TASKS", "1")
                .variable("SLURM_STEP_TASKS_PER_NODE", "1");
        assertThat(of(node.variable("SLURM_CPUS_ON_NODE", "8")).cores())
                .as("srun -n1: all of the job's CPUs here, although SLURM_CPUS_PER_TASK was inherited")
                .hasSize(8);
        assertThat(of(node.variable("SLURM_CPUS_ON_NODE", "3").variable("SLURM_CPUS_PER_TASK", "3"))
                        .cores())
                .as("srun --exact -n1 -c3")
                .hasSize(3);
    }

    @Test
    void isNeverMoreThanTheKernelAllows() {
        Capacity node = of(
                FakeNode.of("8-11", 16).variable("SLURM_CPUS_ON_NODE", "32").variable("SLURM_MEM_PER_NODE", "65536"));
        assertThat(node.amounts()).isEqualTo(resources("cores=4,mem=16G"));
        assertThat(node.cores()).containsExactly("8", "9", "10", "11");
        assertThat(node.unbindable()).isEmpty();
    }

    @Test
    void isWhatControlGroupsAllow() {
        FakeNode node = FakeNode.of("0-31", 64)
                .file(CGROUP, "0::/user.slice/job_1/step_0\n")
                .file(FS + "/user.slice/job_1/step_0/memory.max", "max\n")
                .file(FS + "/user.slice/job_1/memory.max", "8589934592\n")
                .file(FS + "/user.slice/memory.max", "17179869184\n")
                .file(FS + "/user.slice/job_1/step_0/cpu.max", "1250000 100000\n")
                .file(FS + "/user.slice/cpu.max", "max 100000\n");
        assertThat(of(node).amounts()).isEqualTo(resources("cores=12,mem=8G"));
        assertThat(of(node).origins())
                .containsEntry("cores", "CPU quota of the control group")
                .containsEntry("mem", "memory limit of the control group");
        assertThat(of(node).unbindable()).isPresent();
        assertThat(of(node.file(FS + "/user.slice/job_1/step_0/cpu.max", "50000 100000\n"))
                        .amounts())
                .as("half a core is one")
                .isEqualTo(resources("cores=1,mem=8G"));
    }

    @Test
    void isWhatControlGroupsOfVersion1Allow() {
        FakeNode node = FakeNode.of("0-31", 64)
                .file(CGROUP, "9:name=systemd:/\n4:memory:/slurm/job_1\n2:cpu,cpuacct:/slurm\n0::/\n")
                .file(FS + "/memory/slurm/job_1/memory.limit_in_bytes", "9223372036854771712\n")
                .file(FS + "/memory/slurm/memory.limit_in_bytes", "4294967296\n")
                .file(FS + "/cpu,cpuacct/slurm/cpu.cfs_quota_us", "400000\n")
                .file(FS + "/cpu,cpuacct/slurm/cpu.cfs_period_us", "100000\n");
        assertThat(of(node).amounts()).isEqualTo(resources("cores=4,mem=4G"));
        assertThat(of(node.file(FS + "/cpu,cpuacct/slurm/cpu.cfs_quota_us", "-1\n"))
                        .cores())
                .hasSize(32);
    }

    @Test
    void seesTheGroupOfAContainerWhosePathIsElsewhere() {
        FakeNode node = FakeNode.of("0-31", 64)
                .file(CGROUP, "4:memory:/docker/0123\n")
                .file(FS + "/memory/memory.limit_in_bytes", "1073741824\n");
        assertThat(of(node).amounts()).isEqualTo(resources("cores=32,mem=1G"));
    }

    @Test
    void findsGpusByTheirDevices() {
        FakeNode node = FakeNode.of("0-3", 8)
                .file("/dev/nvidia0", "")
                .file("/dev/nvidia1", "")
                .file("/dev/nvidiactl", "")
                .file("/dev/nvidia-uvm", "")
                .file("/dev/null", "");
        assertThat(of(node).gpus()).containsExactly("0", "1");
        assertThat(of(node).amd()).isFalse();
        FakeNode amd = FakeNode.of("0-3", 8);
        for (int i = 0; i < 4; i++) {
            amd.file("/sys/class/kfd/kfd/topology/nodes/" + i + "/gpu_id", (i < 1 ? 0 : 5000 + i) + "\n");
        }
        assertThat(of(amd).gpus()).containsExactly("0", "1", "2");
        assertThat(of(amd).amd()).isTrue();
    }

    @Test
    void takesGpusThatTheEnvironmentNames() {
        FakeNode node = FakeNode.of("0-3", 8).file("/dev/nvidia0", "").file("/dev/nvidia1", "");
        assertThat(of(node.variable("SLURM_GPUS_ON_NODE", "3")).gpus()).containsExactly("0", "1", "2");
        assertThat(of(node.variable("SLURM_JOB_GPUS", "2-3,5")).gpus()).containsExactly("2", "3", "5");
        assertThat(of(node.variable("ROCR_VISIBLE_DEVICES", "4")).gpus()).containsExactly("4");
        assertThat(of(node.variable("CUDA_VISIBLE_DEVICES", "3, 1")).gpus()).containsExactly("3", "1");
        assertThat(of(node.variable("CUDA_VISIBLE_DEVICES", "GPU-8e6e-1,MIG-2a/1/0"))
                        .gpus())
                .containsExactly("GPU-8e6e-1", "MIG-2a/1/0");
        assertThat(of(node.variable("CUDA_VISIBLE_DEVICES", "0,-1,1")).gpus()).containsExactly("0");
        for (String none : List.of("", "NoDevFiles", "-1")) {
            assertThat(of(node.variable("CUDA_VISIBLE_DEVICES", none)).gpus()).isEmpty();
        }
        assertThat(of(node).origins()).containsEntry("gpus", "CUDA_VISIBLE_DEVICES");
    }

    @Test
    void insideATaskIsTheShareOfThatTask() {
        Identity farmer = new Identity("n1", BOOT, "1", 77, 88, BatchJob.NONE);
        Entry entry = new Entry(
                farmer, 5, resources("cores=2,mem=4G,gpus=0.5,licences=1"), List.of("6", "7"), List.of("3"), "a b 1.1");
        FakeNode node = FakeNode.of("0-31", 64)
                .file("/dev/nvidia0", "")
                .variable("TASKFARMER_SHARE", OuterTask.value("01234567-host", entry));
        Capacity inner = of(node);
        assertThat(inner.amounts()).isEqualTo(resources("cores=2,mem=4G,gpus=1,licences=1"));
        assertThat(inner.cores()).containsExactly("6", "7");
        assertThat(inner.gpus()).containsExactly("3");
        assertThat(inner.unbindable()).isEmpty();
        assertThat(inner.scope()).isEqualTo("01234567-task-77-88-5");
        assertThat(of(node, "cores=1").cores()).containsExactly("6");
        assertThat(of(node, "cores=8,mem=1G,gpus=4,licences=2,tapes=1").amounts())
                .as("what is stated for the outer farm, in the environment perhaps")
                .isEqualTo(resources("cores=2,mem=1G,gpus=1,licences=1,tapes=1"));

        assertThat(of(FakeNode.of("0-31", 64)
                                .variable("TASKFARMER_SHARE", OuterTask.value("01234567-host", entry))
                                .variable("SLURM_JOB_ID", "9"))
                        .cores())
                .as("a job that the task has submitted")
                .hasSize(32);
        assertThat(of(FakeNode.of("0-31", 64)
                                .file("/proc/sys/kernel/random/boot_id", "another\n")
                                .variable("TASKFARMER_SHARE", OuterTask.value("01234567-host", entry)))
                        .cores())
                .as("another host")
                .hasSize(32);
    }

    @Test
    void hasAScopeThatIsAPlainWord() {
        assertThat(of(FakeNode.of("0", 1).variable("SLURM_JOB_ID", "../1").variable("SLURMD_NODENAME", "a/b\n"))
                        .scope())
                .isEqualTo("01234567-job-.._1-a_b_");
    }
}
