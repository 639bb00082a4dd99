package taskfarmer.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * What dash says of a command that a signal has ended. It says it where the command's errors went: into the log, where only
 * the command's own bytes belong.
 *
 * <p>The text is that of {@code strsignal(3)} in glibc, after a memory dump with a note of it; dash(1) says nothing of INT and
 * PIPE.
 */
final class SignalMessage {
    private static final int LAST = 64;
    private static final String DUMPED = " (core dumped)";

    private static final Map<Integer, String> TEXTS = Map.ofEntries(
            Map.entry(1, "Hangup"),
            Map.entry(3, "Quit"),
            Map.entry(4, "Illegal instruction"),
            Map.entry(5, "Trace/breakpoint trap"),
            Map.entry(6, "Aborted"),
            Map.entry(7, "Bus error"),
            Map.entry(8, "Floating point exception"),
            Map.entry(9, "Killed"),
            Map.entry(10, "User defined signal 1"),
            Map.entry(11, "Segmentation fault"),
            Map.entry(12, "User defined signal 2"),
            Map.entry(14, "Alarm clock"),
            Map.entry(15, "Terminated"),
            Map.entry(16, "Stack fault"),
            Map.entry(24, "CPU time limit exceeded"),
            Map.entry(25, "File size limit exceeded"),
            Map.entry(26, "Virtual timer expired"),
            Map.entry(27, "Profiling timer expired"),
            Map.entry(29, "I/O possible"),
            Map.entry(30, "Power failure"),
            Map.entry(31, "Bad system call"),
            Map.entry(32, "Unknown signal 32"),
            Map.entry(33, "Unknown signal 33"));

    private SignalMessage() {}

    /**
     * Removes the message from the end of a log, if it is there: the command may have ended by itself, with a status that looks
     * like a signal's. (Of one that said the very same as its last words this takes them away, and leaves the status.)
     */
    static void removeFrom(Path log, int signal) throws IOException {
        if (signal > LAST) {
            return; // it was no signal
        }
        String text = TEXTS.getOrDefault(signal, "Real-time signal " + (signal - 34));
        try (SeekableByteChannel file = Files.newByteChannel(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer tail = ByteBuffer.allocate(text.length() + DUMPED.length() + 1);
            long size = file.size();
            file.position(Math.max(0, size - tail.capacity())).read(tail);
            String end = new String(tail.array(), 0, tail.position(), StandardCharsets.ISO_8859_1);
            for (String message : List.of(text + DUMPED + "\n", text + "\n")) {
                if (end.endsWith(message) && file.size() == size) {
                    file.truncate(size - message.length());
                    return;
                }
            }
        }
    }
}
