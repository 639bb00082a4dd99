package taskfarmer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;

/**
 * Standard output and standard error, a line at a time, and the one live line that a terminal gets.
 *
 * <p>A thread of its own writes: whoever stops reading (a paused pager, Ctrl-S) must not stop the farm. Text leaves as
 * UTF-8 whatever the locale is, and names of files as the bytes that they are. Safe for use by several threads.
 */
final class Output {
    private static final int MOST_WAITING = 100_000;
    private static final long FLUSH_MILLIS = 1000;
    private static final String ERASE = "\r\033[K";

    private final OutputStream out;
    private final OutputStream err;
    private final boolean terminal;
    private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final AtomicInteger lost = new AtomicInteger();
    private volatile String prefix = "";
    private String live = ""; // of the writing thread

    Output(OutputStream out, OutputStream err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        Thread writer = new Thread(this::writeAll, "output");
        writer.setDaemon(true);
        writer.start();
    }

    static Output standard() {
        return new Output(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                isStandardOutputTerminal());
    }

    private static boolean isStandardOutputTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            boolean dumb = "dumb".equals(System.getenv("TERM"));
            return !dumb && (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Puts words before each line from now on: who speaks, where several processes write to one file. */
    void prefix(String words) {
        prefix = words;
    }

    boolean isTerminal() {
        return terminal;
    }

    /** Prints a line for people and scripts. */
    void line(String text) {
        print(prefix + text + "\n");
    }

    /** Prints text that brings its own line ends. */
    void print(String text) {
        put(() -> write(out, live.isEmpty() ? text : ERASE + text + live));
    }

    /**
     * Prints a text that was asked for; see {@link #bulk}.
     *
     * @param stopped whether it is not wanted any more
     */
    void deliver(String text, BooleanSupplier stopped) throws IOException, InterruptedException {
        bulk(stopped, stream -> stream.write(NativeText.bytes(text)));
    }

    /** What prints much. */
    interface Bulk {
        /** Prints it. */
        void write(BulkStream stream) throws IOException, InterruptedException;
    }

    /**
     * Prints much, of which nothing is lost: waits for whoever reads it, and leaves off as soon as nobody does any more. Bytes
     * stay as they are.
     *
     * @param stopped whether the program is to end, and what is left is not to be printed
     * @throws InterruptedException if so
     * @throws FarmException if standard output cannot be written
     */
    void bulk(BooleanSupplier stopped, Bulk body) throws IOException, InterruptedException {
        BulkStream stream = new BulkStream(out, this::putSurely, stopped);
        try {
            body.write(stream);
            stream.flush();
        } catch (IOException e) {
            if (stream.isReaderGone()) {
                return;
            } else if (!stream.problem().isEmpty()) {
                throw FarmException.untrusted(
                        "standard output cannot be written: " + stream.problem(), "What was printed is not all.", e);
            } else if (stopped.getAsBoolean()) {
                throw new InterruptedException("stopped by the user");
            }
            throw e;
        }
    }

    /** Prints a warning. */
    void warning(String text) {
        problem(text, "");
    }

    /** Prints what went wrong and, on a line of its own, what to do about it. */
    void problem(String message, String remedy) {
        put(() -> {
            eraseLive();
            String advice = remedy.isEmpty() ? "" : prefix + "  " + remedy + "\n";
            write(err, prefix + "taskfarmer: " + message + "\n" + advice);
        });
    }

    /** Replaces the live line at the bottom of the terminal; an empty one removes it. */
    void live(String text) {
        if (terminal && waiting.isEmpty()) {
            put(() -> {
                // Without automatic margins a long line is cut at the edge, where it would otherwise wrap and stay.
                live = text.isEmpty() ? "" : "\033[?7l" + text + "\033[?7h";
                write(out, ERASE + live);
            });
        }
    }

    /** Waits until all is written, but not for long. */
    void flush() {
        CountDownLatch written = new CountDownLatch(1);
        put(() -> {
            eraseLive();
            if (lost.get() > 0) {
                write(err, "taskfarmer: " + lost.get() + " lines were not shown, because nobody read them\n");
            }
            written.countDown();
        });
        try {
            written.await(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void put(Runnable writing) {
        if (!waiting.offer(writing)) {
            lost.incrementAndGet();
        }
    }

    private void putSurely(Runnable writing) {
        try {
            waiting.put(writing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lost.incrementAndGet();
        }
    }

    private void writeAll() {
        try {
            while (true) {
                waiting.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void eraseLive() {
        if (!live.isEmpty()) {
            write(out, ERASE);
            live = "";
        }
    }

    private static void write(OutputStream stream, String text) {
        try {
            stream.write(NativeText.bytes(text));
            stream.flush();
        } catch (IOException e) {
            // Nobody listens any more (a closed pipe, a full disk). The work goes on: its results are in the work
            // directory.
        }
    }
}
