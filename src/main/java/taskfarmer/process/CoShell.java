package taskfarmer.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A shell that lives as long as its slot, in a session of its own, and is fed one line for each command.
 *
 * <p>Starting a program from a small shell takes a fraction of what it takes from a JVM, and a shell takes the command as
 * bytes. Each command is a child process with its own redirections, so nothing of one is seen by the next.
 */
final class CoShell implements AutoCloseable {
    // Caught, not ignored: the shell outlives a signal to its group, and its children get the default action back.
    private static final String TRAPS = "trap : HUP INT QUIT TERM USR1 USR2 XCPU\n";

    private final Process process;
    private final OutputStream commands;
    private final InputStream answers;
    private final byte[] mark;

    /**
     * Starts a shell.
     *
     * @param environment changes to the environment of this process: values to set; no value: unset
     * @param preamble shell text that is run first
     */
    CoShell(Shells shells, Map<String, Optional<String>> environment, byte[] preamble) throws IOException {
        List<String> argv = new ArrayList<>();
        argv.add(shells.setsid().toString());
        argv.addAll(shells.coShell());
        ProcessBuilder builder = new ProcessBuilder(argv);
        environment.forEach((name, value) -> {
            builder.environment().remove(name);
            value.ifPresent(text -> builder.environment().put(name, text));
        });
        builder.redirectErrorStream(true);
        process = builder.start();
        commands = process.getOutputStream();
        answers = new BufferedInputStream(process.getInputStream(), 512);
        mark = ("=" + Long.toHexString(System.nanoTime()) + ":").getBytes(StandardCharsets.US_ASCII);
        commands.write(TRAPS.getBytes(StandardCharsets.US_ASCII));
        commands.write(preamble);
    }

    /** Returns the process ID, which is also the ID of the session and of the process group. */
    long pid() {
        return process.pid();
    }

    /** What the shell had to say after a command. */
    sealed interface Answer {
        /**
         * The command ended.
         *
         * @param status its exit status as a shell reports it: 128 and the signal's number if a signal ended it
         * @param remarks what the shell itself said meanwhile, as bytes in ISO-8859-1
         */
        record Status(int status, String remarks) implements Answer {}

        /**
         * The shell ended.
         *
         * @param status its own exit status
         * @param remarks as above
         */
        record Ended(int status, String remarks) implements Answer {}
    }

    /** Returns whether the shell can take a command. */
    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Starts shell text that is one command; {@link #await} is to follow.
     *
     * @throws IOException if the shell was not there to take it: then the command has not run
     */
    void start(byte[] command) throws IOException {
        // The mark has a line of its own: a shell that gives up on a line, for want of a process, goes on with the
        // next.
        commands.write(new ShellText()
                .raw(command)
                .raw("\necho ")
                .raw(mark)
                .raw("$?\n")
                .bytes());
        commands.flush();
    }

    /** Waits for the end of the command that was started. */
    Answer await() throws IOException {
        StringBuilder remarks = new StringBuilder();
        for (byte[] line = line(); line.length > 0; line = line()) {
            if (startsWithMark(line)) {
                String status = new String(line, mark.length, line.length - mark.length - 1, StandardCharsets.US_ASCII);
                return new Answer.Status(Integer.parseInt(status), remarks.toString());
            }
            remarks.append(new String(line, StandardCharsets.ISO_8859_1));
        }
        try {
            return new Answer.Ended(process.waitFor(), remarks.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a shell", e);
        }
    }

    private boolean startsWithMark(byte[] line) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= line.length || line[i] != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the next line with its line feed; empty at the end. */
    private byte[] line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(32);
        int b = answers.read();
        while (b >= 0) {
            line.write(b);
            if (b == '\n') {
                break;
            }
            b = answers.read();
        }
        return line.toByteArray();
    }

    /** Lets the shell end. */
    @Override
    public void close() throws IOException {
        commands.close();
    }
}
