package taskfarmer.doctor;

import java.io.IOException;
import java.util.function.Consumer;

/** One look at one thing; what it throws is a finding too. */
interface Check {
    void look(Consumer<Finding> findings) throws IOException, InterruptedException;
}
