package taskfarmer.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands of the user's that are run when something has happened, with the facts in their environment: one after the other, on a
 * thread of their own, so that none of them holds up a task.
 */
final class Hooks implements AutoCloseable {
    /** How many may wait; a list whose tasks all fail at once shall not be followed by an hour of mails. */
    private static final int MOST_WAITING = 1000;

    private static final long LONGEST_SECONDS = 60;

    private final String shell;
    private final Map<String, Optional<String>> facts;
    private final Output output;
    private final BlockingQueue<Hook> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final AtomicInteger skipped = new AtomicInteger();
    private @Nullable Thread thread;

    /** A command with what it is told; the last one is none. */
    private record Hook(String option, String command, Supplier<Map<String, String>> facts) {
        static final Hook LAST = new Hook("", "", Map::of);
    }

    /**
     * Returns hooks that nothing has happened to yet.
     *
     * @param shell the program that takes commands with {@code -c}
     * @param facts what each of them is told: changes to the environment of this process; no value: unset
     */
    Hooks(String shell, Map<String, Optional<String>> facts, Output output) {
        this.shell = shell;
        this.facts = facts;
        this.output = output;
    }

    /**
     * Has a command run, when those before it have ended.
     *
     * @param option the option that it was given with, for messages
     * @param more what it is told besides; asked for when its turn has come
     */
    synchronized void run(String option, String command, Supplier<Map<String, String>> more) {
        if (thread == null) {
            thread = new Thread(this::runAll, "hooks");
            thread.setDaemon(true);
            thread.start();
        }
        if (!waiting.offer(new Hook(option, command, more))) {
            skipped.incrementAndGet();
        }
    }

    private void runAll() {
        try {
            for (Hook hook = waiting.take(); !hook.equals(Hook.LAST); hook = waiting.take()) {
                run(hook);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Hook hook) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(shell, "-c", hook.command()));
        facts.forEach((name, value) -> {
            builder.environment().remove(name);
            value.ifPresent(text -> builder.environment().put(name, text));
        });
        builder.environment().putAll(hook.facts().get());
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        builder.redirectOutput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            Process process = builder.start();
            boolean ended;
            try {
                ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            if (!ended) {
                output.warning("the command of " + hook.option() + " was ended after " + LONGEST_SECONDS + " s: "
                        + hook.command());
            } else if (process.exitValue() != 0) {
                output.warning("the command of " + hook.option() + " ended with exit status " + process.exitValue()
                        + ": " + hook.command());
            }
        } catch (IOException e) {
            output.warning("the command of " + hook.option() + " could not be started: " + e.getMessage());
        }
    }

    /** Waits until all have ended, but not for long: this is in a batch job whose time may be up. */
    @Override
    public synchronized void close() throws InterruptedException {
        Thread running = thread;
        if (running == null) {
            return;
        }
        while (!waiting.offer(Hook.LAST, 1, TimeUnit.SECONDS) && running.isAlive()) {
            waiting.poll();
            skipped.incrementAndGet();
        }
        running.join(TimeUnit.SECONDS.toMillis(LONGEST_SECONDS));
        running.interrupt(); // what still runs is ended
        running.join(TimeUnit.SECONDS.toMillis(1));
        int left = Math.max(0, waiting.size() - 1) + skipped.get();
        if (left > 0) {
            output.warning(
                    left + (left == 1 ? " hook was" : " hooks were") + " not run: too many tasks failed at once");
        }
    }
}
