package taskfarmer.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of one task's command, exactly as the user wrote them.
 *
 * <p>A command is one line: it is not empty and holds neither a NUL byte (the kernel could not take it as an argument)
 * nor a line feed (the files of a farm hold one command a line). Apart from that any byte is allowed, in whatever
 * encoding the user works with.
 */
public final class Command {
    private final byte[] bytes;

    private Command(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns the command with these bytes, which must not be changed afterwards.
     *
     * @throws IllegalArgumentException if there are no bytes, or one is NUL or a line feed
     */
    public static Command of(byte[] bytes) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("an empty command");
        }
        for (byte b : bytes) {
            if (b == 0 || b == '\n') {
                throw new IllegalArgumentException(b == 0 ? "a NUL byte in a command" : "a line feed in a command");
            }
        }
        return new Command(bytes);
    }

    /** Returns the command with this text, encoded in UTF-8. */
    public static Command of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the bytes themselves, not a copy: they are not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns the command for people to read: as UTF-8, with the replacement character for what is not. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Command that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return text();
    }
}
