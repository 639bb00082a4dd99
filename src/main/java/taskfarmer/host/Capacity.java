package taskfarmer.host;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import taskfarmer.config.Environment;
import taskfarmer.model.Resources;

/**
 * What this node has for tasks, as far as this farmer may use it.
 *
 * <p>For each resource the first that tells: the user ({@link Stated}), or the share of the task that this farmer itself is, if
 * it runs inside of one and that is less; the smallest of what Slurm, the control groups and the machine say. The machine: the CPUs in
 * {@code Cpus_allowed_list} of {@code /proc/self/status}, {@code MemTotal} of {@code /proc/meminfo}, {@link Gpus}.
 *
 * @param amounts how much of each resource
 * @param cores the cores by the kernel's numbers; if more were stated than there are, numbering goes on
 * @param gpus the GPUs by the names that programs know them by; likewise
 * @param stated the resources that the user has stated an amount of
 * @param origins who says how much of a resource there is, for people
 * @param amd whether the GPUs are AMD's
 * @param scope what is shared: a batch job's part of this host, a task's, or all of it; a word, also the ledger's name
 * @param unbindable why tasks cannot be bound to their cores; empty if they can
 */
public record Capacity(
        Resources amounts,
        List<String> cores,
        List<String> gpus,
        Set<String> stated,
        SortedMap<String, String> origins,
        boolean amd,
        String scope,
        Optional<String> unbindable) {

    /** Finds out what this node has. */
    public static Capacity of(Environment environment, Stated stated) {
        return of(new ThisNode(environment), stated);
    }

    static Capacity of(NodeView node, Stated stated) {
        Optional<Entry> outer = OuterTask.share(node);
        SlurmLimits slurm = new SlurmLimits(node);
        ControlGroups groups = new ControlGroups(node);
        List<String> allowed = allowed(node);
        Limit machine = new Limit(allowed.size() * Resources.UNIT, "CPUs that may be used");
        Limit cores = given(stated, Resources.CORES, outer.flatMap(share -> OuterTask.limit(share.cores())))
                .or(() -> Limit.smallest(List.of(slurm.cores(), groups.cores(), Optional.of(machine))))
                .orElse(machine);
        List<String> numbers =
                outer.map(Entry::cores).filter(list -> !list.isEmpty()).orElse(allowed);
        Gpus found = Gpus.of(node);
        List<String> visible = outer.map(Entry::gpus).orElse(found.names());
        long count = visible.size() * Resources.UNIT;
        Limit gpus = given(stated, Resources.GPUS, outer.map(share -> new Limit(count, OuterTask.ORIGIN)))
                .orElse(new Limit(count, found.origin()));
        Limit memory = given(stated, Resources.MEMORY, outer.flatMap(OuterTask::memory))
                .or(() -> Limit.smallest(List.of(slurm.memory(), groups.memory(), memoryOf(node))))
                .orElse(new Limit(0, "nobody tells"));

        SortedMap<String, Limit> all = new TreeMap<>();
        outer.ifPresent(share -> share.amounts()
                .amounts()
                .forEach((name, amount) -> all.put(name, new Limit(amount, OuterTask.ORIGIN))));
        for (String name : stated.amounts().keySet()) {
            given(stated, name, Optional.ofNullable(all.get(name))).ifPresent(limit -> all.put(name, limit));
        }
        all.put(Resources.CORES, cores);
        all.put(Resources.GPUS, gpus);
        all.put(Resources.MEMORY, memory);
        SortedMap<String, Long> amounts = new TreeMap<>();
        SortedMap<String, String> origins = new TreeMap<>();
        all.forEach((name, limit) -> {
            amounts.put(name, limit.amount());
            origins.put(name, limit.origin());
        });
        List<String> indices = sized(numbers, cores.amount());
        return new Capacity(
                Resources.of(amounts),
                indices,
                sized(visible, gpus.amount()),
                Set.copyOf(stated.amounts().keySet()),
                Collections.unmodifiableSortedMap(origins),
                found.amd(),
                OuterTask.scope(node, outer),
                unbindable(indices, allowed, cores, stated));
    }

    /** Inside a task, nobody can state more than the task holds. */
    private static Optional<Limit> given(Stated stated, String name, Optional<Limit> outer) {
        return Limit.smallest(List.of(stated.limit(name), outer));
    }

    /** Returns names of cores or GPUs in few words, ranges for numbers: {@code 0-3,8}. */
    public static String show(List<String> names) {
        return names.stream().allMatch(name -> CpuList.number(name) >= 0)
                ? CpuList.show(names)
                : String.join(",", names);
    }

    /** Returns the first of some names; if there are too few, numbers that none of them has follow. */
    private static List<String> sized(List<String> names, long amount) {
        int count = Math.toIntExact(amount / Resources.UNIT);
        if (count <= names.size()) {
            return List.copyOf(names.subList(0, count));
        }
        List<String> more = new ArrayList<>(names);
        long next = 0;
        for (String name : names) {
            next = Math.max(next, CpuList.number(name) + 1);
        }
        while (more.size() < count) {
            more.add(Long.toString(next++));
        }
        return List.copyOf(more);
    }

    private static Optional<String> unbindable(List<String> cores, List<String> allowed, Limit limit, Stated stated) {
        if (!allowed.containsAll(cores)) {
            return Optional.of(cores.size() + " cores were stated, but only these CPUs may be used here: "
                    + CpuList.show(allowed));
        }
        boolean chosen =
                stated.limit(Resources.CORES).isPresent() || limit.origin().equals(OuterTask.ORIGIN);
        return chosen || cores.size() == allowed.size()
                ? Optional.empty()
                : Optional.of(cores.size() + " of " + allowed.size() + " CPUs are this job's (" + limit.origin()
                        + "), but nobody says which");
    }

    private static List<String> allowed(NodeView node) {
        for (String line : node.text("/proc/self/status").orElse("").split("\n", -1)) {
            if (line.startsWith("Cpus_allowed_list:")) {
                List<String> numbers = CpuList.parse(line.substring(line.indexOf(':') + 1));
                if (!numbers.isEmpty()) {
                    return numbers;
                }
            }
        }
        return CpuList.parse("0-" + (Runtime.getRuntime().availableProcessors() - 1));
    }

    private static Optional<Limit> memoryOf(NodeView node) {
        for (String line : node.text("/proc/meminfo").orElse("").split("\n", -1)) {
            if (line.startsWith("MemTotal:")) {
                String[] words = line.strip().split("\\s+", -1);
                long kib = words.length > 1 ? CpuList.number(words[1]) : -1;
                return kib > 0 ? Optional.of(new Limit(kib << 10, "memory of the machine")) : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
