package taskfarmer.host;

import java.util.ArrayList;
import java.util.List;

/**
 * What running tasks hold, as their processes' own environments say: for a ledger that is new or damaged, because a job that
 * cleans up has removed it, say, while tasks run.
 */
final class Survivors {
    private static final String SHARE = OuterTask.VARIABLE + '=';
    private static final String JOB = "SLURM_JOB_ID=";
    private static final String FARMERS_JOB = "TASKFARMER_JOB=";

    private Survivors() {}

    /** Returns the shares of a ledger that processes which can be seen from here bear, each once. */
    static List<Entry> find(NodeView node, String ledger) {
        List<Entry> found = new ArrayList<>();
        for (String name : node.names("/proc")) {
            if (CpuList.number(name) > 0) {
                String environment = node.text("/proc/" + name + "/environ").orElse("");
                if (environment.contains(SHARE + ledger + ' ')) {
                    add(found, environment.split("\0", -1), ledger);
                }
            }
        }
        return found;
    }

    private static void add(List<Entry> found, String[] environment, String ledger) {
        String share = value(environment, SHARE);
        // What a task has submitted to the batch system inherits all variables, and is another job.
        if (share.startsWith(ledger + ' ') && value(environment, JOB).equals(value(environment, FARMERS_JOB))) {
            Entry.parse(share.substring(ledger.length() + 1))
                    .filter(entry -> found.stream().noneMatch(entry::isSameAs))
                    .ifPresent(found::add);
        }
    }

    private static String value(String[] environment, String prefix) {
        for (String entry : environment) {
            if (entry.startsWith(prefix)) {
                return entry.substring(prefix.length());
            }
        }
        return "";
    }
}
