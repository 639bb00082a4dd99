package taskfarmer.view;

import java.io.IOException;
import java.io.OutputStream;
import taskfarmer.history.Attempts;
import taskfarmer.model.Command;
import taskfarmer.model.Signals;

/**
 * The log that GNU parallel writes with {@code --joblog} and reads with {@code --resume} and {@code --resume-failed}.
 *
 * <p>Its numbers begin with 1. parallel takes a line for a success if both {@code Exitval} and {@code Signal} are 0, and demands
 * that no column but the command is empty. So a task that has finished has 0 in both, whatever exit status counts as success. One
 * that a signal ended has {@code Exitval} 0 and the signal's number, as with parallel; one that has failed for another reason than
 * its exit status (given up because it was lost; 0, but without its outputs) has -1, as parallel's own for what it has ended.
 * {@code Receive} is the length of the log, 0 if it is not known; there are no columns for processor time and memory.
 */
final class Joblog implements AttemptWriter {
    private static final String HEADER = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";
    private static final int RUNTIME_WIDTH = 10;
    private static final int SIGNALLED = 128;
    private static final int NO_STATUS = -1;
    private static final String FINISHED = Attempts.Outcome.FINISHED.word();

    private final OutputStream out;
    private final ByteText line = new ByteText();

    Joblog(OutputStream out) throws IOException {
        this.out = out;
        line.text(HEADER).writeTo(out);
    }

    @Override
    public void write(AttemptRow attempt, Command command) throws IOException {
        boolean finished = attempt.outcome().equals(FINISHED);
        boolean signalled = !finished && Signals.isSignal(attempt.status());
        int failure = attempt.status() == 0 ? NO_STATUS : attempt.status();
        String runtime = TimeText.millis(Math.max(0, attempt.duration()));
        line.text(Long.toString(attempt.task() + 1L)).raw('\t');
        line.text(attempt.host().isEmpty() ? "-" : attempt.host()).raw('\t');
        line.text(TimeText.millis(attempt.start())).raw('\t');
        for (int i = runtime.length(); i < RUNTIME_WIDTH; i++) {
            line.raw(' ');
        }
        line.text(runtime).text("\t0\t");
        line.text(Long.toString(Math.max(0, attempt.usage().log()))).raw('\t');
        line.text(Integer.toString(finished || signalled ? 0 : failure)).raw('\t');
        line.text(Integer.toString(signalled ? attempt.status() - SIGNALLED : 0))
                .raw('\t');
        line.raw(command.bytes()).raw('\n').writeTo(out);
    }

    @Override
    public void finish() {}
}
