package taskfarmer.view;

import java.io.IOException;
import java.io.OutputStream;
import taskfarmer.history.Endings;
import taskfarmer.model.Command;
import taskfarmer.model.NativeText;
import taskfarmer.model.Usage;

/** Attempts as comma-separated values (RFC 4180), with a header; what is not known is empty. Commands keep their bytes. */
final class Csv implements AttemptWriter {
    private static final String HEADER = "id,attempt,farmer,host,job,slot,start,start_seconds,duration_seconds,outcome,"
            + "exit_status,signal,reason,cpu_seconds,peak_memory_bytes,log_bytes,log,command\r\n";

    private final OutputStream out;
    private final TimeText time = TimeText.utc();
    private final ByteText line = new ByteText();

    Csv(OutputStream out) throws IOException {
        this.out = out;
        line.text(HEADER).writeTo(out);
    }

    @Override
    public void write(AttemptRow attempt, Command command) throws IOException {
        line.text(Integer.toString(attempt.task())).raw(',');
        line.text(Integer.toString(attempt.number())).raw(',');
        line.text(attempt.farmer() == 0 ? "" : Integer.toString(attempt.farmer()))
                .raw(',');
        field(attempt.host()).raw(',');
        field(attempt.job()).raw(',');
        line.text(attempt.slot() < 0 ? "" : Integer.toString(attempt.slot())).raw(',');
        line.text(attempt.start() == 0 ? "" : time.iso(attempt.start())).raw(',');
        line.text(attempt.start() == 0 ? "" : TimeText.decimal(attempt.start())).raw(',');
        line.text(attempt.duration() < 0 ? "" : TimeText.decimal(attempt.duration()))
                .raw(',');
        line.text(attempt.outcome()).raw(',');
        line.text(attempt.status() < 0 ? "" : Integer.toString(attempt.status()))
                .raw(',');
        line.text(attempt.signal()).raw(',');
        field(Endings.reason(attempt.reason())).raw(',');
        Usage usage = attempt.usage();
        line.text(usage.cpu() < 0 ? "" : TimeText.decimal(usage.cpu())).raw(',');
        line.text(usage.memory() < 0 ? "" : Long.toString(usage.memory())).raw(',');
        line.text(usage.log() < 0 ? "" : Long.toString(usage.log())).raw(',');
        field(attempt.log()).raw(',');
        field(command.bytes()).text("\r\n").writeTo(out);
    }

    @Override
    public void finish() {}

    private ByteText field(String text) {
        return field(NativeText.bytes(text));
    }

    private ByteText field(byte[] bytes) {
        if (!needsQuotes(bytes)) {
            return line.raw(bytes);
        }
        line.raw('"');
        for (byte b : bytes) {
            if (b == '"') {
                line.raw('"');
            }
            line.raw(b);
        }
        return line.raw('"');
    }

    private static boolean needsQuotes(byte[] bytes) {
        for (byte b : bytes) {
            if (b == ',' || b == '"' || b == '\r' || b == '\n') {
                return true;
            }
        }
        return false;
    }
}
