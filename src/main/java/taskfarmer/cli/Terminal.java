package taskfarmer.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import taskfarmer.model.FarmException;

/**
 * The terminal as a screen that is this program's as long as it is open: what stood there before comes back when it is closed.
 *
 * <p>Keys come one by one and are not echoed. That is set by {@code stty}, which each system has. Ctrl-C stays a signal; Ctrl-Z
 * is a key, because the screen must be given back before the program is stopped. The sequences are those that xterm, screen, tmux and
 * the Linux console have in common ({@code console_codes(4)}); what a terminal does not know of them it ignores.
 */
final class Terminal implements AutoCloseable {
    private static final String TTY = "/dev/tty";
    private static final String ENTER = "\033[?1049h\033[?25l\033[?7l\033[2J";
    private static final String LEAVE = "\033[m\033[2J\033[H\033[?7h\033[?25h\033[?1049l";
    private static final String BEGIN_FRAME = "\033[?2026h"; // synchronised output: no half frame is shown
    private static final String END_FRAME = "\033[?2026l";
    private static final long SIZE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

    /** Ctrl-C, pressed again, is not to end what restores the terminal. */
    private static final String DEAF = "trap '' INT TERM HUP; exec stty -F " + TTY + " \"$@\"";

    private static final Size USUAL = new Size(80, 24);

    private final OutputStream screen = new FileOutputStream(FileDescriptor.out);
    private final BlockingQueue<Key> keys = new LinkedBlockingQueue<>();
    private final String before;
    private boolean open;
    private Size size = USUAL;
    private long sizeIsOld = System.nanoTime();

    /** How many columns and rows there are. */
    record Size(int columns, int rows) {}

    /** Opens the screen. */
    Terminal() throws IOException, InterruptedException {
        before = stty("-g").strip();
        InputStream in = new FileInputStream(TTY);
        Thread reader = new Thread(() -> read(in), "keys");
        reader.setDaemon(true);
        enter();
        reader.start();
    }

    private void enter() throws IOException, InterruptedException {
        open = true;
        stty("-icanon", "-echo", "susp", "undef", "min", "1", "time", "0");
        write(ENTER);
    }

    private void leave() throws IOException, InterruptedException {
        open = false;
        write(LEAVE);
        try {
            stty(before);
        } catch (FarmException e) {
            // The terminal is gone, and nobody is left to see what it looks like.
        }
    }

    /** Gives the screen back, lets the shell stop this program, and takes the screen again when it is continued. */
    void suspend() throws IOException, InterruptedException {
        leave();
        // All of the job is stopped, the shell that does it included; it goes on when all goes on.
        new ProcessBuilder("sh", "-c", "kill -s TSTP 0").inheritIO().start().waitFor();
        enter();
    }

    /** Returns the size that the terminal has; it is asked for once a second at most. */
    Size size() throws IOException, InterruptedException {
        if (System.nanoTime() - sizeIsOld >= 0) {
            sizeIsOld = System.nanoTime() + SIZE_NANOS;
            size = measured();
        }
        return size;
    }

    private Size measured() throws IOException, InterruptedException {
        try {
            String[] words = stty("size").strip().split(" ", -1);
            int rows = Integer.parseInt(words[0]);
            int columns = Integer.parseInt(words[1]);
            return rows > 0 && columns > 0 ? new Size(columns, rows) : USUAL;
        } catch (FarmException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return size;
        }
    }

    /** Shows lines, none of them wider and all of them not more than the size that was asked for. */
    void show(List<TextLine> lines, Size size) {
        StringBuilder frame = new StringBuilder(4096).append(BEGIN_FRAME);
        for (int row = 0; row < size.rows(); row++) {
            frame.append("\033[").append(row + 1).append(";1H");
            if (row < lines.size()) {
                TextLine line = lines.get(row);
                frame.append(line);
                frame.append(line.columns() < size.columns() ? "\033[K" : "");
            } else {
                frame.append("\033[K");
            }
        }
        write(frame.append(END_FRAME).toString());
    }

    /** Waits for a key, at most so long; {@link Key#NONE} if none was pressed. */
    Key key(long millis) throws InterruptedException {
        Key key = keys.poll(millis, TimeUnit.MILLISECONDS);
        return key == null ? Key.NONE : key;
    }

    /** Has whoever waits for a key wait no longer. */
    void wake() {
        keys.add(Key.NONE);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (open) {
            leave();
        }
    }

    private void write(String text) {
        try {
            screen.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The terminal is gone, and a signal is about to say so.
        }
    }

    private void read(InputStream in) {
        byte[] bytes = new byte[64];
        try {
            for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
                Key.read(new String(bytes, 0, count, StandardCharsets.ISO_8859_1), keys::add);
            }
        } catch (IOException e) {
            // as above
        }
    }

    private static String stty(String... arguments) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", DEAF, "stty"));
        argv.addAll(List.of(arguments));
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        if (process.waitFor() != 0) {
            throw FarmException.badInput(
                    "the terminal cannot be set up: " + said.strip(), "taskfarmer status needs no terminal.");
        }
        return said;
    }
}
