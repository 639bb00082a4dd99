package taskfarmer.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A text with places <code>{{name}}</code> for others. */
final class Template {
    private final String text;

    private Template(String text) {
        this.text = text;
    }

    /** What is written at a place. */
    interface Part {
        void write(OutputStream out) throws IOException;

        static Part of(String text) {
            return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Returns the text of a file that lies beside this class. */
    static String resource(String name) throws IOException {
        try (InputStream in = Template.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the program's own file " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Template ofResource(String name) throws IOException {
        return new Template(resource(name));
    }

    /** Writes the text with the parts at their places. */
    void write(OutputStream out, Map<String, Part> parts) throws IOException {
        int at = 0;
        for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", at)) {
            int close = text.indexOf("}}", open);
            Part.of(text.substring(at, open)).write(out);
            Part part = parts.get(text.substring(open + 2, close));
            if (part == null) {
                throw new IllegalStateException("nothing for " + text.substring(open, close + 2));
            }
            part.write(out);
            at = close + 2;
        }
        Part.of(text.substring(at)).write(out);
    }
}
