package taskfarmer.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;

/** Another process with a hand on the same files: a program for tests. */
public final class LockHolder {
    private LockHolder() {}

    /** Starts it; {@code what} is {@code hold} or {@code farm}. */
    static Process start(String what, Path path) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(
                java,
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                what,
                path.toString());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Says a line when it has what it wants, and goes on when it is told a line. */
    public static void main(String[] args) throws IOException {
        Path path = Path.of(args[1]);
        if (args[0].equals("hold")) {
            try (LockFile lock = new LockFile(new FileStorage(), path, 'w', notice -> {})) {
                lock.acquire(() -> Duration.ofSeconds(5));
                say("held");
                await();
                lock.release();
                say("free");
                await();
            }
        } else {
            say("ready");
            await();
            say(Integer.toString(farm(path)));
        }
    }

    /** Works through a list in many transactions, and returns how many tasks it has done. */
    static int farm(Path root) throws IOException {
        Storage storage = new FileStorage();
        WorkDirectory directory = WorkDirectory.open(storage, root, TestStores.environment(root, java.util.Map.of()));
        int done = 0;
        try (Store store = new Store(
                storage,
                directory,
                Identity.ofThisProcess(BatchJob.NONE),
                new Store.Terms(Environment.processUid(), Duration.ofSeconds(20), 3, () -> false),
                java.time.InstantSource.system(),
                notice -> {
                    throw new AssertionError(notice);
                })) {
            Op.Joined joined = TestStores.joined(Identity.ofThisProcess(BatchJob.NONE), 1);
            Ids claimed = TestStores.join(store, FakeList.ofSize(400), false, joined, t -> t.claim(2));
            while (!claimed.isEmpty()) {
                Ids held = claimed;
                claimed = store.transact(t -> {
                    for (int id : held.toArray()) {
                        t.ended(TestStores.ended(id, 1, 0));
                    }
                    return t.claim(2);
                });
                done += held.count();
            }
            store.leave(t -> null);
        }
        return done;
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void await() throws IOException {
        while (System.in.read() != '\n') {
            // until the end of the line
        }
    }
}
