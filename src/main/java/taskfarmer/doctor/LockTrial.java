package taskfarmer.doctor;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import taskfarmer.model.NativeText;
import taskfarmer.store.FileStorage;
import taskfarmer.store.LockSite;
import taskfarmer.store.Mount;
import taskfarmer.store.Storage;

/** Proves with a second process whether locks exclude on this node. */
final class LockTrial {
    private static final long LIMIT_SECONDS = 60;
    private static final String GOT = "got";
    private static final String REFUSED = "refused";

    private final Storage storage;
    private final LockSite site;
    private final int uid;
    private final List<String> second;

    /**
     * Creates the trial.
     *
     * @param second the command of the process that {@link #answer} is to be called in
     */
    LockTrial(Storage storage, LockSite site, int uid, List<String> second) {
        this.storage = storage;
        this.site = site;
        this.uid = uid;
        this.second = second;
    }

    /** Returns the command of a Java like this one, with the same classes. */
    static List<String> java(List<String> arguments) {
        List<String> argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", "/usr"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path", ""),
                "taskfarmer.Main"));
        argv.addAll(arguments);
        return argv;
    }

    void look(Consumer<Finding> findings) throws IOException {
        Path base = site.locksBase();
        String unique = "lock-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        Path directory = LockSite.trial(storage, base, unique, uid);
        Path path = directory.resolve("lock");
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.CREATE)) {
            findings.accept(trial(file, path, base));
        } finally {
            LockSite.remove(storage, directory);
        }
    }

    private Finding trial(Storage.OpenFile file, Path path, Path base) throws IOException {
        Mount mount = Mount.of(base);
        String where = NativeText.text(base) + " (" + mount.describe() + ")";
        try {
            if (!file.tryLock()) {
                return Finding.failure("a lock on a new file cannot be had in " + where, mount.lockCure());
            }
        } catch (IOException e) {
            return Finding.failure("no lock can be taken in " + where + ": " + e.getMessage(), mount.lockCure());
        }
        Process process = new ProcessBuilder(second)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // If it hangs it is ended, and what waits for its answer goes on.
        CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        try (OutputStream questions = process.getOutputStream();
                BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
            questions.write(NativeText.bytes(path));
            questions.write(0);
            String held = ask(questions, answers);
            file.unlock();
            String free = ask(questions, answers);
            if (held.equals(REFUSED) && free.equals(GOT)) {
                return Finding.ok("locks exclude another process of this node in " + NativeText.text(base));
            }
            if (held.equals(GOT)) {
                return Finding.failure(
                        "locks do not exclude in " + where + ": another process got one that was taken",
                        mount.lockCure());
            }
            String problem = held.equals(REFUSED) ? free : held;
            return Finding.failure(
                    "in " + where + ", another process cannot take a lock"
                            + (problem.equals(REFUSED) ? " that was given back" : ": " + problem),
                    mount.lockCure());
        } finally {
            process.destroyForcibly();
        }
    }

    private static String ask(OutputStream questions, BufferedReader answers) throws IOException {
        questions.write('?');
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new EOFException("a second process does not answer");
        }
        return answer;
    }

    /** Is the second process: reads the name of a file, ended by NUL, and at each further byte tries to lock that file. */
    static void answer(InputStream questions, PrintStream answers) throws IOException {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        int c = questions.read();
        while (c > 0) {
            name.write(c);
            c = questions.read();
        }
        Path path = NativeText.path(Path.of("/"), NativeText.text(name.toByteArray()));
        try (Storage.OpenFile file = new FileStorage().open(path, Storage.Mode.UPDATE)) {
            while (questions.read() >= 0) {
                answers.println(attempt(file));
                answers.flush();
            }
        }
    }

    private static String attempt(Storage.OpenFile file) {
        try {
            boolean got = file.tryLock();
            if (got) {
                file.unlock();
            }
            return got ? GOT : REFUSED;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }
}
