package taskfarmer.view;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import taskfarmer.history.Endings;
import taskfarmer.model.NativeText;

/** The keys of an attempt in JSON, the same wherever one stands; what is not known is {@code null}. */
final class AttemptJson {
    private final JsonGenerator json;
    private final TimeText time = TimeText.utc();

    AttemptJson(JsonGenerator json) {
        this.json = json;
    }

    /** Writes the fields into the object that was begun. */
    void write(AttemptRow attempt) throws IOException {
        json.writeNumberField("attempt", attempt.number());
        number("farmer", attempt.farmer(), 1);
        text("host", attempt.host());
        text("job", attempt.job());
        number("slot", attempt.slot(), 0);
        text("start", attempt.start() == 0 ? "" : time.iso(attempt.start()));
        decimal("start_seconds", attempt.start(), attempt.start() != 0);
        decimal("duration_seconds", attempt.duration(), attempt.duration() >= 0);
        text("outcome", attempt.outcome());
        number("exit_status", attempt.status(), 0);
        text("signal", attempt.signal());
        text("reason", Endings.reason(attempt.reason()));
        decimal("cpu_seconds", attempt.usage().cpu(), attempt.usage().cpu() >= 0);
        bytes("peak_memory_bytes", attempt.usage().memory());
        bytes("log_bytes", attempt.usage().log());
        text("log", attempt.log());
    }

    private void number(String key, int number, int least) throws IOException {
        if (number < least) {
            json.writeNullField(key);
        } else {
            json.writeNumberField(key, number);
        }
    }

    private void bytes(String key, long bytes) throws IOException {
        if (bytes < 0) {
            json.writeNullField(key);
        } else {
            json.writeNumberField(key, bytes);
        }
    }

    private void decimal(String key, long micros, boolean known) throws IOException {
        json.writeFieldName(key);
        if (known) {
            json.writeNumber(TimeText.decimal(micros));
        } else {
            json.writeNull();
        }
    }

    private void text(String key, String text) throws IOException {
        if (text.isEmpty()) {
            json.writeNullField(key);
        } else {
            json.writeStringField(key, unicode(text));
        }
    }

    /** Returns the text with the replacement character for bytes that are none: JSON could not hold them. */
    private static String unicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return new String(NativeText.bytes(text), StandardCharsets.UTF_8);
            }
        }
        return text;
    }
}
