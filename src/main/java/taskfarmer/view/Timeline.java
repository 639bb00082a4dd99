package taskfarmer.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import taskfarmer.model.Signals;
import taskfarmer.store.Batch;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Store;

/**
 * The events that a part of the journal adds to {@code timeline.json}, in the Trace Event Format's JSON array form
 * ({@code ph}, {@code ts}, {@code dur} as in <a
 * href="https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU">its description</a>).
 *
 * <p>A farmer is a process, with its number for {@code pid}, because two hosts may use one PID; a slot is a thread.
 */
final class Timeline {
    private static final JsonFactory JSON = new JsonFactory();

    private final Store store;
    private final ByteArrayOutputStream events = new ByteArrayOutputStream();

    Timeline(Store store) {
        this.store = store;
    }

    /** Returns the events so far, each one after a comma and a line feed. */
    byte[] events() {
        return events.toByteArray();
    }

    void accept(Batch batch) throws IOException {
        for (Op op : batch.ops()) {
            if (op instanceof Op.Joined joined) {
                name("process_name", batch.farmer(), 0, joined.identity().name());
                for (int slot = 0; slot < joined.slots(); slot++) {
                    name("thread_name", batch.farmer(), slot, "slot " + slot);
                }
            } else if (op instanceof Op.Ended e) {
                String outcome = e.succeeded() ? "finished" : "failed";
                attempt(batch.farmer(), e.id(), e.attempt(), e.slot(), e.start(), e.duration(), e.status(), outcome);
            } else if (op instanceof Op.Requeued r) {
                String outcome = "requeued: " + r.reason();
                attempt(batch.farmer(), r.id(), r.attempt(), r.slot(), r.start(), r.duration(), -1, outcome);
            } else if (op instanceof Op.Lost l) {
                long duration = Math.max(0, batch.time() - l.start());
                attempt(l.farmer(), l.id(), l.attempt(), l.slot(), l.start(), duration, -1, "lost");
            }
        }
    }

    private void name(String what, int pid, int tid, String name) throws IOException {
        try (JsonGenerator json = begin()) {
            json.writeStartObject();
            json.writeStringField("name", what);
            json.writeStringField("ph", "M");
            json.writeNumberField("pid", pid);
            json.writeNumberField("tid", tid);
            json.writeObjectFieldStart("args");
            json.writeStringField("name", name);
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private void attempt(
            int farmer, int task, int attempt, int slot, long start, long duration, int status, String outcome)
            throws IOException {
        byte[] command = store.commands(Ids.of(task))[0].bytes();
        try (JsonGenerator json = begin()) {
            json.writeStartObject();
            json.writeStringField("name", new String(command, StandardCharsets.UTF_8));
            json.writeStringField("cat", "task");
            json.writeStringField("ph", "X");
            json.writeNumberField("ts", start);
            json.writeNumberField("dur", duration);
            json.writeNumberField("pid", farmer);
            json.writeNumberField("tid", slot);
            json.writeObjectFieldStart("args");
            json.writeNumberField("id", task);
            json.writeNumberField("attempt", attempt);
            if (Signals.isSignal(status)) {
                json.writeStringField("signal", Signals.name(status));
            } else if (status >= 0) {
                json.writeNumberField("exit", status);
            }
            json.writeStringField("outcome", outcome);
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private JsonGenerator begin() throws IOException {
        events.write(',');
        events.write('\n');
        return JSON.createGenerator(events).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }
}
