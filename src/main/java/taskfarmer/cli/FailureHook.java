package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import taskfarmer.farm.FarmListener;
import taskfarmer.farm.Stop;
import taskfarmer.model.Command;
import taskfarmer.model.NativeText;
import taskfarmer.process.Logs;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.Store;

/** Has the command of {@code --on-failure} run for each task that fails here, and passes everything on. */
final class FailureHook implements FarmListener {
    /** Of a command, in characters: the kernel takes 128 KiB in one variable ({@code execve(2)}, {@code MAX_ARG_STRLEN}). */
    private static final int LONGEST = 32_000;

    private final FarmListener next;
    private final Hooks hooks;
    private final String command;
    private final LogSettings logs;
    private final Store store;

    FailureHook(FarmListener next, Hooks hooks, String command, LogSettings logs, Store store) {
        this.next = next;
        this.hooks = hooks;
        this.command = command;
        this.logs = logs;
        this.store = store;
    }

    @Override
    public void started(int task, int attempt, int slot, Command what) {
        next.started(task, attempt, slot, what);
    }

    @Override
    public void ended(Op.Ended end, Path log) {
        next.ended(end, log);
        if (end.verdict() == Op.Verdict.FAILED) {
            hooks.run(
                    "--on-failure",
                    command,
                    () -> Map.of(
                            "TASKFARMER_EVENT", "failure",
                            "TASKFARMER_TASK_ID", Integer.toString(end.id()),
                            "TASKFARMER_ATTEMPT", Integer.toString(end.attempt()),
                            "TASKFARMER_EXIT_STATUS", Integer.toString(end.status()),
                            "TASKFARMER_REASON", end.reason(),
                            "TASKFARMER_SECONDS", Double.toString(end.duration() / 1e6),
                            "TASKFARMER_LOG", logs.keep() == Logs.Keep.NONE ? "" : NativeText.text(log),
                            "TASKFARMER_COMMAND", text(end.id())));
        }
    }

    private String text(int task) {
        try {
            String text = store.commands(Ids.of(task))[0].text();
            return text.substring(0, Math.min(text.length(), LONGEST));
        } catch (IOException e) {
            return ""; // the other facts are enough to find it
        }
    }

    @Override
    public void cancelled(int task, double seconds) {
        next.cancelled(task, seconds);
    }

    @Override
    public void stopping(Stop.Reason reason, int running) {
        next.stopping(reason, running);
    }

    @Override
    public void notice(String message) {
        next.notice(message);
    }
}
