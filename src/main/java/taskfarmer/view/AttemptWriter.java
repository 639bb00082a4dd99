package taskfarmer.view;

import java.io.IOException;
import taskfarmer.model.Command;

/** A format in which attempts leave a farm, a line each. What comes before the first line is written when one is made. */
interface AttemptWriter {
    /** Writes an attempt that is over. */
    void write(AttemptRow attempt, Command command) throws IOException;

    /** Writes what is left; the stream stays open. */
    void finish() throws IOException;
}
