package taskfarmer.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/**
 * Raw texts: bytes kept as characters, one for one (ISO-8859-1).
 *
 * <p>INI files are handled as raw texts all through this package, so that a command in them reaches the shell byte for byte,
 * whatever its encoding. Only where something is known to be text for people or a path is it decoded, as UTF-8.
 */
final class RawText {
    private static final int NAMED = 4;

    private RawText() {}

    /** Returns the raw text for bytes. */
    static String of(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    /** Returns the raw text for a text, which is encoded in UTF-8. */
    static String of(String text) {
        return of(text.getBytes(UTF_8));
    }

    /** Returns the bytes of a raw text. */
    static byte[] bytes(String raw) {
        return raw.getBytes(ISO_8859_1);
    }

    /** Returns the text that a raw text is in UTF-8; empty if it is not UTF-8. */
    static Optional<String> decode(String raw) {
        try {
            return Optional.of(
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(raw))).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Returns the text for people to read, with replacement characters for what is not UTF-8. */
    static String show(String raw) {
        return new String(bytes(raw), UTF_8);
    }

    /** Returns a key as it is looked up: in lower case, but for the name that follows {@code env.} or {@code res.}. */
    static String key(String text) {
        String lower = lowerCase(text);
        boolean named = lower.startsWith("env.") || lower.startsWith("res.");
        return named ? lower.substring(0, NAMED) + text.substring(NAMED) : lower;
    }

    /** Returns a text with ASCII letters in lower case; other characters may be parts of UTF-8 and are left alone. */
    static String lowerCase(String text) {
        StringBuilder result = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            result.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return result.toString();
    }
}
