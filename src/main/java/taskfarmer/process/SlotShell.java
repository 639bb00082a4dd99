package taskfarmer.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.Invocation;
import taskfarmer.model.LogName;
import taskfarmer.model.NativeText;
import taskfarmer.model.Usage;

/**
 * One slot: runs one command after the other, each with a log of its own, and says how it ended.
 *
 * <p>Standard output and standard error go to the log, straight from the process; standard input is {@code /dev/null}.
 * Used by one thread.
 */
public final class SlotShell implements AutoCloseable {
    /**
     * The longest argument that the kernel takes, in bytes: {@code MAX_ARG_STRLEN} of Linux, 32 pages, less the
     * terminating NUL ({@code execve(2)}).
     */
    public static final int LONGEST_ARGUMENT = 131_071;

    private static final int CANNOT_EXECUTE = 126;
    private static final int SIGNALLED = 128;
    private static final double BRIEF = TimeUnit.MILLISECONDS.toNanos(20);
    private static final double NOT_BRIEF = 5 * BRIEF; // what the first commands are taken to be, about eight of them
    private static final double WEIGHT_OF_LATEST = 0.2;

    private final Setting setting;
    private final int slot;
    private @Nullable CoShell shell;
    private @Nullable Meter meter; // of the shell's session
    private long started; // as in System.nanoTime
    private double mean = NOT_BRIEF; // of the latest commands, in ns

    /**
     * What the slots of a farmer have in common.
     *
     * @param shells the programs
     * @param reaper who looks after the processes
     * @param plain tells the commands that need no shell
     * @param changes changes to the environment that the farmer itself was started in; no value: unset
     * @param token what identifies the farmer's processes, in {@code TASKFARMER_FARMER}
     * @param workDirectory the work directory, for {@code TASKFARMER_WORKDIR}
     * @param logs the logs
     * @param sampler sees what commands use, if that is wanted
     */
    public record Setting(
            Shells shells,
            Reaper reaper,
            PlainCommands plain,
            Map<String, Optional<String>> changes,
            String token,
            Path workDirectory,
            Logs logs,
            Optional<Sampler> sampler) {}

    /** How an execution ended. */
    public sealed interface End {
        /**
         * The command ran and ended.
         *
         * @param status its exit status as a shell reports it
         * @param usage what it has used
         */
        record Exited(int status, Usage usage) implements End {
            /** The end of a command of which nothing more is known. */
            public Exited(int status) {
                this(status, Usage.UNKNOWN);
            }
        }

        /** The command did not run, because its log could not be opened. */
        record NoLog(String reason) implements End {}

        /** The command did not run, because no process was to be had for it. */
        record NoProcess(String reason) implements End {}
    }

    /** A command that has been started. */
    public interface Execution {
        /** Waits for its end. */
        End await() throws IOException;
    }

    /**
     * Returns a slot; its shell is started when there is something to do.
     *
     * @param slot the slot's number on this host, from 0
     */
    public SlotShell(Setting setting, int slot) {
        this.setting = setting;
        this.slot = slot;
    }

    /**
     * Starts a command. It is to be awaited before the next one is started.
     *
     * @throws IOException if no shell could be started; then the command does not run
     */
    public Execution start(Order order) throws IOException {
        int task = order.task();
        int longest = longestArgument(order.invocation());
        if (longest > LONGEST_ARGUMENT) {
            return () -> refuse(task, longest);
        }
        boolean inSubshell = order.needsSubshell()
                || setting.shells().speaksIntoLogs()
                        && !(mayLackSubshell() && order.invocation() instanceof Invocation.Shell);
        try {
            setting.logs().prepare(task);
        } catch (IOException e) {
            return () -> new End.NoLog(e.toString());
        }
        byte[] text = text(order, inSubshell);
        started = System.nanoTime();
        try {
            shell().start(text);
        } catch (IOException e) {
            discardShell();
            shell().start(text); // the shell was killed while it was idle: once more, with a new one
        }
        if (meter != null) {
            meter.begin();
        }
        Optional<CappedLog> capped = setting.logs().watch(task);
        return () -> {
            End end = await(task, inSubshell);
            long written = capped.map(CappedLog::end).orElse(-1L);
            Usage usage = meter == null ? Usage.UNKNOWN : meter.end(() -> written >= 0 ? written : logSize(order));
            return end instanceof End.Exited exited ? new End.Exited(exited.status(), usage) : end;
        };
    }

