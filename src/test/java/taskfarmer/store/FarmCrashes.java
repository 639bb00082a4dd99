package taskfarmer.store;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;

/** What tests have in common that cut a farm short at each of its writes, and have others recover what is left. */
abstract class FarmCrashes {
    private static final int[] TORN = {0, 1, 5};

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private int directories;

    /** Something that a process does with a work directory. */
    interface Deed {
        void run(Storage storage, Path root) throws IOException;
    }

    /** One life of a farm, and what must hold after it, however it was cut short. */
    interface Scenario {
        /** Farmers at work, and whoever visits them. */
        void work(Storage storage, Path root) throws IOException;

        /** A farmer that comes when all others are dead, and brings everything to an end. */
        void finish(Storage storage, Path root) throws IOException;

        /** Looks whether all is as it must be at the end. */
        void check(Path root) throws IOException;
    }

    /** Returns the place of a work directory that does not exist yet. */
    final Path fresh() throws IOException {
        return Files.createDirectory(directory.resolve("run" + directories++)).resolve("work");
    }

    static boolean crashes(Deed deed, FaultyStorage storage, Path root) throws IOException {
        try {
            deed.run(storage, root);
            return false;
        } catch (FaultyStorage.CrashError e) {
            return true;
        }
    }

    /** Recovers a work directory, checks that nothing was lost, and removes it. */
    static void survives(String cut, Deed recovery, Path root) throws IOException {
        try {
            JournalOracle.checkWhole(root);
            recovery.run(new FaultyStorage(), root);
        } catch (AssertionError | IOException | RuntimeException e) {
            fail("after " + cut, e);
        }
        Snapshot.remove(root.getParent());
    }

    /** Says where both were cut short. */
    static String both(FaultyStorage storage, int operation, FaultyStorage recovery, int second) {
        return "a crash at operation " + operation + ": " + storage.latest() + ", and one of the recovery at operation "
                + second + ": " + recovery.latest();
    }

    private static void finishAndCheck(Scenario scenario, Storage storage, Path root) throws IOException {
        scenario.finish(storage, root);
        scenario.check(root);
    }

    /** Has each life cut short before one of its writes, or some bytes into it. */
    final void killAtEachWrite(Supplier<Scenario> scenarios) throws IOException {
        for (int bytes : TORN) {
            boolean more = true;
            for (int k = 1; more; k++) {
                Path root = fresh();
                Scenario scenario = scenarios.get();
                FaultyStorage storage = new FaultyStorage().crashingAt(k).afterBytes(bytes);
                more = crashes(scenario::work, storage, root);
                String cut = "a crash at operation " + k + ", " + bytes + " bytes: " + storage.latest();
                survives(cut, (files, path) -> finishAndCheck(scenario, files, path), root);
            }
        }
    }

    /**
     * Has each life cut short, and then its recovery, too.
     *
     * @param each so many writes a life is cut short
     * @param step so many writes of a recovery it is cut short, each time at others
     */
    final void killTheRecoveryToo(Supplier<Scenario> scenarios, int each, int step) throws IOException {
        boolean crashed = true;
        for (int k = 1; crashed; k += each) {
            boolean more = true;
            for (int second = 1 + k % step; more; second += step) {
                Path root = fresh();
                Scenario scenario = scenarios.get();
                FaultyStorage storage = new FaultyStorage().crashingAt(k);
                crashed = crashes(scenario::work, storage, root);
                FaultyStorage recovery = new FaultyStorage().crashingAt(second).afterBytes(9);
                more = crashes(scenario::finish, recovery, root);
                survives(
                        both(storage, k, recovery, second),
                        (files, path) -> finishAndCheck(scenario, files, path),
                        root);
            }
        }
    }
}
