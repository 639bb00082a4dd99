package taskfarmer.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import taskfarmer.model.NativeText;

/**
 * A command that a farmer runs for itself, not for a task: in a session of its own, with a file for what it prints.
 *
 * <p>It bears the farmer's token in its environment, so the {@linkplain Reaper reaper} ends it with the farmer, however that ends,
 * and whatever it has left running, too. Command and paths reach it as bytes, by a shell, whatever the locale is.
 */
public final class Errand {
    /** What speaks of an outer farm's task, if this farmer is one. */
    private static final List<String> OF_OUTER_TASK =
            List.of("TASKFARMER_TASK_ID", "TASKFARMER_ATTEMPT", "PROC_NUMBER");

    private final Process process;

    private Errand(Process process) {
        this.process = process;
    }

    /**
     * Starts a command of the user's, by {@code bash -c}.
     *
     * @param facts what it is told besides, in its environment: text whose characters are those of {@link NativeText}
     * @param output the file that takes all that it prints; what was in it before is gone
     */
    public static Errand command(SlotShell.Setting setting, String command, Map<String, String> facts, Path output)
            throws IOException {
        byte[] text = NativeText.bytes(command);
        ShellText line = new ShellText()
                .raw("exec ")
                .quoted(NativeText.bytes(setting.shells().bash()));
        boolean likeOption = text.length > 0 && (text[0] == '-' || text[0] == '+');
        line.raw(likeOption ? " -c -- " : " -c ").quoted(text);
        return start(setting, line, facts, output);
    }

    /** Starts a program with its arguments, found as a shell finds it. */
    public static Errand program(SlotShell.Setting setting, List<String> argv, Path output) throws IOException {
        ShellText line = new ShellText().raw("exec");
        argv.forEach(argument -> line.raw(" ").quoted(NativeText.bytes(argument)));
        return start(setting, line, Map.of(), output);
    }

    private static Errand start(SlotShell.Setting setting, ShellText line, Map<String, String> facts, Path output)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                setting.shells().setsid().toString(), setting.shells().bash().toString(), "-p"));
        Map<String, Optional<String>> changes = setting.changes();
        changes.forEach((name, value) -> {
            builder.environment().remove(name);
            value.ifPresent(text -> builder.environment().put(name, text));
        });
        Set<String> outer = new HashSet<>(OF_OUTER_TASK);
        builder.environment().keySet().removeAll(outer);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        ShellText text = new ShellText();
        text.raw("export TASKFARMER_JOB=\"${SLURM_JOB_ID-}\" TASKFARMER_FARMER=")
                .quoted(NativeText.bytes(setting.token()));
        text.raw(" TASKFARMER_WORKDIR=").quoted(NativeText.bytes(setting.workDirectory()));
        facts.forEach((name, value) -> text.raw(' ' + name + '=').quoted(NativeText.bytes(value)));
        text.raw("\n")
                .raw(line.bytes())
                .raw(" </dev/null >")
                .quoted(NativeText.bytes(output))
                .raw(" 2>&1\n");
        Process process = builder.start();
        try (OutputStream words = process.getOutputStream()) {
            words.write(text.bytes());
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
        return new Errand(process);
    }

    /** Waits for its end, at most so long; returns whether it has come. */
    public boolean await(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Returns the exit status, 128 and the signal's number if a signal ended it; it must have ended. */
    public int status() {
        return process.exitValue();
    }

    /** Sends TERM to it and to what it has started. */
    public void terminate() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    /** Sends KILL to it and to what it has started. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
