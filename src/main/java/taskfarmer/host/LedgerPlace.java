package taskfarmer.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import taskfarmer.config.Environment;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.Failures;
import taskfarmer.store.PrivateDirectory;
import taskfarmer.store.Storage;

/**
 * Where a ledger lies: in a directory of its user's own below {@code /dev/shm}, otherwise {@code /tmp}. Both belong to one
 * host, as the ledger does. {@code TASKFARMER_LEDGER_DIR} names another place, where those are not the same for all farmers.
 *
 * @param file the ledger
 * @param uid its user
 */
record LedgerPlace(Path file, int uid) {
    private static final String VARIABLE = "TASKFARMER_LEDGER_DIR";
    private static final int TRIES = 100;
    private static final int RADIX = 16;

    static LedgerPlace of(Environment environment, String scope) {
        Path parent = environment
                .variable(VARIABLE)
                .map(name -> NativeText.path(environment.workingDirectory(), name))
                .orElseGet(LedgerPlace::ofThisHost);
        return new LedgerPlace(parent.resolve("taskfarmer-" + environment.uid()).resolve(scope), environment.uid());
    }

    /** Returns a word that tells this ledger from others: of another host, batch job or directory. */
    String key() {
        CRC32C crc = new CRC32C();
        crc.update(NativeText.bytes(file));
        return Long.toString(crc.getValue(), RADIX) + '-' + file.getFileName();
    }

    private static Path ofThisHost() {
        Path memory = Path.of("/dev/shm");
        return Files.isDirectory(memory) && Files.isWritable(memory) ? memory : Path.of("/tmp");
    }

    /** Opens the ledger, or makes it. */
    Storage.OpenFile open(Storage storage) throws IOException {
        Path directory = java.util.Objects.requireNonNull(file.getParent());
        for (int tries = 1; ; tries++) {
            try {
                PrivateDirectory.make(storage, directory, uid, "the directory of what this host's farmers share");
                return storage.open(file, Storage.Mode.CREATE);
            } catch (NoSuchFileException e) {
                // whoever left last has just removed the directory, or there is nothing to make it in
                if (tries == TRIES || !Files.isDirectory(java.util.Objects.requireNonNull(directory.getParent()))) {
                    throw unusable(e);
                }
            } catch (IOException e) {
                throw unusable(e);
            }
        }
    }

    private FarmException unusable(IOException e) {
        return FarmException.untrusted(
                "the ledger of what this host's farmers share cannot be kept: " + Failures.describe(e),
                "Name a directory on this host that all of them can write to: " + VARIABLE + "=DIR.",
                e);
    }
}
