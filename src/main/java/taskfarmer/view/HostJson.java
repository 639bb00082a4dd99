package taskfarmer.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import taskfarmer.model.NativeText;
import taskfarmer.model.Resources;

/**
 * What a node has for tasks and who holds what, as one JSON object for scripts: what {@code taskfarmer resources --json} prints.
 * The keys are listed in {@code help/resources.txt}. Memory is in bytes.
 */
public final class HostJson {
    /** Grows when a key changes its meaning or vanishes; new ones may come without. */
    private static final int FORMAT = 1;

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    private HostJson(JsonGenerator json) {
        this.json = json;
    }

    /**
     * Something that there is.
     *
     * @param name what
     * @param amount how much, as {@link Resources} counts
     * @param free how much of it nobody holds
     * @param origin who says so
     * @param names its units, if it has such
     */
    public record Thing(String name, long amount, long free, String origin, List<String> names) {}

    /**
     * Something that somebody holds.
     *
     * @param label what for
     * @param pid the farmer
     * @param holder what is known of the farmer
     * @param amounts how much
     * @param cores which cores
     * @param gpus which GPUs
     */
    public record Held(
            String label, long pid, String holder, Resources amounts, List<String> cores, List<String> gpus) {}

    /** Returns the object, with a line feed at its end. */
    public static String text(Path ledger, List<Thing> things, List<Held> held) throws IOException {
        Writer out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
            new HostJson(json).write(ledger, things, held);
        }
        return out.append('\n').toString();
    }

    private void write(Path ledger, List<Thing> things, List<Held> held) throws IOException {
        json.writeStartObject();
        json.writeNumberField("format", FORMAT);
        json.writeStringField("ledger", clean(NativeText.text(ledger)));
        json.writeArrayFieldStart("resources");
        for (Thing thing : things) {
            json.writeStartObject();
            json.writeStringField("name", thing.name());
            amount("amount", thing.name(), thing.amount());
            amount("free", thing.name(), thing.free());
            json.writeStringField("from", thing.origin());
            names("names", thing.names());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("held");
        for (Held one : held) {
            json.writeStartObject();
            json.writeStringField("label", clean(one.label()));
            json.writeNumberField("pid", one.pid());
            json.writeStringField("farmer", one.holder());
            json.writeObjectFieldStart("amounts");
            for (Map.Entry<String, Long> each : one.amounts().amounts().entrySet()) {
                amount(each.getKey(), each.getKey(), each.getValue());
            }
            json.writeEndObject();
            names("cores", one.cores());
            names("gpus", one.gpus());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void amount(String key, String name, long amount) throws IOException {
        if (name.equals(Resources.MEMORY) || amount % Resources.UNIT == 0) {
            json.writeNumberField(key, name.equals(Resources.MEMORY) ? amount : amount / Resources.UNIT);
        } else {
            json.writeNumberField(key, BigDecimal.valueOf(amount, 3).stripTrailingZeros());
        }
    }

    private void names(String key, List<String> names) throws IOException {
        json.writeArrayFieldStart(key);
        for (String name : names) {
            json.writeString(name);
        }
        json.writeEndArray();
    }

    /** JSON is Unicode: bytes that are not UTF-8 become the replacement character. */
    private static String clean(String text) {
        return new String(NativeText.bytes(text), StandardCharsets.UTF_8);
    }
}
