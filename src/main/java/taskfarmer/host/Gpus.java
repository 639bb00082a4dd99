package taskfarmer.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The GPUs that this process may use, by the names that {@code CUDA_VISIBLE_DEVICES} or {@code ROCR_VISIBLE_DEVICES} has for
 * them: numbers, or UUIDs if the environment says so.
 *
 * <p>The first of these that tells: {@code CUDA_VISIBLE_DEVICES}, {@code ROCR_VISIBLE_DEVICES}; Slurm's
 * {@code SLURM_STEP_GPUS}, {@code SLURM_JOB_GPUS}, {@code SLURM_GPUS_ON_NODE}; one for each {@code /dev/nvidia0}, …; one for
 * each node of {@code /sys/class/kfd/kfd/topology/nodes} that has a GPU (AMD). No library is asked and no program started.
 *
 * @param names their names
 * @param origin what told
 * @param amd whether they are AMD's
 */
record Gpus(List<String> names, String origin, boolean amd) {
    private static final String KFD = "/sys/class/kfd/kfd/topology/nodes";

    static Gpus of(NodeView node) {
        int kfd = kfd(node);
        boolean nvidia = nvidia(node) > 0;
        boolean amd = !nvidia
                && (kfd > 0
                        || node.variable("ROCR_VISIBLE_DEVICES").isPresent()
                                && node.variable("CUDA_VISIBLE_DEVICES").isEmpty());
        for (String variable :
                List.of("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "SLURM_STEP_GPUS", "SLURM_JOB_GPUS")) {
            Optional<String> list = node.variable(variable);
            if (list.isPresent()) {
                return new Gpus(named(list.get()), variable, amd);
            }
        }
        Optional<Long> count = node.count("SLURM_GPUS_ON_NODE");
        if (count.isPresent()) {
            return new Gpus(numbered(count.get()), "SLURM_GPUS_ON_NODE", amd);
        }
        return nvidia
                ? new Gpus(numbered(nvidia(node)), "/dev/nvidia*", false)
                : new Gpus(numbered(kfd), kfd > 0 ? KFD : "the machine", amd);
    }

    /** CUDA takes a list for over at the first entry that is no device; Slurm writes {@code NoDevFiles} for none. */
    private static List<String> named(String list) {
        List<String> names = new ArrayList<>();
        for (String entry : list.split(",", -1)) {
            String name = entry.strip();
            boolean number = CpuList.number(name) >= 0;
            boolean unique = name.contains("-") && CpuList.number(name.substring(0, name.indexOf('-'))) < 0;
            if (number || unique && name.indexOf('-') > 0 && name.indexOf(' ') < 0) {
                names.add(name);
            } else if (CpuList.parse(name).size() > 1) { // Slurm shortens its own lists: 0-3
                names.addAll(CpuList.parse(name));
            } else {
                break;
            }
        }
        return names.stream().distinct().toList();
    }

    private static List<String> numbered(long count) {
        List<String> names = new ArrayList<>();
        for (long i = 0; i < Math.min(count, Stated.MOST_BY_INDEX); i++) {
            names.add(Long.toString(i));
        }
        return names;
    }

    private static int nvidia(NodeView node) {
        int count = 0;
        for (String name : node.names("/dev")) {
            count += name.startsWith("nvidia") && CpuList.number(name.substring("nvidia".length())) >= 0 ? 1 : 0;
        }
        return count;
    }

    /** A node of the topology without a GPU is a processor: its {@code gpu_id} is 0. */
    private static int kfd(NodeView node) {
        int count = 0;
        for (String name : new TreeSet<>(node.names(KFD))) {
            count += node.line(KFD + '/' + name + "/gpu_id")
                            .filter(id -> CpuList.number(id) > 0)
                            .isPresent()
                    ? 1
                    : 0;
        }
        return count;
    }
}