    private long logSize(Order order) {
        try {
            boolean written = order.needsLog() || setting.logs().areWritten();
            return written ? Files.size(setting.logs().of(order.task())) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Returns the session that the command runs in which was started last; 0 if there was none. */
    public long session() {
        CoShell current = shell;
        return current == null ? 0 : current.pid();
    }

    /**
     * Returns whether commands are so short lately that a copy of the shell for each would be felt: to make one takes as long as
     * to start a small program. dash makes none where it can do without (vfork), but then speaks into the logs.
     */
    private boolean isBrief() {
        return mean < BRIEF;
    }

    /** Returns whether dash may start commands itself; what it says in logs cannot be told from what was cut there. */
    private boolean mayLackSubshell() {
        return isBrief() && !setting.logs().areCut();
    }

    private End await(int task, boolean inSubshell) throws IOException {
        CoShell.Answer answer = Objects.requireNonNull(shell).await();
        mean += WEIGHT_OF_LATEST * (System.nanoTime() - started - mean);
        if (answer instanceof CoShell.Answer.Ended ended) {
            discardShell();
            // By a signal: of the task, to its own group. By itself: because it could not fork.
            return ended.status() > SIGNALLED
                    ? new End.Exited(ended.status())
                    : new End.NoProcess((ended.remarks().strip() + " the shell could not make one; see also "
                                    + setting.logs().of(task))
                            .strip());
        }
        CoShell.Answer.Status ended = (CoShell.Answer.Status) answer;
        if (ended.remarks().contains(": fork: ")) {
            return new End.NoProcess(ended.remarks().strip());
        }
        // The shell names the log only if it failed to open it; of a command that was killed it quotes the source text,
        // where the log's directory is a variable.
        String log = new String(NativeText.bytes(setting.logs().of(task)), StandardCharsets.ISO_8859_1);
        boolean redirectionFailed = ended.status() == 1 || ended.status() == 2;
        if (redirectionFailed && ended.remarks().contains(log)) {
            setting.logs().doubt();
            return new End.NoLog(ended.remarks().strip());
        }
        if (ended.status() > SIGNALLED && setting.shells().speaksIntoLogs()) {
            mean = NOT_BRIEF; // where this happens once it happens again
            if (!inSubshell) {
                removeMessage(task, ended.status() - SIGNALLED);
            }
        }
        return new End.Exited(ended.status());
    }

    /** The command has ended, and how is known: whatever it or the file system has done to its log changes nothing of that. */
    private void removeMessage(int task, int signal) {
        try {
            SignalMessage.removeFrom(setting.logs().of(task), signal);
        } catch (IOException e) {
            // The log has been removed or closed to us, or its server is away: then the message stays.
        }
    }

    private byte[] text(Order order, boolean subshell) {
        ShellText text = new ShellText();
        Invocation invocation = order.invocation();
        boolean plain = invocation instanceof Invocation.Shell line
                && setting.shells().directly()
                && setting.plain().contains(line.command());
        // Where a program was found for an earlier task is not where it is now; a subshell has not found any yet.
        text.raw(subshell ? "(" : plain ? "hash -r; " : "");
        order.writeBefore(text);
        if (invocation instanceof Invocation.Program program) {
            program.argv().forEach(argument -> text.quoted(argument).raw(" "));
        } else if (invocation instanceof Invocation.Shell line) {
            byte[] command = line.command().bytes();
            if (plain) {
                text.raw(command);
            } else {
                boolean likeOption = command[0] == '-' || command[0] == '+';
                text.quoted(NativeText.bytes(setting.shells().user())).raw(likeOption ? " -c -- " : " -c ");
                text.quoted(command);
            }
        }
        order.writeBehind(text);
        return text.raw((subshell ? ")" : "")
                        + output(order, !subshell && setting.shells().speaksIntoLogs()))
                .bytes();
    }

    /** Returns the redirections of a command; the log is made also where nothing is written to it. */
    private String output(Order order, boolean mayHaveMessage) {
        String log = "\"$_tf_logs\"" + LogName.of(order.task());
        // Once more, to append: what is left in the background must not write at the place where dash's message was,
        // and
        // nothing where a log was longer before it was cut.
        boolean appended = mayHaveMessage || setting.logs().areCut();
        String target = !order.needsLog() && !setting.logs().areWritten() ? " >/dev/null" : appended ? " >>" + log : "";
        return " </dev/null >" + log + target + " 2>&1";
    }

    private static int longestArgument(Invocation invocation) {
        if (invocation instanceof Invocation.Program program) {
            int longest = 0;
            for (byte[] argument : program.argv()) {
                longest = Math.max(longest, argument.length);
            }
            return longest;
        }
        return ((Invocation.Shell) invocation).command().bytes().length;
    }

    private End refuse(int task, int length) {
        String line = "taskfarmer: the command is " + length + " bytes long, and the kernel takes at most "
                + LONGEST_ARGUMENT + " in one argument. Put it into a script file and run that.\n";
        try {
            Files.writeString(
                    setting.logs().of(task),
                    line,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            return new End.NoLog(e.toString());
        }
        return new End.Exited(CANNOT_EXECUTE);
    }

    private CoShell shell() throws IOException {
        CoShell current = shell;
        if (current != null && current.isAlive()) {
            return current;
        }
        discardShell();
        CoShell fresh = new CoShell(setting.shells(), setting.changes(), preamble());
        try {
            setting.reaper().watch(fresh.pid());
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        shell = fresh;
        meter = setting.sampler().map(sampler -> sampler.meter(fresh.pid())).orElse(null);
        return fresh;
    }

    private byte[] preamble() {
        ShellText text = new ShellText();
        text.raw("export TASKFARMER_FARMER=").quoted(setting.token().getBytes(StandardCharsets.ISO_8859_1));
        text.raw(" TASKFARMER_JOB=\"${SLURM_JOB_ID-}\" TASKFARMER_SLOT=" + slot);
        text.raw(" WM_PROCESS_ID=" + slot + " WM_PROCESS_INDEX=" + slot);
        text.raw(" TASKFARMER_WORKDIR=").quoted(NativeText.bytes(setting.workDirectory()));
        text.raw("\n_tf_logs=")
                .quoted(NativeText.bytes(setting.logs().directory()))
                .raw("/\n");
        return text.bytes();
    }

    private void discardShell() throws IOException {
        CoShell old = shell;
        shell = null;
        if (meter != null) {
            meter.close();
        }
        if (old != null) {
            old.close();
            setting.reaper().end(old.pid());
        }
    }

    /** Lets the slot's shell end. */
    @Override
    public void close() throws IOException {
        if (shell != null) {
            shell.close();
        }
    }
}
