package taskfarmer.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The farmer's hold on the processes of its tasks: a small shell script in a session of its own, which outlives the JVM.
 *
 * <p>While the farmer lives, the script sends signals at its word. When the farmer dies, even by {@code kill -9}, the
 * pipe between them closes; when it is stopped, the pipe falls silent. In both cases the script ends all tasks. See
 * {@code reaper.sh}. Safe for use by several threads.
 */
public final class Reaper implements AutoCloseable {
    /** How long the farmer may be silent before the reaper takes it for stopped. */
    public static final Duration SILENCE = Duration.ofSeconds(60);

    /** No task may live longer than 10 s after its farmer, so that is not left to {@code --kill-grace}. */
    private static final long LONGEST_GRACE = 5;

    private final ProcessBuilder builder;
    private final long suspicious;
    private final Set<Long> sessions = new LinkedHashSet<>();
    private Process process;
    private OutputStream words;
    private BufferedReader answers;
    private long lastWord = System.nanoTime();
    private int harvests;
    private boolean closed;

    /**
     * Starts a reaper.
     *
     * @param token what the environment of every task of this farmer bears in {@code TASKFARMER_FARMER}
     * @param grace how long tasks get between TERM and KILL
     */
    public Reaper(Shells shells, String token, Duration grace) throws IOException {
        this(shells, token, grace, SILENCE);
    }

    Reaper(Shells shells, String token, Duration grace, Duration silence) throws IOException {
        String script;
        try (InputStream in = Objects.requireNonNull(Reaper.class.getResourceAsStream("reaper.sh"))) {
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        long seconds = Math.min(LONGEST_GRACE, (grace.toMillis() + 999) / 1000);
        suspicious = silence.toNanos() / 10 * 9;
        builder = new ProcessBuilder(List.of(
                shells.setsid().toString(),
                shells.bash().toString(),
                "-c",
                script,
                "taskfarmer-reaper",
                token,
                Long.toString(seconds),
                Long.toString(silence.toSeconds())));
        // Without the token: the reaper of a farmer that is itself a task must outlive its own farmer.
        builder.environment().keySet().removeAll(Set.of("BASH_ENV", "TASKFARMER_FARMER"));
        builder.environment().put("LC_ALL", "C");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        process = builder.start();
        words = process.getOutputStream();
        answers = reader(process);
    }

    /** Returns the reaper's process ID. */
    public synchronized long pid() {
        return process.pid();
    }

    /**
     * Puts a session into the reaper's care; to be called before the first task runs in it.
     *
     * @throws IOException also if all tasks are to be ended: nothing may be started any more
     */
    public synchronized void watch(long session) throws IOException {
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

    /** Shows that the farmer still lives. */
    public synchronized void ping() throws IOException {
        harvests();
        tell("ping");
    }

    /**
     * Returns how often the reaper has ended all tasks because this process was silent for too long: stopped, most
     * likely. Tasks that ended around then did not fail, they were ended; and their slots need new shells.
     *
     * <p>Whoever wakes first after a silence finds it out here, because everybody looks before believing how a task ended.
     * If the whole job was stopped, reaper and tasks as well, nothing has happened and nothing is counted.
     */
    public synchronized int harvests() throws IOException {
        if (System.nanoTime() - lastWord > suspicious) {
            ask("count"); // a reaper that answers has not begun to reap; one that has is waited for and replaced
        }
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
        ask("kill");
        sessions.clear();
    }

    /** Returns how many processes of tasks there are. */
    public synchronized int count() throws IOException {
        return Integer.parseInt(ask("count"));
    }

    /** Ends what tasks of another farmer of this host have left, whose own reaper did not get to it. */
    public synchronized void sweep(String token) throws IOException {
        ask("sweep " + token);
    }

    /** Lets the reaper end what is left, and waits until it has. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        words.close();
        try {
            if (!process.waitFor(LONGEST_GRACE + 5, TimeUnit.SECONDS)) {
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
            if (process.waitFor(LONGEST_GRACE + 5, TimeUnit.SECONDS) && process.exitValue() == 0) {
                harvests++;
                sessions.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        process = builder.start();
        words = process.getOutputStream();
        answers = reader(process);
        for (long session : sessions) {
            say("watch " + session);
        }
    }

    private void say(String word) throws IOException {
        words.write((word + '\n').getBytes(StandardCharsets.US_ASCII));
        words.flush();
        lastWord = System.nanoTime();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }
}
