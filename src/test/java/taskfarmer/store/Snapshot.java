package taskfarmer.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The contents of a directory at one moment, kept in memory: files by their names, and directories as null. */
public final class Snapshot {
    private final TreeMap<String, byte[]> entries = new TreeMap<>();

    /** Reads a directory that nobody changes meanwhile; one that does not exist is empty. */
    public static Snapshot of(Path directory) throws IOException {
        Snapshot snapshot = new Snapshot();
        if (Files.exists(directory)) {
            try (Stream<Path> paths = Files.walk(directory)) {
                for (Path path : (Iterable<Path>) paths::iterator) {
                    snapshot.entries.put(
                            directory.relativize(path).toString(),
                            Files.isDirectory(path) ? null : Files.readAllBytes(path));
                }
            }
        }
        return snapshot;
    }

    /** Writes the contents to a directory that does not exist yet. */
    public void restore(Path directory) throws IOException {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            Path path = directory.resolve(entry.getKey());
            if (entry.getValue() == null) {
                Files.createDirectory(path);
            } else {
                Files.write(path, entry.getValue());
            }
        }
    }

    /** Returns the contents with the first bytes of a write done; null if that is no different from one byte less. */
    Snapshot withWrite(String name, long position, byte[] bytes, int count) {
        byte[] before = entries.get(name);
        int last = (int) position + count;
        if (last <= before.length && before[last - 1] == bytes[count - 1]) {
            return null;
        }
        byte[] after = Arrays.copyOf(before, Math.max(before.length, last));
        System.arraycopy(bytes, 0, after, (int) position, count);
        return with(name, after);
    }

    /** Returns the contents with another file in the place of one. */
    public Snapshot with(String name, byte[] bytes) {
        Snapshot other = new Snapshot();
        other.entries.putAll(entries);
        other.entries.put(name, bytes);
        return other;
    }

    public Snapshot without(String name) {
        Snapshot other = new Snapshot();
        other.entries.putAll(entries);
        other.entries.remove(name);
        return other;
    }

    public byte[] bytes(String name) {
        return entries.get(name);
    }

    List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** Removes a directory with all that is in it. */
    public static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(java.util.Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Snapshot that
                && entries.keySet().equals(that.entries.keySet())
                && entries.keySet().stream().allMatch(name -> Arrays.equals(entries.get(name), that.entries.get(name)));
    }

    @Override
    public int hashCode() {
        return entries.keySet().hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        entries.forEach((name, bytes) -> text.append(name)
                .append(bytes == null ? "/" : " " + bytes.length + " " + Arrays.hashCode(bytes))
                .append('\n'));
        return text.toString();
    }
}
