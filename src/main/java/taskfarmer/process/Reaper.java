package taskfarmer.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The farmer's hold on the processes of its tasks: a small shell script in a session of its own, which outlives the JVM.
 *
 * <p>While the farmer lives, the script sends signals at its word. When the farmer dies, even by {@code kill -9}, the
 * pipe between them closes; when it is stopped, or cannot write its heartbeat, the script hears of none. In both cases it ends
 * all tasks. See {@code reaper.sh}. Safe for use by several threads.
 */
public final class Reaper implements AutoCloseable {
    /** No task may live longer than 10 s after its farmer, so that is not left to {@code --kill-grace}. */
    private static final Duration LONGEST_GRACE = Duration.ofSeconds(5);

    private static final int SIGNALLED = 128;
    private static final long ENDS_WITHIN_SECONDS = LONGEST_GRACE.toSeconds() + 5;

    private final ProcessBuilder builder;
    private final long silence;
    private final Set<Long> sessions = new LinkedHashSet<>();
    private Process process;
    private OutputStream words;
    private BufferedReader answers;
    private long lastBeat = System.nanoTime();
    private long lateBeat;
    private int harvests;
    private boolean closed;
    private boolean dismissed;

    /**
     * Starts a reaper.
     *
     * @param token what the environment of every task of this farmer bears in {@code TASKFARMER_FARMER}
     * @param grace how long tasks get between TERM and KILL
     * @param deadAfter the farmer's promise to others: that long after its last heartbeat none of its tasks runs. TERM is sent
     *     after two thirds of it, KILL after five sixths at the latest
     */
    public Reaper(Shells shells, String token, Duration grace, Duration deadAfter) throws IOException {
        String script;
        try (InputStream in = Objects.requireNonNull(Reaper.class.getResourceAsStream("reaper.sh"))) {
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        long shortest = Math.min(grace.toMillis(), Math.min(LONGEST_GRACE.toMillis(), deadAfter.toMillis() / 6));
        silence = deadAfter.toNanos() / 3 * 2;
        builder = new ProcessBuilder(List.of(
                shells.setsid().toString(),
                shells.bash().toString(),
                "-c",
                script,
                "taskfarmer-reaper",
                token,
                Long.toString(shortest / 10),
                Long.toString(TimeUnit.NANOSECONDS.toMillis(silence) / 10)));
        // Without the token: the reaper of a farmer that is itself a task must outlive its own farmer.
        builder.environment().keySet().removeAll(Set.of("BASH_ENV", "TASKFARMER_FARMER"));
        builder.environment().put("LC_ALL", "C");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        process = start();
        words = process.getOutputStream();
        answers = reader(process);
    }

    /** Starts a script; one that is killed is replaced at once, so that the farmer may be killed after it. */
    private Process start() throws IOException {
        Process started = builder.start();
        var unused = started.onExit().thenAccept(this::replaceIfKilled);
        return started;
    }

    private synchronized void replaceIfKilled(Process ended) {
        if (!closed && ended.equals(process) && ended.exitValue() > SIGNALLED) {
            try {
                replace();
            } catch (IOException e) {
                // The next word finds it out, and tries again.
            }
        }
    }

    /** Returns the reaper's process ID. */
    public synchronized long pid() {
        return process.pid();
    }

    /**
     * Puts a session into the reaper's care; to be called before the first task runs in it. While the farmer's heartbeat is
     * overdue this waits: nothing may be started of which others do not know that it runs.
     *
     * @throws IOException also if all tasks are to be ended: nothing may be started any more
     */
    public synchronized void watch(long session) throws IOException {
        try {
            while (!closed && isOverdue()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a heartbeat");
        }
        if (closed) {
            throw new IOException("the farm is being ended");
        }
        sessions.add(session);
        tell("watch " + session);
    }

    /** Ends all that is left of a session whose shell is gone, and forgets it. */
    public synchronized void end(long session) throws IOException {
        if (sessions.remove(session)) {
            ask("end " + session);
        }
    }

    /**
     * Tells that a heartbeat was written and everything is well.
     *
     * @param at when the writing began, in {@link System#nanoTime}
     */
    public synchronized void beat(long at) throws IOException {
        if (!closed) {
            harvests();
            lateBeat = isOverdue() ? System.nanoTime() : lateBeat;
            lastBeat = at;
            ask(beat()); // a reaper whose time was up at this moment has not heard it
            notifyAll();
        }
    }

    private String beat() {
        return "beat " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastBeat) / 10;
    }

    /**
     * Keeps it from ending what is left for want of a heartbeat, when the farmer has left and what it still does for itself is of
     * no concern to others.
     */
    public synchronized void hold() throws IOException {
        if (!dismissed) {
            lastBeat = System.nanoTime();
            ask(beat());
        }
    }

    /** Returns whether the last heartbeat is so long ago that tasks are being ended. */
    public synchronized boolean isOverdue() {
        return System.nanoTime() - lastBeat > silence;
    }

    /**
     * Returns whether there was a time since then in which others may have taken this farmer for dead, and have begun to end
     * its tasks in place of its reaper, which was stopped as well.
     *
     * @param nanos a time as in {@link System#nanoTime}
     */
    public synchronized boolean wasOverdueSince(long nanos) {
        return isOverdue() || lateBeat != 0 && lateBeat - nanos > 0;
    }

    /**
     * Returns how often the reaper has ended all tasks because it had been told of no heartbeat for too long: this process was
     * stopped, most likely. Tasks that ended around then did not fail, they were ended; and their slots need new shells.
     *
     * <p>Whoever wakes first after a silence finds it out here, because everybody looks before believing how a task ended.
     * If the whole job was stopped, reaper and tasks as well, nothing has happened and nothing is counted.
     */
    public synchronized int harvests() throws IOException {
        return System.nanoTime() - lastBeat > silence / 10 * 9 ? harvestsForSure() : harvests;
    }

    /** Returns the same whatever this process knows of the time: its clock may have stood still, as that of a sleeping laptop. */
    public synchronized int harvestsForSure() throws IOException {
        ask("here"); // a reaper that answers has not begun to reap; one that has is waited for and replaced
        return harvests;
    }

    /**
     * Sends TERM to all processes of all tasks; called again, only to tasks that were just being started the first time.
     *
     * @return how many processes of tasks there are
     */
    public synchronized int terminate() throws IOException {
        return Integer.parseInt(ask("term"));
    }

    /** Ends all processes of all tasks and all slots at once; none can be started afterwards. */
    public synchronized void kill() throws IOException {
        closed = true;
        notifyAll();
        ask("kill");
        sessions.clear();
    }

    /** Returns how many processes of tasks there are. */
    public synchronized int count() throws IOException {
        return Integer.parseInt(ask("count"));
    }

    /**
     * Sends a signal to the processes of single attempts, which must be what their sessions run now.
     *
     * @param signal {@code TERM} or {@code KILL}
     * @param attempts each as {@code SESSION:TASK.ATTEMPT}
     * @return how many processes there are
     */
    public synchronized int signal(String signal, Collection<String> attempts) throws IOException {
        return Integer.parseInt(ask("signal " + signal + ' ' + String.join(" ", attempts)));
    }

    /** Ends what tasks of another farmer of this host have left, whose own reaper did not get to it. */
    public synchronized void sweep(String token) throws IOException {
        ask("sweep " + token);
    }

    /** Lets the reaper end what is left, while this farmer has other things to do. */
    public synchronized void dismiss() {
        closed = true;
        dismissed = true;
        notifyAll();
        try {
            words.close();
        } catch (IOException e) {
            // One that is not there any more need not be told.
        }
    }

    /** Lets the reaper end what is left, and waits until it has. */
    @Override
    public synchronized void close() {
        dismiss();
        try {
            if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String word) throws IOException {
        try {
            say(word);
        } catch (IOException e) {
            replace();
            say(word);
        }
    }

    private String ask(String word) throws IOException {
        tell(word);
        String answer = answers.readLine();
        if (answer == null) {
            replace();
            say(word);
            answer = answers.readLine();
        }
        if (answer == null) {
            throw new IOException("the reaper (process " + pid() + ") does not answer");
        }
        return answer;
    }

    /** Starts another reaper in the place of one that has ended: because it has done its work, or because it was killed. */
    private void replace() throws IOException {
        try {
            if (process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
                harvests++;
                sessions.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        process = start();
        words = process.getOutputStream();
        answers = reader(process);
        if (!sessions.isEmpty()) {
            say(beat()); // the promise is still the same; with nothing left to look after there is none to keep
            answers.readLine();
        }
        for (long session : sessions) {
            say("watch " + session);
        }
    }

    private void say(String word) throws IOException {
        words.write((word + '\n').getBytes(StandardCharsets.US_ASCII));
        words.flush();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }
}
