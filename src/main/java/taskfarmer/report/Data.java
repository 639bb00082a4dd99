package taskfarmer.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import taskfarmer.model.Command;
import taskfarmer.report.Slots.Slot;
import taskfarmer.store.Ids;

/**
 * What the page's script works with: all attempts in columns, slot by slot, and the commands of tasks.
 *
 * <p>Each column is an element {@code script} of a type that no browser runs; {@code data.js} reads them. Times are in µs.
 */
final class Data {
    /** With more attempts than this, not every command is told. */
    static final int ALL_COMMANDS = 200_000;

    /** How many characters of a command are told. */
    static final int COMMAND_LENGTH = 200;

    private static final int MOST_COMMANDS = 200_000;
    private static final int AT_ONCE = 10_000;

    private final Facts facts;
    private final Spans spans;
    private final Slots slots;
    private final List<String> reasons = new ArrayList<>();
    private final long zero; // when the time of the page begins

    Data(Facts facts) {
        this.facts = facts;
        this.spans = facts.spans();
        this.slots = facts.slots();
        this.zero = slots.all().stream().mapToLong(Slot::from).min().orElse(facts.until());
    }

    /** Returns whether the commands of all tasks that were started are told. */
    boolean hasAllCommands() {
        return spans.count() <= ALL_COMMANDS;
    }

    void write(OutputStream out) throws IOException {
        writeStarts(out);
        writeTasks(out);
        writeOutcomes(out);
        writeUsage(out);
        writeCommands(out);
        Column meta = new Column();
        meta.add(meta());
        write(out, "meta", meta);
    }

    private static void write(OutputStream out, String name, Column column) throws IOException {
        out.write(("<script type=\"text/plain\" id=\"data-" + name + "\">").getBytes(StandardCharsets.US_ASCII));
        column.write(out);
        out.write("</script>\n".getBytes(StandardCharsets.US_ASCII));
    }

    private void writeStarts(OutputStream out) throws IOException {
        Column starts = new Column();
        Column durations = new Column();
        for (Slot slot : slots.all()) {
            long before = zero;
            for (int at = slot.first(); at < slot.end(); at++) {
                int i = slots.attempt(at);
                starts.addSigned(spans.start(i) - before);
                durations.add(spans.duration(i));
                before = spans.end(i);
            }
        }
        for (int at = slots.placed(); at < spans.count(); at++) {
            starts.add(0);
            durations.add(0);
        }
        write(out, "starts", starts);
        write(out, "durations", durations);
    }

    private void writeTasks(OutputStream out) throws IOException {
        Column tasks = new Column();
        Column numbers = new Column();
        int before = 0;
        for (int at = 0; at < spans.count(); at++) {
            int task = spans.task(slots.attempt(at));
            tasks.addSigned(task - before);
            numbers.add(spans.number(slots.attempt(at)));
            before = task;
        }
        write(out, "tasks", tasks);
        write(out, "numbers", numbers);
    }

    /** Details are one more than the exit status or than the index of a reason; causes are that of ends that have both. */
    private void writeOutcomes(OutputStream out) throws IOException {
        Column outcomes = new Column();
        Column details = new Column();
        Column causes = new Column();
        for (int at = 0; at < spans.count(); at++) {
            int i = slots.attempt(at);
            boolean hasStatus = spans.outcome(i).hasStatus();
            int reason = spans.reason(i).isEmpty() ? 0 : 1 + index(spans.reason(i));
            outcomes.add(spans.outcome(i).ordinal());
            details.add(hasStatus ? Math.max(0, spans.status(i) + 1) : reason);
            causes.add(hasStatus ? reason : 0);
        }
        write(out, "outcomes", outcomes);
        write(out, "details", details);
        write(out, "causes", causes);
    }

    /** Writes what attempts have used: one more than the ms of processor time and than the KiB of memory; nothing if none is known. */
    private void writeUsage(OutputStream out) throws IOException {
        Column cpu = new Column();
        Column memory = new Column();
        for (int at = 0; facts.demand().isKnown() && at < spans.count(); at++) {
            taskfarmer.model.Usage usage = spans.usage(slots.attempt(at));
            cpu.add(usage.cpu() < 0 ? 0 : 1 + usage.cpu() / 1000);
            memory.add(usage.memory() < 0 ? 0 : 1 + usage.memory() / 1024);
        }
        write(out, "cpu", cpu);
        write(out, "memory", memory);
    }

    private int index(String reason) {
        if (!reasons.contains(reason)) {
            reasons.add(reason);
        }
        return reasons.indexOf(reason);
    }

    private void writeCommands(OutputStream out) throws IOException {
        BitSet told = told();
        Column ids = new Column();
        Column lines = new Column();
        int before = 0;
        int task = told.nextSetBit(0);
        while (task >= 0) {
            Ids.Builder some = new Ids.Builder();
            for (int n = 0; n < AT_ONCE && task >= 0; n++, task = told.nextSetBit(task + 1)) {
                some.add(task);
                ids.add(task - before);
                before = task;
            }
            for (Command command : facts.history().commands(some.build())) {
                lines.add((Texts.visible(command.text(), COMMAND_LENGTH) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        write(out, "commandids", ids);
        write(out, "commands", lines);
    }

    private BitSet told() {
        BitSet told = new BitSet();
        facts.slowest().forEach(i -> told.set(spans.task(i)));
        int count = 0;
        for (int i = spans.count() - 1; i >= 0 && count < MOST_COMMANDS; i--) {
            if (hasAllCommands() || spans.outcome(i) != Outcome.FINISHED) {
                count += told.get(spans.task(i)) ? 0 : 1;
                told.set(spans.task(i));
            }
        }
        return told;
    }

    private long until() {
        return slots.all().stream().mapToLong(Slot::to).reduce(facts.until(), Math::max);
    }

    private byte[] meta() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("zero", zero);
            json.writeNumberField("until", until() - zero);
            json.writeNumberField("attempts", spans.count());
            json.writeBooleanField("allCommands", hasAllCommands());
            json.writeArrayFieldStart("outcomes");
            for (Outcome outcome : Outcome.values()) {
                json.writeString(outcome.word());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("reasons");
            for (String reason : reasons) {
                json.writeString(Texts.visible(reason, COMMAND_LENGTH));
            }
            json.writeEndArray();
            writeFarmers(json);
            writeSlots(json);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private void writeFarmers(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("farmers");
        for (int i = 0; i < facts.members().size(); i++) {
            Member member = facts.members().get(i);
            json.writeStartObject();
            json.writeNumberField("number", member.number());
            json.writeStringField("host", Texts.visible(member.host(), COMMAND_LENGTH));
            json.writeStringField("job", Texts.visible(member.job(), COMMAND_LENGTH));
            json.writeNumberField("utilisation", facts.usage(i).utilisation());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes of each slot the index of its farmer, its number, from when to when it was there, and how many attempts it had. */
    private void writeSlots(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("slots");
        int member = 0;
        for (Slot slot : slots.all()) {
            while (facts.members().get(member).number() != slot.member().number()) {
                member++;
            }
            json.writeStartArray();
            json.writeNumber(member);
            json.writeNumber(slot.number());
            json.writeNumber(slot.from() - zero);
            json.writeNumber(slot.to() - zero);
            json.writeNumber(slot.end() - slot.first());
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
