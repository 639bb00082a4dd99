package taskfarmer.view;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import taskfarmer.history.Consumption;
import taskfarmer.history.Standing;
import taskfarmer.model.NativeText;
import taskfarmer.store.Storage;

/**
 * A file that says how the farm stands in the text format of Prometheus (<a
 * href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>, version 0.0.4), for the textfile
 * collector of its node exporter, which reads {@code *.prom}: replaced as a whole, again and again.
 */
public final class MetricsFile {
    private final ReplacedFile file;

    /** Returns the file of this path, absolute. */
    public MetricsFile(Storage storage, Path path) {
        this.file = new ReplacedFile(storage, path);
    }

    /** Replaces it. */
    public void write(Standing standing) throws IOException {
        file.write(text(standing).getBytes(StandardCharsets.UTF_8));
    }

    /** Returns what it is to hold. */
    static String text(Standing standing) {
        return new Metrics(standing).text();
    }

    /** The lines of one farm. */
    private static final class Metrics {
        private final Standing standing;
        private final String workdir;
        private final StringBuilder out = new StringBuilder(2048);

        Metrics(Standing standing) {
            this.standing = standing;
            this.workdir =
                    "workdir=\"" + escape(NativeText.text(standing.directory().root())) + '"';
        }

        String text() {
            Standing.Counts counts = standing.counts();
            head("taskfarmer_tasks", "gauge", "Tasks by state.");
            task("pending", counts.pending());
            task("claimed", counts.claimed());
            task("running", counts.running());
            task("finished", counts.finished());
            task("failed", counts.failed());
            task("cancelled", counts.cancelled());
            task("dropped", counts.dropped());
            gauge("taskfarmer_running", "1 if farmers are at work, otherwise 0.", isRunning() ? 1 : 0);
            gauge("taskfarmer_rate", "Tasks that end in a second, lately.", standing.rate());
            gauge("taskfarmer_slots", "Slots of the farmers that are there.", standing.slots());
            gauge(
                    "taskfarmer_farmers",
                    "Farmers that have not left.",
                    standing.farmers().size());
            // NaN is what Prometheus has for a value that is not known.
            gauge(
                    "taskfarmer_eta_seconds",
                    "Time until all tasks have ended, if it goes on like this.",
                    counts.left() == 0 ? 0 : standing.eta().orElse(Double.NaN));
            gauge("taskfarmer_elapsed_seconds", "Time in which farmers were there.", standing.elapsed());
            head("taskfarmer_requeues_total", "counter", "Attempts that were interrupted or lost.");
            sample("taskfarmer_requeues_total", workdir, standing.requeues());
            head("taskfarmer_retries_total", "counter", "Attempts that failed, of tasks that were to be tried again.");
            sample("taskfarmer_retries_total", workdir, standing.retries());
            consumption(standing.consumption());
            gauge(
                    "taskfarmer_last_update_timestamp_seconds",
                    "When the journal was last written, by the clock of the farmer that did.",
                    standing.lastTime() / 1e6);
            return out.toString();
        }

        private void consumption(Consumption consumption) {
            if (consumption.cpu() >= 0) {
                head("taskfarmer_cpu_seconds_total", "counter", "Processor time of the attempts that are over.");
                sample("taskfarmer_cpu_seconds_total", workdir, consumption.cpu() / 1e6);
            }
            if (consumption.memory() >= 0) {
                gauge("taskfarmer_peak_memory_bytes", "The most memory that an attempt had at one time.", (double)
                        consumption.memory());
            }
        }

        private boolean isRunning() {
            return standing.course() == Standing.Course.RUNNING;
        }

        private void head(String name, String type, String help) {
            out.append("# HELP ").append(name).append(' ').append(help).append('\n');
            out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        }

        private void gauge(String name, String help, double value) {
            head(name, "gauge", help);
            sample(name, workdir, value);
        }

        private void task(String state, int count) {
            sample("taskfarmer_tasks", workdir + ",state=\"" + state + '"', count);
        }

        private void sample(String name, String labels, double value) {
            out.append(name).append('{').append(labels).append("} ");
            if (value == Math.rint(value)) {
                out.append((long) value);
            } else if (Double.isNaN(value)) {
                out.append("NaN");
            } else {
                out.append(String.format(Locale.ROOT, "%.6f", value));
            }
            out.append('\n');
        }

        /** Label values are UTF-8 with backslash, quotation mark and line feed escaped. */
        private static String escape(String text) {
            String unicode = new String(NativeText.bytes(text), StandardCharsets.UTF_8);
            return unicode.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        }
    }
}
