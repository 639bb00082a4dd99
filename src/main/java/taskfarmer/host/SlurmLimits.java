package taskfarmer.host;

import java.util.Optional;
import taskfarmer.model.Resources;

/**
 * What Slurm has allocated on this node, as far as the environment tells ({@code sbatch(1)} and {@code srun(1)}, "OUTPUT
 * ENVIRONMENT VARIABLES").
 *
 * <p>CPUs: {@code SLURM_CPUS_ON_NODE}, which in a step is what the step has (22.05: also where {@code SLURM_CPUS_PER_TASK} was
 * inherited from the job and limits nothing), otherwise the node's entry in {@code SLURM_JOB_CPUS_PER_NODE}. Memory:
 * {@code SLURM_MEM_PER_NODE}, otherwise {@code SLURM_MEM_PER_CPU} for each CPU of the job here, both in MiB.
 */
final class SlurmLimits {
    private static final int MIB = 20;

    private final NodeView node;

    SlurmLimits(NodeView node) {
        this.node = node;
    }

    Optional<Limit> cores() {
        return node.count("SLURM_CPUS_ON_NODE")
                .map(count -> limit(count, "SLURM_CPUS_ON_NODE"))
                .or(() -> here("SLURM_JOB_CPUS_PER_NODE").map(count -> limit(count, "SLURM_JOB_CPUS_PER_NODE")));
    }

    Optional<Limit> memory() {
        Optional<Limit> perNode =
                node.count("SLURM_MEM_PER_NODE").map(amount -> new Limit(amount << MIB, "SLURM_MEM_PER_NODE"));
        Optional<Long> cpus = here("SLURM_JOB_CPUS_PER_NODE").or(() -> node.count("SLURM_CPUS_ON_NODE"));
        return perNode.or(() -> node.count("SLURM_MEM_PER_CPU")
                .filter(amount -> cpus.isPresent())
                .map(amount -> new Limit((amount << MIB) * cpus.orElseThrow(), "SLURM_MEM_PER_CPU")));
    }

    private static Limit limit(long count, String origin) {
        return new Limit(count * Resources.UNIT, origin);
    }

    /** Returns this node's entry in a list such as {@code 72(x2),36}. */
    private Optional<Long> here(String name) {
        long left = Math.max(0, CpuList.number(node.variable("SLURM_NODEID").orElse("0")));
        for (String part : node.variable(name).orElse("").split(",", -1)) {
            int times = part.indexOf("(x");
            long repeated =
                    times < 0 ? 1 : CpuList.number(part.substring(times + 2, Math.max(times + 2, part.length() - 1)));
            if (left < repeated) {
                long value = CpuList.number(times < 0 ? part : part.substring(0, times));
                return value > 0 ? Optional.of(value) : Optional.empty();
            }
            left -= repeated;
        }
        return Optional.empty();
    }
}
