package taskfarmer.host;

import java.util.List;
import java.util.Optional;
import taskfarmer.model.Resources;

/**
 * The task that this farmer itself is, if it was started by one: what that holds is all that its own tasks have. What a task
 * has sent to another host, or submitted to the batch system, is no part of it.
 */
final class OuterTask {
    /** For people: who says how much there is. */
    static final String ORIGIN = "share of the task that this runs in";

    /** Of every process of a task with a share: the key of the ledger that has it, and the share. */
    static final String VARIABLE = "TASKFARMER_SHARE";

    private OuterTask() {}

    /** Returns the value of the variable. */
    static String value(String ledger, Entry share) {
        return ledger + ' ' + share.unlabelled().text();
    }

    static Optional<Entry> share(NodeView node) {
        String value = node.variable(VARIABLE).orElse("");
        boolean sameJob = node.variable("TASKFARMER_JOB")
                .orElse("")
                .equals(node.variable("SLURM_JOB_ID").orElse(""));
        if (value.isEmpty() || !sameJob) {
            return Optional.empty();
        }
        return Entry.parse(value.substring(value.indexOf(' ') + 1))
                .filter(share -> share.owner().boot().equals(boot(node)));
    }

    static Optional<Limit> limit(List<String> indices) {
        return indices.isEmpty() ? Optional.empty() : Optional.of(new Limit(indices.size() * Resources.UNIT, ORIGIN));
    }

    static Optional<Limit> memory(Entry share) {
        long bytes = share.amounts().amount(Resources.MEMORY);
        return bytes == 0 ? Optional.empty() : Optional.of(new Limit(bytes, ORIGIN));
    }

    /** Returns what farmers share here, as a word; no two boots have the same. */
    static String scope(NodeView node, Optional<Entry> outer) {
        String boot = boot(node);
        String prefix = boot.substring(0, Math.min(8, boot.length())) + '-';
        Optional<String> job = node.variable("SLURM_JOB_ID").filter(id -> !id.isEmpty());
        if (outer.isPresent()) {
            Entry share = outer.get();
            return prefix + "task-" + share.owner().pid() + '-' + share.owner().started() + '-' + share.number();
        }
        return job.isPresent()
                ? word(prefix + "job-" + job.get() + '-'
                        + node.variable("SLURMD_NODENAME").orElse(""))
                : prefix + "host";
    }

    private static String boot(NodeView node) {
        return word(node.line("/proc/sys/kernel/random/boot_id").orElse("unknown"));
    }

    private static String word(String text) {
        StringBuilder word = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            word.append(plain || c == '-' || c == '.' && i > 0 ? c : '_');
        }
        return word.toString();
    }
}
