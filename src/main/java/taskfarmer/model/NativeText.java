package taskfarmer.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text as the system has it: bytes, mostly UTF-8 by convention, and sometimes not.
 *
 * <p>A JVM decodes arguments and paths by {@code sun.jnu.encoding}, which follows the locale that it was started in, and
 * replaces what it cannot decode. Here such bytes are kept: a byte {@code 0xNN} that is not UTF-8 becomes the lone
 * surrogate {@code U+DCNN} (the convention of Python's PEP 383), and turns into the byte again on the way out.
 */
public final class NativeText {
    private static final Charset CHARSET = charset();
    private static final char REPLACEMENT = '\uFFFD';
    private static final int ESCAPE = 0xDC00;

    private NativeText() {}

    /** Returns whether the JVM takes file names for UTF-8; if not, it can only open those in ASCII. */
    static boolean isUtf8() {
        return CHARSET.equals(StandardCharsets.UTF_8);
    }

    /** Returns the text that the bytes stand for, with escapes for what is not UTF-8. */
    public static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return escaped(bytes);
        }
    }

    private static String escaped(byte[] bytes) {
        // What the decoder rejects is escaped byte by byte; what it accepts is kept.
        var decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (in.hasRemaining()) {
            var result = decoder.decode(in, out, true);
            if (result.isError()) {
                for (int i = 0; i < result.length(); i++) {
                    out.put((char) (ESCAPE + (in.get() & 0xff)));
                }
            }
            decoder.reset();
        }
        return out.flip().toString();
    }

    /** Returns the bytes that a text stands for: UTF-8, and escapes as the bytes that they stand for. */
    public static byte[] bytes(String text) {
        if (!hasEscapes(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        text.codePoints().forEach(c -> {
            if (c >= ESCAPE + 0x80 && c <= ESCAPE + 0xff) {
                bytes.write(c - ESCAPE);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }

    private static boolean hasEscapes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= ESCAPE && text.charAt(i) <= ESCAPE + 0xff) {
                return true;
            }
        }
        return false;
    }

    /** Returns the bytes that the system knows a path by. */
    public static byte[] bytes(Path path) {
        String text = path.toString();
        if (text.indexOf(REPLACEMENT) < 0) {
            return text.getBytes(CHARSET);
        }
        // Only the URI form of a path still has the bytes that its text lost.
        String uri = path.toAbsolutePath().toUri().getRawPath();
        byte[] bytes = percentDecoded(uri);
        boolean slash = bytes.length > 1 && bytes[bytes.length - 1] == '/';
        return slash ? java.util.Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }

    /** Returns a path as text that loses nothing. */
    public static String text(Path path) {
        return text(bytes(path));
    }

    /**
     * Returns the path that a text names.
     *
     * @param directory where relative paths start from, absolute
     * @throws FarmException if the JVM runs in a locale in which it cannot open that path
     */
    public static Path path(Path directory, String text) {
        if (!isUtf8()) {
            requireAscii(text);
        }
        if (!hasEscapes(text)) {
            return directory.resolve(text);
        }
        byte[] name = bytes(text);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        if (name.length > 0 && name[0] != '/') {
            whole.writeBytes(bytes(directory));
            whole.write('/');
        }
        whole.writeBytes(name);
        return Path.of(URI.create("file://" + percentEncoded(whole.toByteArray())));
    }

    private static void requireAscii(String text) {
        if (text.chars().anyMatch(c -> c > 127)) {
            throw FarmException.badInput(
                    "the path '" + text + "' is not ASCII, and in this locale Java cannot open it",
                    "Set LC_ALL=C.UTF-8 (or another UTF-8 locale), or start it with the script ./taskfarmer, which does so"
                            + " and gives tasks back the locale that you had.");
        }
    }

    /** Returns the path whose name is longer by a suffix: {@code list_workdir} for {@code list}. */
    public static Path withSuffix(Path path, String suffix) {
        return path(path.toAbsolutePath(), text(path) + suffix);
    }

    /**
     * Returns the arguments of this process without losses, given how the JVM has decoded them.
     *
     * @param decoded what {@code main} was given
     */
    public static String[] arguments(String[] decoded) throws IOException {
        boolean intact = true;
        for (String argument : decoded) {
            intact &= argument.indexOf(REPLACEMENT) < 0;
        }
        if (intact) {
            return decoded;
        }
        String[] all = new String(Files.readAllBytes(Path.of("/proc/self/cmdline")), StandardCharsets.ISO_8859_1)
                .split("\0", -1);
        String[] arguments = new String[decoded.length];
        int first = all.length - 1 - decoded.length;
        for (int i = 0; i < decoded.length; i++) {
            arguments[i] = text(all[first + i].getBytes(StandardCharsets.ISO_8859_1));
        }
        return arguments;
    }

    private static byte[] percentDecoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    private static String percentEncoded(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 3);
        for (byte b : bytes) {
            boolean plain =
                    b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || "/._-".indexOf(b) >= 0;
            if (plain) {
                text.append((char) b);
            } else {
                text.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return text.toString();
    }

    private static Charset charset() {
        try {
            return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }
}
