package taskfarmer.host;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import taskfarmer.model.Resources;

/**
 * What a task has of its node while it runs.
 *
 * @param number tells apart what one farmer holds
 * @param amounts how much of each resource
 * @param cores which cores, by the kernel's numbers; one if it is a part of one
 * @param gpus which GPUs, by the names that programs know them by; one if it is a part of one
 * @param environment what the task's environment says of it
 */
public record Share(
        int number, Resources amounts, List<String> cores, List<String> gpus, Map<String, String> environment) {

    static Share of(Entry entry, String ledger, boolean amd) {
        Map<String, String> environment = new TreeMap<>();
        environment.put(OuterTask.VARIABLE, OuterTask.value(ledger, entry));
        if (!entry.cores().isEmpty()) {
            environment.put("TASKFARMER_CPUS", String.join(",", entry.cores()));
            environment.put("OMP_NUM_THREADS", Integer.toString(entry.cores().size()));
        }
        long memory = entry.amounts().amount(Resources.MEMORY);
        if (memory > 0) {
            environment.put("TASKFARMER_MEM", Long.toString(memory));
        }
        if (!entry.gpus().isEmpty()) {
            String names = String.join(",", entry.gpus());
            environment.put("TASKFARMER_GPUS", names);
            environment.put("ROCR_VISIBLE_DEVICES", names);
            // On AMD's, HIP reads it as well, and counts only what ROCR_VISIBLE_DEVICES has left.
            environment.put("CUDA_VISIBLE_DEVICES", amd ? counted(entry.gpus().size()) : names);
        }
        return new Share(
                entry.number(), entry.amounts(), entry.cores(), entry.gpus(), Collections.unmodifiableMap(environment));
    }

    private static String counted(int count) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(Integer.toString(i));
        }
        return String.join(",", numbers);
    }
}
