package taskfarmer.view;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import taskfarmer.history.Consumption;
import taskfarmer.history.Host;
import taskfarmer.history.Skips;
import taskfarmer.history.Standing;
import taskfarmer.model.Resources;
import taskfarmer.store.Outlook;

/** What the summary of a farm says of what tasks ask for and of what they have used. */
final class DemandJson {
    private static final int DIGITS = 6;

    private final JsonGenerator json;
    private final Standing standing;

    DemandJson(JsonGenerator json, Standing standing) {
        this.json = json;
        this.standing = standing;
    }

    /** Writes what attempts have used. */
    void consumption() throws IOException {
        Consumption used = standing.consumption();
        decimal("cpu_seconds", used.cpu() / 1e6, used.cpu() >= 0);
        decimal("cpu_cores", used.cores(), used.isCpuKnown());
        number("peak_memory_bytes", used.memory());
        number("peak_memory_task", used.task());
    }

    /** Writes how many pending tasks wait for what. */
    void waiting() throws IOException {
        Outlook outlook = standing.outlook();
        json.writeObjectFieldStart("waiting");
        json.writeNumberField("for_tasks", outlook.waiting());
        json.writeNumberField("for_retry", outlook.resting());
        json.writeNumberField("for_resources", outlook.unmet());
        json.writeNumberField("for_tags", outlook.untaken());
        json.writeEndObject();
    }

    /** Writes what hosts have, and what of it is free. */
    void hosts() throws IOException {
        json.writeArrayFieldStart("hosts");
        for (Host host : standing.hosts()) {
            json.writeStartObject();
            json.writeStringField("node", host.name());
            json.writeObjectFieldStart("resources");
            for (Map.Entry<String, Long> amount : host.capacity().amounts().entrySet()) {
                String name = amount.getKey();
                json.writeObjectFieldStart(name);
                amount("total", name, amount.getValue());
                amount("free", name, host.free().amount(name));
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes because of whom tasks were cancelled. */
    void skips() throws IOException {
        json.writeArrayFieldStart("skipped");
        for (Skips skips : standing.skips()) {
            json.writeStartObject();
            json.writeNumberField("because", skips.because());
            json.writeStringField("state", skips.state().word());
            json.writeNumberField("tasks", skips.count());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void amount(String key, String name, long amount) throws IOException {
        if (name.equals(Resources.MEMORY)) {
            json.writeNumberField(key, amount);
        } else {
            json.writeFieldName(key);
            json.writeNumber(Resources.show(name, amount)); // such as 0.5
        }
    }

    private void number(String key, long number) throws IOException {
        if (number < 0) {
            json.writeNullField(key);
        } else {
            json.writeNumberField(key, number);
        }
    }

    private void decimal(String key, double value, boolean known) throws IOException {
        if (known) {
            json.writeNumberField(key, BigDecimal.valueOf(value).setScale(DIGITS, RoundingMode.HALF_UP));
        } else {
            json.writeNullField(key);
        }
    }
}
