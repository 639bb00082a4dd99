package taskfarmer.process;

import java.util.function.LongSupplier;
import taskfarmer.model.Usage;

/**
 * What the commands use that run in one session, one after the other.
 *
 * <p>The processor time of a command that has ended is what the session's shell has in its account for children more than before:
 * the kernel adds it when the shell has waited for the command. What the account was before is known where it has just been read
 * for the command before; otherwise it is read while the command runs, which changes nothing of it. A command that ends within a
 * second costs no reading at all.
 *
 * <p>Its lock is held for what it knows itself only: never while it calls the sampler or anybody else.
 */
final class Meter {
    private static final long UNKNOWN = -1;
    private static final long NONE = Long.MAX_VALUE;

    private final Sampler sampler;
    private final long session;
    private final String shell;

    private volatile long begun =
            NONE; // when the command that runs began, as the sampler's clock has it; set under the lock
    private long before; // the shell's account when the command began, in ticks; guarded by this, as all that follows
    private long used = UNKNOWN; // the most processor time seen, in ticks
    private long memory = UNKNOWN; // the most seen, in bytes

    /** Returns the meter of a session in which no command has run yet. */
    Meter(Sampler sampler, long session) {
        this.sampler = sampler;
        this.session = session;
        this.shell = Long.toString(session);
    }

    long session() {
        return session;
    }

    /** Returns the shell's process ID, as a name in {@code /proc}. */
    String shell() {
        return shell;
    }

    /** A command has been started. */
    void begin() {
        long now = sampler.now();
        synchronized (this) {
            begun = now;
            used = UNKNOWN;
            memory = UNKNOWN;
        }
        sampler.begun();
    }

    /**
     * The command has ended.
     *
     * @param log how many bytes it wrote to its log; asked only if it is wanted
     */
    Usage end(LongSupplier log) {
        long now = sampler.now();
        synchronized (this) {
            long since = begun;
            begun = NONE;
            if (now - since < Sampler.OLD) {
                before = UNKNOWN;
                return Usage.UNKNOWN;
            }
        }
        long after = sampler.childrenTicks(shell);
        long ticks;
        long bytes;
        synchronized (this) {
            ticks = before >= 0 && after >= 0 ? Math.max(after - before, used) : used;
            bytes = memory;
            before = after;
        }
        return new Usage(ticks < 0 ? UNKNOWN : sampler.units().micros(ticks), bytes, log.getAsLong());
    }

    /** Returns when the command that runs began; {@link Long#MAX_VALUE} if none runs. Waits for nobody. */
    long begun() {
        return begun;
    }

    /** Returns whether the shell's account is still to be read. */
    synchronized boolean lacksAccount() {
        return before < 0;
    }

    /**
     * Takes note of what was seen, unless it was seen of another command.
     *
     * @param since when the command began that was looked at
     * @param account the shell's account while it ran, in ticks; -1 if it was not read, or may have been read after the end
     * @param ticks the processor time of all processes
     * @param bytes what they had in memory
     */
    synchronized void note(long since, long account, long ticks, long bytes) {
        if (begun == since) {
            before = before < 0 ? account : before;
            used = Math.max(used, ticks);
            memory = Math.max(memory, bytes);
        }
    }

    /** Ends the metering, because the session's shell ends. */
    void close() {
        sampler.remove(this);
    }
}
