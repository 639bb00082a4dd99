package taskfarmer.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import taskfarmer.history.Attempts;
import taskfarmer.history.Endings;
import taskfarmer.history.Load;
import taskfarmer.model.Command;
import taskfarmer.model.Signals;
import taskfarmer.model.Usage;
import taskfarmer.store.Batch;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Store;

/**
 * The events that a part of the journal adds to {@code timeline.json}, in the Trace Event Format's JSON array form
 * ({@code ph}, {@code ts}, {@code dur} as in <a
 * href="https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU">its description</a>).
 *
 * <p>A farmer is a process, with its number for {@code pid}, because two hosts may use one PID; a slot is a thread. Counters
 * of the whole farm belong to process 0.
 */
final class Timeline {
    private static final JsonFactory JSON = new JsonFactory();
    private static final double MANY = 1e6;
    private static final int WHOLE_FARM = 0; // no farmer has this number

    private final Store store;
    private final OutputStream out;
    private boolean first;

    /**
     * Returns a writer of events.
     *
     * @param first whether no event stands before those that are to come
     */
    Timeline(Store store, OutputStream out, boolean first) {
        this.store = store;
        this.out = out;
        this.first = first;
    }

    void accept(Batch batch) throws IOException {
        Ids.Builder ids = new Ids.Builder();
        for (Op op : batch.ops()) {
            int task = task(op);
            if (task >= 0) {
                ids.add(task);
            }
        }
        Iterator<Command> commands = List.of(store.commands(ids.build())).iterator();
        for (Op op : batch.ops()) {
            if (op instanceof Op.Joined joined) {
                name("process_name", batch.farmer(), 0, joined.identity().name());
                for (int slot = joined.firstSlot(); slot < joined.firstSlot() + joined.slots(); slot++) {
                    name("thread_name", batch.farmer(), slot, "slot " + slot);
                }
            } else if (task(op) >= 0) {
                attempt(batch, op, commands.next());
            } else if (op instanceof Op.Scaled scaled) {
                for (int slot : scaled.numbers().toArray()) {
                    name("thread_name", scaled.farmer(), slot, "slot " + slot);
                }
            } else if (op instanceof Op.Gone gone) {
                instant("farmer lost", gone.farmer(), 0, batch.time(), 'g');
            } else if (op instanceof Op.Left left && !left.reason().isEmpty()) {
                instant("left: " + left.reason(), batch.farmer(), 0, batch.time(), 'p');
            }
        }
    }

    /** Returns the task that an attempt was one of, if the entry tells of its end; otherwise -1. */
    private static int task(Op op) {
        if (op instanceof Op.Ended ended) {
            return ended.id();
        } else if (op instanceof Op.Requeued requeued) {
            return requeued.id();
        }
        return op instanceof Op.Lost lost ? lost.id() : -1;
    }

    private void attempt(Batch batch, Op op, Command command) throws IOException {
        if (op instanceof Op.Ended e) {
            Span span = new Span(batch.farmer(), e.id(), e.attempt(), e.slot(), e.start(), e.duration());
            event(span, command, e.status(), outcome(e), e.usage());
        } else if (op instanceof Op.Requeued r) {
            String outcome = r.isCancelled() ? "cancelled" : "requeued: " + r.reason();
            String mark =
                    r.isCancelled() ? "task " + r.id() + " cancelled" : "requeue of task " + r.id() + ": " + r.reason();
            Span span = new Span(batch.farmer(), r.id(), r.attempt(), r.slot(), r.start(), r.duration());
            event(span, command, -1, outcome, Usage.UNKNOWN);
            instant(mark, batch.farmer(), r.slot(), r.start() + r.duration(), 't');
        } else if (op instanceof Op.Lost l) {
            long duration = Math.max(0, batch.time() - l.start());
            Span span = new Span(l.farmer(), l.id(), l.attempt(), l.slot(), l.start(), duration);
            event(span, command, -1, "lost", Usage.UNKNOWN);
        }
    }

    private static String outcome(Op.Ended ended) {
        String outcome = Attempts.Outcome.of(ended.verdict()).word();
        return ended.reason().isEmpty() ? outcome : outcome + ": " + Endings.reason(ended.reason());
    }

    /** Which attempt it was, where and when. */
    private record Span(int farmer, int task, int attempt, int slot, long start, long duration) {}

    /** Writes an event without duration; {@code scope} is what it is about: {@code t} the slot, {@code p} the farmer, {@code g} all. */
    private void instant(String name, int farmer, int slot, long time, char scope) throws IOException {
        try (JsonGenerator json = begin()) {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeStringField("ph", "i");
            json.writeNumberField("ts", time);
            json.writeNumberField("pid", farmer);
            json.writeNumberField("tid", slot);
            json.writeStringField("s", String.valueOf(scope));
            json.writeEndObject();
        }
    }

    /**
     * Writes how many tasks ran, and how many ended in a second, over the time of the farm; and, if it is known, how many
     * processors they kept busy, and how much memory they had.
     */
    void counters(Load load) throws IOException {
        if (load.steps() == 0) {
            return;
        }
        name("process_name", WHOLE_FARM, 0, "farm");
        counter("running tasks", load, load::running);
        counter("tasks ended per second", load, load::rate);
        if (load.isMeasured()) {
            counter("cpu", load, load::cpu);
            counter("memory", load, load::memory);
        }
    }

    private void counter(String name, Load load, IntToDoubleFunction values) throws IOException {
        double before = -1;
        for (int step = 0; step <= load.steps(); step++) {
            double now = step == load.steps() ? 0 : values.applyAsDouble(step);
            if (now != before) {
                counter(name, load.timeOf(step), now);
            }
            before = now;
        }
    }

    private void counter(String name, long time, double value) throws IOException {
        try (JsonGenerator json = begin()) {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeStringField("ph", "C");
            json.writeNumberField("ts", time);
            json.writeNumberField("pid", WHOLE_FARM);
            json.writeObjectFieldStart("args");
            if (value < MANY) {
                json.writeNumberField("value", Math.round(value * 1000) / 1000.0);
            } else {
                json.writeNumberField("value", Math.round(value)); // not 5.0E9
            }
            json.writeEndObject();
            json.writeEndObject();
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

    private void event(Span span, Command command, int status, String outcome, Usage usage) throws IOException {
        try (JsonGenerator json = begin()) {
            json.writeStartObject();
            json.writeStringField("name", command.text());
            json.writeStringField("cat", "task");
            json.writeStringField("ph", "X");
            json.writeNumberField("ts", span.start);
            json.writeNumberField("dur", span.duration);
            json.writeNumberField("pid", span.farmer);
            json.writeNumberField("tid", span.slot);
            json.writeObjectFieldStart("args");
            json.writeNumberField("id", span.task);
            json.writeNumberField("attempt", span.attempt);
            if (Signals.isSignal(status)) {
                json.writeStringField("signal", Signals.name(status));
            } else if (status >= 0) {
                json.writeNumberField("exit", status);
            }
            json.writeStringField("outcome", outcome);
            if (usage.cpu() >= 0) {
                json.writeFieldName("cpu_seconds");
                json.writeNumber(TimeText.decimal(usage.cpu()));
            }
            if (usage.memory() >= 0) {
                json.writeNumberField("peak_memory", usage.memory());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private JsonGenerator begin() throws IOException {
        if (!first) {
            out.write(',');
        }
        out.write('\n');
        first = false;
        return JSON.createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    }
}
