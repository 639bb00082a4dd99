package taskfarmer.view;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import taskfarmer.model.NativeText;

/** A line that is put together from text and from bytes that are nobody's text, and written at one stroke. */
final class ByteText {
    private byte[] bytes = new byte[1024];
    private int length;

    ByteText raw(int b) {
        room(1);
        bytes[length++] = (byte) b;
        return this;
    }

    ByteText raw(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    ByteText text(String text) {
        return raw(NativeText.bytes(text));
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, length * 2));
        }
    }

    /** Writes what there is, and begins anew. */
    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
        length = 0;
    }
}
