package taskfarmer.process;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Samples what running commands use: processor time and memory of all processes of their sessions, from {@code /proc}.
 *
 * <p>One thread looks at all processes of the machine, for all slots at once, a second apart at least, and so seldom that it takes
 * no more than a hundredth of one core. While no command runs that is a second old it does nothing. What has left its session
 * ({@code setsid}) is not seen, and of memory only what is used at a moment that is looked at.
 *
 * <p>It has no lock: slots call it, it calls their meters, and nobody waits for anybody, not at the end of the program either.
 */
public final class Sampler implements AutoCloseable {
    /** From which age on commands are looked at, in ns. */
    static final long OLD = TimeUnit.SECONDS.toNanos(1);

    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);
    private static final long SHARE = 100; // of the time, what one pass may take
    private static final long NEVER = Long.MAX_VALUE;

    private final File proc;
    private final LongSupplier clock;
    private final ProcStat stat; // of the sampling thread
    private final boolean byItself;
    private final Set<Meter> meters = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>(); // as soon as a command has begun
    private volatile @Nullable KernelUnits units; // as soon as somebody asks; who asks at the same time finds the same
    private volatile boolean closed;
    private volatile boolean idle = true; // waits for a command, or does not exist yet
    private long earliest; // when to look next at the earliest; of the sampling thread

    /** Returns what samples the processes of this machine. */
    public Sampler() {
        this(Path.of("/proc"), System::nanoTime, true);
    }

    /**
     * Returns what samples other processes.
     *
     * @param proc where they are
     * @param clock the time, as from {@link System#nanoTime}
     * @param byItself whether a thread looks at them; otherwise only who calls {@link #look}
     */
    Sampler(Path proc, LongSupplier clock, boolean byItself) {
        this.proc = proc.toFile();
        this.clock = clock;
        this.byItself = byItself;
        this.stat = new ProcStat(this.proc.getPath());
        this.earliest = clock.getAsLong();
    }

    long now() {
        return clock.getAsLong();
    }

    KernelUnits units() {
        KernelUnits known = units;
        if (known == null) {
            known = KernelUnits.of(proc.toPath());
            units = known;
        }
        return known;
    }

    /** Returns a meter for a session whose shell, its leader, has just been started. */
    Meter meter(long session) {
        Meter meter = new Meter(this, session);
        meters.add(meter);
        return meter;
    }

    void remove(Meter meter) {
        meters.remove(meter);
    }

    /** Returns the processor time of the children that a process has waited for, in ticks; -1 if it is not there any more. */
    long childrenTicks(String pid) {
        ProcStat process = new ProcStat(proc.getPath());
        return process.read(pid) ? process.childrenTicks() : -1;
    }

    /** A command has begun: a thread that has nothing to wait for is told so. Any other wakes up early enough for it. */
    void begun() {
        if (idle) {
            if (byItself && thread.get() == null) {
                Thread fresh = new Thread(this::run, "sampler");
                fresh.setDaemon(true);
                if (thread.compareAndSet(null, fresh)) { // of two commands that are the first, one starts it
                    fresh.start();
                }
            }
            LockSupport.unpark(thread.get());
        }
    }

    private void run() {
        while (awaitOldOnes()) {
            long took = look();
            earliest = now() + Math.max(INTERVAL, SHARE * took);
        }
    }

    /** Waits until there is something to look at; returns false when all is over. */
    private boolean awaitOldOnes() {
        while (!closed && !Thread.currentThread().isInterrupted()) {
            idle = true; // before looking who runs: one that begins now is either seen here or sees this
            long due = due();
            if (due == NEVER) {
                LockSupport.park(this); // not at all if somebody has called since
            } else {
                idle = false;
                long left = Math.max(due, earliest) - now();
                if (left <= 0) {
                    return true;
                }
                LockSupport.parkNanos(this, left);
            }
        }
        return false;
    }

    /** Returns when the oldest command that runs is old enough. */
    private long due() {
        long first = NEVER;
        for (Meter meter : meters) {
            first = Math.min(first, meter.begun());
        }
        return first == NEVER ? NEVER : first + OLD;
    }

    /** Looks at all processes once; returns how long that took, in ns. */
    long look() {
        long from = now();
        List<Seen> old = new ArrayList<>();
        for (Meter meter : meters) {
            long begun = meter.begun();
            if (begun != NEVER && from - begun >= OLD) {
                old.add(new Seen(meter, begun, meter.lacksAccount() && stat.read(meter.shell())));
            }
        }
        String[] names = old.isEmpty() ? null : proc.list();
        if (names != null) {
            Seen[] sorted = old.toArray(new Seen[0]);
            Arrays.sort(sorted, Comparator.comparingLong(seen -> seen.session));
            for (String name : names) {
                if (name.charAt(0) >= '1' && name.charAt(0) <= '9' && stat.read(name)) {
                    int at = find(sorted, stat.session());
                    if (at >= 0 && !name.equals(sorted[at].meter.shell())) {
                        sorted[at].add(stat);
                    }
                }
            }
            for (Seen seen : sorted) {
                seen.tell(units().page());
            }
        }
        return now() - from;
    }

    private static int find(Seen[] sorted, long session) {
        int low = 0;
        int high = sorted.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle].session == session) {
                return middle;
            } else if (sorted[middle].session < session) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** What one pass sees of one command. */
    private final class Seen {
        private final Meter meter;
        private final long session;
        private final long begun;
        private final long account;
        private long ticks;
        private long pages;
        private boolean any;
        private boolean hasChild;

        /** Begins with what has just been read of its shell, if anything was. */
        Seen(Meter meter, long begun, boolean shellRead) {
            this.meter = meter;
            this.session = meter.session();
            this.begun = begun;
            this.account = shellRead ? stat.childrenTicks() : -1;
        }

        void add(ProcStat process) {
            ticks += process.ticks();
            pages += process.pages();
            any = true;
            hasChild |= process.parent() == session;
        }

        /** The shell's account is from before the command's end if a child of the shell, which is the command, was seen later. */
        void tell(long page) {
            if (any) {
                meter.note(begun, hasChild ? account : -1, ticks, pages * page);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread.get());
    }
}
