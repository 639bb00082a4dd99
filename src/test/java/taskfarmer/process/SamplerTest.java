package taskfarmer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.Usage;

/** What is made of processes that are written down here, in a time that stands still: nothing is sampled but by hand. */
class SamplerTest {
    private static final long PAGE = 65536;
    private static final long TICK = 4000; // µs
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path proc;

    private final AtomicLong now = new AtomicLong(5 * SECOND);
    private Sampler sampler;
    private Meter meter;

    @BeforeEach
    void makeProcesses() throws IOException {
        ByteBuffer words = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        words.putLong(33).putLong(12345).putLong(6).putLong(PAGE).putLong(17).putLong(1_000_000 / TICK);
        Files.createDirectory(proc.resolve("self"));
        Files.write(proc.resolve("self/auxv"), words.array());
        Files.createDirectory(proc.resolve("sys"));
        Files.writeString(proc.resolve("1x"), "no process");
        sampler = new Sampler(proc, now::get, false);
        process(100, "dash", 1, 100, 0, 0, 50);
        process(7, "init", 1, 7, 1000, 1000, 1000);
        meter = sampler.meter(100);
    }

    @AfterEach
    void close() {
        sampler.close();
    }

    /** Writes a process with its session, ticks of its own and of its children, and pages. */
    private void process(int pid, String name, int parent, int session, long own, long children, long pages)
            throws IOException {
        String stat = pid + " (" + name + ") S " + parent + " 1 " + session + " 0 -1 4194304 1 2 3 4 " + own / 2 + " "
                + (own - own / 2) + " " + children / 2 + " " + (children - children / 2) + " 20 0 1 0 12345 1000000 "
                + pages + " 18446744073709551615 0 0 0\n";
        Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(proc.resolve(pid + "/stat"), stat, StandardCharsets.ISO_8859_1);
    }

    private void end(int pid) throws IOException {
        PathUtils.deleteDirectory(proc.resolve(Integer.toString(pid)));
    }

    private void pass(double seconds) {
        now.addAndGet((long) (seconds * SECOND));
    }

    private static Usage usage(long ticks, long pages, long log) {
        return new Usage(ticks < 0 ? -1 : ticks * TICK, pages < 0 ? -1 : pages * PAGE, log);
    }

    @Test
    void readsNothingOfACommandThatEndsWithinASecond() throws IOException {
        meter.begin();
        process(101, "true", 100, 100, 3, 0, 10);
        pass(0.99);
        sampler.look();
        end(100);
        assertThat(meter.end(() -> {
                    throw new AssertionError("the log's size was asked for");
                }))
                .isEqualTo(Usage.UNKNOWN);
    }

    @Test
    void takesTheMostMemoryThatAllProcessesHadTogether() throws IOException {
        meter.begin();
        process(101, "a", 100, 100, 1, 0, 30);
        process(102, "b", 101, 100, 1, 0, 20);
        pass(1);
        sampler.look();
        process(101, "a", 100, 100, 1, 0, 5);
        process(102, "b", 101, 100, 1, 0, 40);
        pass(1);
        sampler.look();
        process(102, "b", 101, 100, 1, 0, 45);
        end(101);
        pass(1);
        sampler.look();
        assertThat(meter.end(() -> 17).memory()).isEqualTo(50 * PAGE);
    }

    @Test
    void knowsTheTimeOfAllChildrenFromTheShellsAccount() throws IOException {
        meter.begin();
        process(101, "work", 100, 100, 250, 0, 30);
        pass(3);
        sampler.look();
        end(101);
        process(100, "dash", 1, 100, 4, 400, 50);
        assertThat(meter.end(() -> 17)).isEqualTo(usage(400, 30, 17));
        meter.begin(); // the next one is not sampled at all
        process(100, "dash", 1, 100, 4, 900, 50);
        pass(1.5);
        assertThat(meter.end(() -> 18)).isEqualTo(usage(500, -1, 18));
    }

    @Test
    void readsTheAccountWhileACommandRunsAfterOnesThatWereNotRead() throws IOException {
        meter.begin();
        pass(0.1);
        assertThat(meter.end(() -> 0)).isEqualTo(Usage.UNKNOWN);
        process(100, "dash", 1, 100, 4, 300, 50); // of which nothing was read
        meter.begin();
        process(101, "work", 100, 100, 20, 0, 30);
        pass(1);
        sampler.look();
        process(100, "dash", 1, 100, 4, 370, 50);
        assertThat(meter.end(() -> 0)).isEqualTo(usage(70, 30, 0));
    }

    @Test
    void doesNotBelieveAnAccountThatMayBeFromAfterTheEnd() throws IOException {
        meter.begin();
        pass(0.1);
        meter.end(() -> 0);
        meter.begin();
        process(100, "dash", 1, 100, 4, 700, 50);
        process(102, "left", 1, 100, 9, 0, 30); // something in the background, but not the command itself
        pass(1);
        sampler.look();
        assertThat(meter.end(() -> 0)).isEqualTo(usage(9, 30, 0));
    }

    @Test
    void neverSaysLessThanWasSeen() throws IOException {
        meter.begin();
        process(101, "make", 100, 100, 10, 500, 30);
        process(102, "cc", 101, 100, 70, 0, 20);
        pass(2);
        sampler.look();
        end(102);
        end(101);
        process(100, "dash", 1, 100, 4, 11, 50); // they were killed, and the kernel knows of the first one only
        assertThat(meter.end(() -> 0).cpu()).isEqualTo(580 * TICK);
    }

