package taskfarmer.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskfarmer.model.Resources;

/**
 * What the control groups of this process allow ({@code cgroups(7)}), those above its own included: each of them limits. Read
 * below {@code /sys/fs/cgroup}; groups that cannot be seen from here, as in a container, are passed over.
 *
 * <p>Version 2: {@code cpu.max}, {@code memory.max}. Version 1: {@code cpu.cfs_quota_us} with {@code cpu.cfs_period_us},
 * {@code memory.limit_in_bytes}. Which CPUs a cpuset allows needs no look: the kernel has them in {@code Cpus_allowed_list}.
 */
final class ControlGroups {
    private static final String ROOT = "/sys/fs/cgroup";
    private static final long UNLIMITED = 1L << 60; // version 1 writes the largest number of pages for no limit

    private final NodeView node;

    ControlGroups(NodeView node) {
        this.node = node;
    }

    /** Returns for how many cores there is time; at least one, because a part of one is not none. */
    Optional<Limit> cores() {
        List<Optional<Limit>> limits = new ArrayList<>();
        for (String group : groups("cpu")) {
            String[] both = node.line(group + "/cpu.max").orElse("").split(" ", -1);
            limits.add(both.length == 2 ? quota(both[0], both[1]) : Optional.empty());
            limits.add(quota(
                    node.line(group + "/cpu.cfs_quota_us").orElse(""),
                    node.line(group + "/cpu.cfs_period_us").orElse("")));
        }
        return Limit.smallest(limits);
    }

    private static Optional<Limit> quota(String quota, String period) {
        long time = CpuList.number(quota); // -1 or max: no limit
        long each = CpuList.number(period);
        return time > 0 && each > 0
                ? Optional.of(new Limit(Math.max(1, time / each) * Resources.UNIT, "CPU quota of the control group"))
                : Optional.empty();
    }

    Optional<Limit> memory() {
        List<Optional<Limit>> limits = new ArrayList<>();
        for (String group : groups("memory")) {
            limits.add(bytes(group + "/memory.max"));
            limits.add(bytes(group + "/memory.limit_in_bytes"));
        }
        return Limit.smallest(limits);
    }

    private Optional<Limit> bytes(String file) {
        return node.line(file)
                .map(ControlGroups::bytesOf)
                .filter(bytes -> bytes > 0 && bytes < UNLIMITED)
                .map(bytes -> new Limit(bytes, "memory limit of the control group"));
    }

    private static long bytesOf(String text) {
        return text.length() > 18 ? UNLIMITED : CpuList.number(text);
    }

    /** Returns the directories of this process's groups for a controller, and of all above them. */
    private List<String> groups(String controller) {
        List<String> groups = new ArrayList<>();
        for (String line : node.text("/proc/self/cgroup").orElse("").split("\n", -1)) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && fields[1].isEmpty()) {
                addAll(groups, ROOT, fields[2]);
                addAll(groups, ROOT + "/unified", fields[2]);
            } else if (fields.length == 3 && List.of(fields[1].split(",", -1)).contains(controller)) {
                addAll(groups, ROOT + '/' + fields[1], fields[2]);
                if (!fields[1].equals(controller)) {
                    addAll(groups, ROOT + '/' + controller, fields[2]);
                }
            }
        }
        return groups;
    }

    private static void addAll(List<String> groups, String top, String path) {
        String at = path.equals("/") ? "" : path;
        while (!at.isEmpty()) {
            groups.add(top + at);
            at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        }
        groups.add(top);
    }
}
