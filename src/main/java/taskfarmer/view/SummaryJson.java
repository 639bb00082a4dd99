package taskfarmer.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import taskfarmer.history.Endings;
import taskfarmer.history.Excerpts;
import taskfarmer.history.Standing;
import taskfarmer.history.Tally;
import taskfarmer.model.NativeText;
import taskfarmer.model.Signals;
import taskfarmer.store.Identity;
import taskfarmer.store.Op;
import taskfarmer.store.State;

/**
 * How a farm stands, as one JSON object for scripts: what {@code taskfarmer status --json} prints, and what the summary file
 * holds. The keys are listed in {@code help/status.txt}.
 *
 * <p>Moments are given twice: {@code KEY} in ISO 8601 (UTC), {@code KEY_seconds} since the epoch. What is not known is null.
 */
public final class SummaryJson {
    /** Grows when a key changes its meaning or vanishes; new ones may come without. */
    private static final int FORMAT = 1;

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;
    private final Standing standing;
    private final Excerpts excerpts;

    private SummaryJson(JsonGenerator json, Standing standing, Excerpts excerpts) {
        this.json = json;
        this.standing = standing;
        this.excerpts = excerpts;
    }

    /** Returns the object, with a line feed at its end. */
    public static String text(Standing standing, Excerpts excerpts) throws IOException {
        Writer out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
            new SummaryJson(json, standing, excerpts).write();
        }
        return out.append('\n').toString();
    }

    /**
     * Returns several farms in short, as an array.
     *
     * @param farms what was found, in order
     */
    public static String list(List<Entry> farms) throws IOException {
        Writer out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
            json.writeStartArray();
            for (Entry farm : farms) {
                json.writeStartObject();
                json.writeStringField("workdir", clean(NativeText.text(farm.root())));
                if (farm.standing().isPresent()) {
                    head(json, farm.standing().get());
                } else {
                    json.writeStringField("problem", clean(farm.problem()));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return out.append('\n').toString();
    }

    /**
     * A farm among several.
     *
     * @param root its work directory
     * @param standing how it stands, if it can be read
     * @param problem why it cannot be read, otherwise empty
     */
    public record Entry(Path root, Optional<Standing> standing, String problem) {
        /** Returns a farm that could be read. */
        public static Entry of(Standing standing) {
            return new Entry(standing.directory().root(), Optional.of(standing), "");
        }

        /** Returns one that could not. */
        public static Entry broken(Path root, String problem) {
            return new Entry(root, Optional.empty(), problem);
        }
    }

    private void write() throws IOException {
        json.writeStartObject();
        json.writeNumberField("format", FORMAT);
        json.writeStringField(
                "workdir", clean(NativeText.text(standing.directory().root())));
        json.writeStringField("id", standing.directory().id());
        head(json, standing);
        json.writeNumberField("farmers_left", standing.left());
        json.writeNumberField("requeues", standing.requeues());
        json.writeNumberField("retries", standing.retries());
        DemandJson demands = new DemandJson(json, standing);
        demands.consumption();
        demands.waiting();
        demands.hosts();
        demands.skips();
        farmers();
        departures();
        failures();
        json.writeEndObject();
    }

    private static void head(JsonGenerator json, Standing standing) throws IOException {
        json.writeStringField("state", standing.course().word());
        moment(json, "time", standing.now());
        moment(json, "last_update", standing.lastTime());
        Standing.Counts counts = standing.counts();
        json.writeObjectFieldStart("tasks");
        json.writeNumberField("total", counts.total());
        json.writeNumberField("pending", counts.pending());
        json.writeNumberField("claimed", counts.claimed());
        json.writeNumberField("running", counts.running());
        json.writeNumberField("finished", counts.finished());
        json.writeNumberField("failed", counts.failed());
        json.writeNumberField("cancelled", counts.cancelled());
        json.writeNumberField("dropped", counts.dropped());
        json.writeEndObject();
        json.writeNumberField("rate_per_second", round(standing.rate()));
        number(json, "eta_seconds", standing.eta());
        json.writeNumberField("elapsed_seconds", round(standing.elapsed()));
        json.writeNumberField("slots", standing.slots());
        json.writeNumberField("farmers_present", standing.farmers().size());
    }

    private void farmers() throws IOException {
        excerpts.expect(standing.running());
        json.writeArrayFieldStart("farmers");
        for (Standing.Farmer farmer : standing.farmers()) {
            json.writeStartObject();
            identity(farmer.who());
            Op.Wish wish = farmer.who().wish();
            string("wish", wish == Op.Wish.WORK ? "" : wish.word());
            json.writeStringField("life", farmer.sign().kind().word());
            number(json, "heartbeat_age_seconds", farmer.sign().age());
            json.writeNumberField("dead_after_seconds", farmer.who().joined().deadAfter() / 1000.0);
            tally(farmer.tally());
            json.writeNumberField("slots_busy", farmer.busySlots());
            json.writeNumberField("claimed", farmer.claimed());
            json.writeArrayFieldStart("running");
            for (Standing.Running running : farmer.running()) {
                running(running);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void identity(State.Farmer who) throws IOException {
        Identity identity = who.joined().identity();
        json.writeNumberField("farmer", who.number());
        json.writeStringField("name", identity.name());
        json.writeStringField("host", identity.host());
        json.writeStringField("node", identity.place());
        json.writeNumberField("pid", identity.pid());
        string("job", identity.job().isKnown() ? identity.job().label() : "");
        json.writeNumberField("slots", who.slots());
        moment(json, "since", who.since());
    }

    private void tally(Tally.Farmer tally) throws IOException {
        json.writeNumberField("finished", tally.finished());
        json.writeNumberField("failed", tally.failed());
        json.writeNumberField("retried", tally.retried());
        json.writeNumberField("requeued", tally.requeued());
    }

    private void running(Standing.Running running) throws IOException {
        json.writeStartObject();
        json.writeNumberField("task", running.task());
        json.writeNumberField("attempt", running.claim().attempt());
        json.writeNumberField("slot", running.claim().slot());
        moment(json, "since", running.claim().start());
        json.writeNumberField("running_seconds", round(running.seconds(standing.now())));
        json.writeBooleanField("cancel_wished", running.aborted());
        json.writeStringField("command", excerpts.command(running.task()).text());
        json.writeStringField("log", clean(NativeText.text(standing.directory().log(running.task()))));
        json.writeEndObject();
    }

    private void departures() throws IOException {
        json.writeArrayFieldStart("left_early");
        for (Standing.Departure gone : standing.lately()) {
            json.writeStartObject();
            identity(gone.who());
            tally(gone.tally());
            json.writeStringField("reason", gone.tally().reason());
            moment(json, "until", gone.tally().until());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void failures() throws IOException {
        json.writeArrayFieldStart("last_failures");
        for (Tally.Failure failure : standing.failures()) {
            json.writeStartObject();
            json.writeNumberField("task", failure.task());
            json.writeNumberField("attempt", failure.attempt());
            boolean ended = failure.status() >= 0;
            number(json, "exit_status", ended ? OptionalDouble.of(failure.status()) : OptionalDouble.empty());
            string("signal", Signals.isSignal(failure.status()) ? Signals.name(failure.status()) : "");
            string("reason", Endings.reason(failure.reason()));
            moment(json, "time", failure.time());
            State.Farmer who = standing.known().get(failure.farmer());
            json.writeNumberField("farmer", failure.farmer());
            string("node", who == null ? "" : who.joined().identity().place());
            json.writeStringField("command", excerpts.command(failure.task()).text());
            string(
                    "log",
                    excerpts.log(failure.task())
                            .map(log -> clean(NativeText.text(log)))
                            .orElse(""));
            string("last_line", new String(excerpts.lastLine(failure.task()), StandardCharsets.UTF_8));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void string(String key, String value) throws IOException {
        if (value.isEmpty()) {
            json.writeNullField(key);
        } else {
            json.writeStringField(key, value);
        }
    }

    private static void number(JsonGenerator json, String key, OptionalDouble value) throws IOException {
        if (value.isEmpty()) {
            json.writeNullField(key);
        } else if (value.getAsDouble() == Math.rint(value.getAsDouble())) {
            json.writeNumberField(key, (long) value.getAsDouble());
        } else {
            json.writeNumberField(key, round(value.getAsDouble()));
        }
    }

    private static void moment(JsonGenerator json, String key, long micros) throws IOException {
        if (micros == 0) {
            json.writeNullField(key);
            json.writeNullField(key + "_seconds");
            return;
        }
        json.writeStringField(
                key, Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000)).toString());
        json.writeNumberField(key + "_seconds", BigDecimal.valueOf(micros, 6)); // never 1.7E9
    }

    private static double round(double value) {
        return Math.round(value * 1e6) / 1e6;
    }

    /** JSON is Unicode: bytes that are not UTF-8 become the replacement character. */
    private static String clean(String text) {
        return new String(NativeText.bytes(text), StandardCharsets.UTF_8);
    }
}
