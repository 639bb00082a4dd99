package taskfarmer.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import taskfarmer.history.TaskState;
import taskfarmer.model.Command;

/** JSON Lines: attempts, or tasks with their attempts, an object a line. */
public final class JsonLines implements AttemptWriter {
    private static final JsonFactory JSON =
            new JsonFactoryBuilder().rootValueSeparator("\n").build();

    private final JsonGenerator json;
    private final AttemptJson attempts;
    private boolean empty = true;

    /** Returns what writes lines to a stream, which stays open. */
    public JsonLines(OutputStream out) throws IOException {
        json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        attempts = new AttemptJson(json);
    }

    /** Writes an attempt, with its task and command. */
    @Override
    public void write(AttemptRow attempt, Command command) throws IOException {
        begin(attempt.task());
        attempts.write(attempt);
        json.writeStringField("command", command.text());
        json.writeEndObject();
    }

    /**
     * Writes a task with its attempts.
     *
     * @param because the task because of which it was cancelled, -1 if there is none
     */
    public void write(int id, TaskState state, int because, Command command, List<AttemptRow> rows) throws IOException {
        begin(id);
        json.writeStringField("state", state.word());
        if (because >= 0) {
            json.writeNumberField("because", because);
        }
        json.writeStringField("command", command.text());
        json.writeArrayFieldStart("attempts");
        for (AttemptRow row : rows) {
            json.writeStartObject();
            attempts.write(row);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void begin(int id) throws IOException {
        empty = false;
        json.writeStartObject();
        json.writeNumberField("id", id);
    }

    @Override
    public void finish() throws IOException {
        if (!empty) {
            json.writeRaw('\n');
        }
        json.flush();
    }
}
