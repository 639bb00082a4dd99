package taskfarmer.host;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A node that is made up: files and environment variables by their names. */
final class FakeNode implements NodeView {
    private final Map<String, String> files = new TreeMap<>();
    private final Map<String, String> variables = new TreeMap<>();

    /** Returns a node with so many CPUs and so many GiB of memory, and nothing else. */
    static FakeNode of(String cpus, long gib) {
        return new FakeNode()
                .file("/proc/self/status", "Name:\tjava\nCpus_allowed_list:\t" + cpus + "\nMems_allowed_list:\t0\n")
                .file("/proc/meminfo", "MemTotal:       " + (gib << 20) + " kB\nMemFree:        100 kB\n")
                .file("/proc/sys/kernel/random/boot_id", "01234567-89ab-cdef-0123-456789abcdef\n");
    }

    FakeNode file(String path, String text) {
        files.put(path, text);
        return this;
    }

    FakeNode variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    @Override
    public Optional<String> text(String path) {
        return Optional.ofNullable(files.get(path));
    }

    @Override
    public List<String> names(String directory) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(directory + "/"))
                .map(path -> path.substring(directory.length() + 1).replaceAll("/.*", ""))
                .distinct()
                .toList();
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }
}
