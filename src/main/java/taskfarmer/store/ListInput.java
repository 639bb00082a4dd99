package taskfarmer.store;

import java.io.IOException;
import java.util.function.Consumer;
import taskfarmer.model.Task;

/**
 * The user's list as it is now, together with the handler that reads it.
 *
 * <p>Length and checksum of its bytes tell whether it is still the list that was accepted before; only if they differ
 * is it read and compared.
 */
public interface ListInput {
    /** Returns the list's name, for messages. */
    String name();

    /** Returns a word that names handler and settings; another word means that the list is to be read anew. */
    String handler();

    /** Returns the number of bytes and their CRC-32C, without reading commands. */
    Fingerprint fingerprint() throws IOException;

    /** Reads the list and hands over its tasks in order; returns the fingerprint of the bytes that were read. */
    Fingerprint read(Consumer<Task> tasks) throws IOException;

    /**
     * What tells one list from another.
     *
     * @param length the number of bytes
     * @param crc the CRC-32C of the bytes
     */
    record Fingerprint(long length, int crc) {}
}
