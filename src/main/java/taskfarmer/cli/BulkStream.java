package taskfarmer.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way to standard output, of which none is lost: whoever writes waits for whoever reads. It ends when the
 * reader has gone, or when the program is to end.
 *
 * <p>Used by one thread; another one writes. So a reader who pauses does not keep this one from hearing that it is to end.
 */
final class BulkStream extends OutputStream {
    private static final int SIZE = 1 << 16;
    private static final int MOST_WAITING = 2;
    private static final long LOOK_MILLIS = 50;

    private final OutputStream out;
    private final Consumer<Runnable> writer;
    private final BooleanSupplier stopped;
    private final Semaphore room = new Semaphore(MOST_WAITING);
    private volatile @Nullable IOException failure;
    private byte[] buffer = new byte[SIZE];
    private int length;

    /**
     * Returns a stream.
     *
     * @param writer runs what it is given, one after the other, on a thread of its own
     * @param stopped whether the program is to end
     */
    BulkStream(OutputStream out, Consumer<Runnable> writer, BooleanSupplier stopped) {
        this.out = out;
        this.writer = writer;
        this.stopped = stopped;
    }

    @Override
    public void write(int b) throws IOException {
        if (length == buffer.length) {
            send();
        }
        buffer[length++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        int at = from;
        int left = count;
        while (left > 0) {
            if (length == buffer.length) {
                send();
            }
            int fits = Math.min(left, buffer.length - length);
            System.arraycopy(bytes, at, buffer, length, fits);
            length += fits;
            at += fits;
            left -= fits;
        }
    }

    /** Sends what there is, and waits until all is written. */
    @Override
    public void flush() throws IOException {
        send();
        await(MOST_WAITING);
        room.release(MOST_WAITING);
    }

    private void send() throws IOException {
        if (length == 0) {
            return;
        }
        await(1);
        byte[] bytes = buffer;
        int count = length;
        buffer = new byte[SIZE];
        length = 0;
        writer.accept(() -> {
            try {
                if (failure == null) {
                    out.write(bytes, 0, count);
                }
            } catch (IOException e) {
                failure = e;
            } finally {
                room.release();
            }
        });
    }

    private void await(int permits) throws IOException {
        try {
            while (!room.tryAcquire(permits, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (stopped.getAsBoolean()) {
                    throw new InterruptedIOException("stopped by the user");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        IOException failed = failure;
        if (failed != null) {
            room.release(permits);
            throw new IOException("standard output: " + failed.getMessage(), failed);
        }
    }

    /** Returns why nothing can be written any more, empty if all is well. */
    String problem() {
        IOException failed = failure;
        return failed == null ? "" : String.valueOf(failed.getMessage());
    }

    /** Returns whether the one who read has gone, as {@code head} does. */
    boolean isReaderGone() {
        String problem = problem();
        return Arrays.asList("Broken pipe", "Connection reset by peer").contains(problem);
    }
}