    @Test
    void believesWhatWasSeenWhenTheShellIsGone() throws IOException {
        meter.begin();
        process(101, "a", 100, 100, 40, 2, 30);
        pass(2);
        sampler.look();
        end(100);
        end(101);
        assertThat(meter.end(() -> -1)).isEqualTo(usage(42, 30, -1));
    }

    @Test
    void readsNamesOfAnyKind() throws IOException {
        meter.begin();
        process(101, "a) S 1 1 7 (b", 100, 100, 1, 0, 30);
        process(102, ") (", 100, 100, 1, 0, 8);
        process(103, "", 100, 100, 1, 0, 4);
        process(104, "caf\u00e9 \n)", 100, 100, 1, 0, 2);
        process(105, "a) S 1 1 100 (b", 100, 7, 1, 0, 1);
        pass(1);
        sampler.look();
        assertThat(meter.end(() -> 0).memory()).isEqualTo(44 * PAGE);
    }

    @Test
    void passesOverProcessesThatVanishAndLinesThatAreDamaged() throws IOException {
        meter.begin();
        process(101, "a", 100, 100, 1, 0, 30);
        Files.createDirectory(proc.resolve("102"));
        Files.createDirectory(proc.resolve("103"));
        Files.writeString(proc.resolve("103/stat"), "");
        Files.createDirectory(proc.resolve("104"));
        Files.writeString(proc.resolve("104/stat"), "104 (b) S 100 1 100 0");
        Files.createDirectory(proc.resolve("105"));
        Files.writeString(proc.resolve("105/stat"), "105 no name");
        pass(1);
        sampler.look();
        assertThat(meter.end(() -> 0).memory()).isEqualTo(30 * PAGE);
    }

    @Test
    void keepsSessionsApart() throws IOException {
        Meter[] meters = new Meter[9];
        for (int i = 0; i < meters.length; i++) {
            int shell = 1000 - 100 * i;
            meters[i] = shell == 100 ? meter : sampler.meter(shell);
            process(shell, "dash", 1, shell, 0, 0, 50);
            process(shell + 1, "work", shell, shell, 1, 0, i + 1);
            meters[i].begin();
        }
        pass(0.5);
        meters[4].end(() -> 0);
        meters[4].begin();
        pass(0.5);
        sampler.look();
        for (int i = 0; i < meters.length; i++) {
            Usage usage = meters[i].end(() -> 0);
            assertThat(usage).isEqualTo(i == 4 ? Usage.UNKNOWN : usage(1, i + 1, 0));
        }
    }

    @Test
    void looksAtNothingOfASessionThatHasEnded() throws IOException {
        meter.begin();
        meter.close();
        process(101, "a", 100, 100, 1, 0, 30);
        pass(2);
        sampler.look();
        assertThat(meter.end(() -> 0).memory()).isEqualTo(-1);
    }

    /** The sampling thread asks when commands began at the very moment when one ends. */
    @Test
    void neverHasASlotAndTheSamplerWaitForEachOther() throws InterruptedException {
        List<Thread> slots = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            slots.add(thread(() -> {
                for (int round = 0; round < 3000; round++) {
                    try (Sampler fresh = new Sampler(proc, now::get, true)) {
                        Meter own = fresh.meter(100);
                        fresh.meter(200).begin(); // the thread begins
                        own.begin();
                        pass(1);
                        fresh.look();
                        own.end(() -> 0);
                    }
                }
            }));
        }
        for (Thread slot : slots) {
            slot.join(TimeUnit.SECONDS.toMillis(60));
        }
        assertThat(ManagementFactory.getThreadMXBean().findDeadlockedThreads())
                .as("threads that wait for each other")
                .isNull();
        assertThat(slots).noneMatch(Thread::isAlive);
    }

    /** What units the kernel counts in may be slow to read; and what others do meanwhile is begin, look, and leave. */
    @Test
    void keepsNobodyWaitingWhileItReads() throws IOException, InterruptedException {
        Files.delete(proc.resolve("self/auxv"));
        Path slow = proc.resolve("self/auxv");
        assertThat(new ProcessBuilder("mkfifo", slow.toString()).start().waitFor())
                .isZero();
        process(101, "work", 100, 100, 250, 0, 30);
        meter.begin();
        pass(2);
        Thread ending = thread(() -> meter.end(() -> 0));
        try (OutputStream units = Files.newOutputStream(slow)) { // as soon as it is being read
            Thread others = thread(() -> {
                Meter other = sampler.meter(200);
                other.begin();
                meter.begun();
                meter.lacksAccount();
                other.end(() -> 0);
                sampler.close();
            });
            others.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(others.isAlive()).isFalse();
            units.write(new byte[16]);
        }
        ending.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(ending.isAlive()).isFalse();
    }

    /** Its clock is the sampler's, and the log's size is the file system's: neither is asked under its lock. */
    @Test
    void callsNobodyUnderALock() throws IOException {
        Meter[] checked = new Meter[1];
        AtomicBoolean held = new AtomicBoolean();
        try (Sampler checking = new Sampler(
                proc,
                () -> {
                    held.compareAndSet(false, checked[0] != null && Thread.holdsLock(checked[0]));
                    return now.get();
                },
                false)) {
            checked[0] = checking.meter(100);
            checked[0].begin();
            process(101, "work", 100, 100, 250, 0, 30);
            pass(2);
            checking.look();
            checked[0].end(() -> {
                held.compareAndSet(false, Thread.holdsLock(checked[0]));
                return 0;
            });
        }
        assertThat(held).isFalse();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
