package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A script for bash that comes with the program and runs on this host, between the slot and what it starts. No file of the user is read. */
final class HostScript {
    private final List<byte[]> start;

    /**
     * Reads one.
     *
     * @param file its file, beside this class
     * @param name what it calls itself, its {@code $0}
     */
    HostScript(String file, String name) {
        try (InputStream in = Objects.requireNonNull(HostScript.class.getResourceAsStream(file))) {
            start = List.of(bytes("bash"), bytes("-p"), bytes("-c"), in.readAllBytes(), bytes(name));
        } catch (IOException e) {
            throw new UncheckedIOException("the program's own file " + file + " cannot be read", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Returns a new list with the argv that runs it, to which its arguments are to be added. */
    List<byte[]> argv() {
        return new ArrayList<>(start);
    }
}
