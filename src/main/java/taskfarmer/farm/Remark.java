package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import taskfarmer.model.Attribute;
import taskfarmer.model.Attributes;
import taskfarmer.model.Durations;
import taskfarmer.model.NativeText;
import taskfarmer.store.Op;

/** What is added to a task's log when its exit status does not say how it ended. */
final class Remark {
    private Remark() {}

    static void append(Path log, Op.Ended end, Attributes asked, Workplace place) {
        String what = switch (end.reason()) {
            case Op.Ended.TIMEOUT ->
                "ended: it took longer than its limit of "
                        + asked.time()
                                .map(time -> Durations.show(time.toMillis()))
                                .orElse("?");
            case Op.Ended.STALL ->
                "ended: it wrote nothing here for "
                        + asked.stall()
                                .map(time -> Durations.show(time.toMillis()))
                                .orElse("?");
            case Op.Ended.NO_OUTPUT -> "it ended well, but this is not there: " + String.join(", ", place.missing());
            default ->
                isRefusedZero(end)
                        ? "exit status 0, which is not among the success-codes "
                                + asked.values().get(Attribute.SUCCESS_CODES.key())
                        : "";
        };
        if (!what.isEmpty()) {
            write(log, what, StandardOpenOption.APPEND);
        }
    }

    /** Returns whether an attempt did well by its exit status, and not by what its task asks for. */
    static boolean isRefusedZero(Op.Ended end) {
        return end.status() == 0 && end.reason().isEmpty() && !end.succeeded();
    }

    /** Makes a log of what is said. */
    static void write(Path log, String what) {
        write(log, what, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    private static void write(Path log, String what, OpenOption... how) {
        try {
            Files.write(log, NativeText.bytes("taskfarmer: " + what + '\n'), how);
        } catch (IOException e) {
            // There is none, or its server is away: the reason is in the journal.
        }
    }
}
