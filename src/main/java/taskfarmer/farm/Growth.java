package taskfarmer.farm;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import taskfarmer.model.FarmException;
import taskfarmer.store.Store;

/**
 * The list, watched while the farm runs: lines that are added at its end become tasks. Used by the farmer's loop.
 *
 * <p>It is read again only when it has grown and its last line has come to an end. Its commands are read under the lock, so a list
 * that takes long to read is not read often.
 */
final class Growth {
    private static final int MOST_OF_TIME = 20; // reading takes no more than one part in so many

    private final Store store;
    private final Orders.Pool pool;
    private final FarmListener listener;
    private long next;
    private long size = -1;
    private FileTime changed = FileTime.fromMillis(0);

    Growth(Store store, Orders.Pool pool, FarmListener listener) {
        this.store = store;
        this.pool = pool;
        this.listener = listener;
        this.next = System.nanoTime() + pool.poll().toNanos();
    }

    /** Looks, if it is time to; returns whether there are new tasks. */
    boolean look() throws IOException {
        if (!pool.waits() || pool.list().isEmpty() || System.nanoTime() - next < 0) {
            return false;
        }
        long began = System.nanoTime();
        boolean more = hasMore(pool.list().get());
        long now = System.nanoTime();
        next = now + Math.max(pool.poll().toNanos(), MOST_OF_TIME * (now - began));
        return more;
    }

    private boolean hasMore(Path list) throws IOException {
        BasicFileAttributes is;
        try {
            is = Files.readAttributes(list, BasicFileAttributes.class);
        } catch (IOException e) {
            return false; // it is being replaced, or its file server is away: there is another look
        }
        boolean same = is.size() == size && is.lastModifiedTime().equals(changed);
        if (same || is.size() <= store.look(state -> state.list().length()) || !endsInLineFeed(list, is.size())) {
            return false;
        }
        size = is.size();
        changed = is.lastModifiedTime();
        try {
            return store.readAgain(pool.upTo().apply(size)) > 0;
        } catch (FarmException e) {
            if (e.status() != taskfarmer.model.ExitStatus.USAGE) {
                throw e;
            }
            listener.notice(e.getMessage() + "; nothing of it was taken, and the tasks known before go on");
            return false;
        }
    }

    private static boolean endsInLineFeed(Path list, long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(list.toFile(), "r")) {
            file.seek(length - 1);
            return file.read() == '\n';
        }
    }
}
