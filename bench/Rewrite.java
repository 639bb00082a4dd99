import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The reference behaviour for the growth curve: a farmer that reads and rewrites its files for each task, as programs do
 * that keep the list itself as their record. {@code java Rewrite.java LIST SLOTS}; the list is used up.
 */
class Rewrite {
    private static final Object LOCK = new Object();

    public static void main(String[] args) throws Exception {
        Path list = Path.of(args[0]);
        int slots = Integer.parseInt(args[1]);
        ExecutorService threads = Executors.newFixedThreadPool(slots);
        for (int slot = 0; slot < slots; slot++) {
            threads.submit(() -> {
                for (String command = next(list); command != null; command = next(list)) {
                    Process process = new ProcessBuilder(command.split(" ")).start();
                    process.waitFor();
                    record(Path.of(list + ".finished"), command);
                }
                return null;
            });
        }
        threads.shutdown();
        threads.awaitTermination(1, TimeUnit.HOURS);
    }

    private static String next(Path list) throws IOException {
        synchronized (LOCK) {
            List<String> lines = Files.readAllLines(list);
            if (lines.isEmpty()) {
                return null;
            }
            replace(list, lines.subList(1, lines.size()));
            return lines.get(0);
        }
    }

    private static void record(Path file, String command) throws IOException {
        synchronized (LOCK) {
            List<String> lines = Files.exists(file) ? new java.util.ArrayList<>(Files.readAllLines(file)) : new java.util.ArrayList<>();
            lines.add(command);
            replace(file, lines);
        }
    }

    private static void replace(Path file, List<String> lines) throws IOException {
        Path draft = Path.of(file + ".new");
        Files.write(draft, lines);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
