package taskfarmer.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Text for a POSIX shell, put together from bytes, so that nothing depends on an encoding. */
final class ShellText {
    private static final byte[] QUOTE_IN_QUOTES = {'\'', '\\', '\'', '\''};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    /** Adds text that the shell is to read as it stands. */
    ShellText raw(String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Adds bytes that the shell is to read as they stand. */
    ShellText raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Adds bytes as one word that the shell takes literally. */
    ShellText quoted(byte[] bytes) {
        out.write('\'');
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\'') {
                out.write(bytes, from, i - from);
                out.writeBytes(QUOTE_IN_QUOTES);
                from = i + 1;
            }
        }
        out.write(bytes, from, bytes.length - from);
        out.write('\'');
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
