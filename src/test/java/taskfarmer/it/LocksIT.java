package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What happens to the lock directory, and to clocks, while farmers are at work. */
class LocksIT extends FarmTest {
    private static final String WAITS = "echo # >> ran; until [ -e go ]; do sleep 0.02; done";

    private Farmer farmer(String... args) {
        List<String> all = new ArrayList<>(List.of("--proc", "2", "--heartbeat", "0.3", "--dead-after", "2"));
        all.addAll(List.of(args));
        all.add("tasks.txt");
        return start(all.toArray(String[]::new));
    }

    private Path locks() {
        return work("tasks.txt").file("farm/locks");
    }

    /** Returns the last line that the farmer has written into its file; empty without one. */
    private String pulse(int farmer) {
        Path file = locks().resolve("farmer-" + farmer);
        String lines = Files.exists(file) ? read(file).strip() : "";
        return lines.substring(lines.lastIndexOf('\n') + 1);
    }

    /** Somebody was stopped in the middle of a transaction: this test holds the lock in its place. */
    @Test
    void nobodyBreaksTheLockOfAFarmerThatIsHeld() throws IOException {
        list("tasks.txt", 12, WAITS);
        Farmer patient = farmer();
        Farmer other = farmer();
        until(() -> work("tasks.txt").entries("start").size() == 4);
        Path lock = locks().resolve("lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            FileLock held = channel.lock();
            write("go", "");
            long length = Files.size(work("tasks.txt").journal());
            run("--lock-timeout", "3s", "tasks.txt")
                    .exits(3)
                    .inWords()
                    .complains("the lock " + lock + " was not to be had for 3 s", "fuser " + lock);
            String before = pulse(1);
            until(() -> !pulse(1).equals(before)); // it lives, and shows it
            assertThat(Files.size(work("tasks.txt").journal())).isEqualTo(length);
            assertThat(other.isAlive()).isTrue();
            held.release();
        }
        patient.await().exits(0);
        other.await().exits(0);
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(12);
        assertThat(work.entries("gone")).isEmpty();
        assertThat(lines("ran")).hasSize(12);
    }

    @Test
    void aHeartbeatFileThatIsDeletedIsMadeAgain() throws IOException {
        list("tasks.txt", 6, WAITS);
        Farmer first = farmer();
        until(() -> work("tasks.txt").entries("join").size() == 1);
        Farmer second = farmer("--linger");
        until(() -> work("tasks.txt").entries("start").size() == 4);
        for (int round = 0; round < 3; round++) {
            for (int number = 1; number <= 2; number++) {
                Files.delete(locks().resolve("farmer-" + number));
                int deleted = number;
                until(() -> !pulse(deleted).isEmpty());
            }
        }
        String before = pulse(1);
        until(() -> !pulse(1).equals(before));
        write("go", "");
        first.await().exits(0).withoutComplaint();
        second.await().exits(0);
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(6);
        assertThat(work.entries("gone")).isEmpty();
        assertThat(lines("ran")).hasSize(6);
    }

    /** Farmers that have nothing to say find out all the same, at their next heartbeat. */
    @Test
    void farmersThatAreBusyNoticeThatTheLockIsGone() throws IOException {
        list("tasks.txt", 4, WAITS);
        Farmer first = farmer();
        Farmer second = farmer();
        until(() -> work("tasks.txt").entries("start").size() == 4);
        Files.delete(locks().resolve("lock"));
        first.await()
                .exits(3)
                .inWords()
                .complains("lock was deleted or replaced while the farm runs", "Nothing was lost");
        second.await().exits(3).inWords();
        assertNoProcesses();
        write("go", "");
        run("tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(4);
    }

    /** A newcomer makes lock and directory anew while the others have not noticed yet: it must not begin beside them. */
    @Test
    void aNewcomerDoesNotBeginBesideThoseWhoseLocksWereDeleted() throws IOException {
        list("tasks.txt", 4, "exec 9> alive.#; flock -n 9 || echo # >> twice; " + WAITS);
        Farmer old = start("--proc", "2", "--heartbeat", "3", "--dead-after", "9", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        try (var files = Files.list(locks())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(locks());
        Farmer newcomer = start("--proc", "2", "tasks.txt");
        old.await().exits(3).inWords();
        until(() -> newcomer.stderr().contains("nobody else is there"));
        assertThat(newcomer.stderr()).contains("waiting to see whether anybody is still there");
        write("go", "");
        newcomer.await().exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(4);
        assertThat(lines("twice")).isEmpty();
    }

    /** Each farmer has another time of day, and it jumps while they work. */
    @Test
    void theTimeOfDayDecidesNothing() throws Exception {
        Path shim = clockShim();
        list("tasks.txt", 40, "echo # >> ran; sleep 0.2");
        List<Farmer> farmers = new ArrayList<>();
        for (String hours : List.of("0", "3600", "-3600")) {
            farmers.add(taskfarmer("--proc", "2", "--heartbeat", "0.3", "--dead-after", "2", "tasks.txt")
                    .with("LD_PRELOAD", shim.toString())
                    .with("CLOCK_AHEAD", hours)
                    .with("CLOCK_JUMPS", dir.resolve("jump").toString())
                    .start());
        }
        until(() -> lines("ran").size() > 12);
        write("jump", "");
        until(() -> lines("ran").size() > 24);
        Files.delete(dir.resolve("jump"));
        farmers.forEach(farmer -> farmer.await().exits(0).withoutComplaint());
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(40);
        assertThat(lines("ran")).hasSize(40);
        assertThat(work.entries("gone")).isEmpty();
        List<Long> times = work.entries("batch").stream()
                .map(batch -> Long.parseLong(batch.split(" ")[3]))
                .toList();
        assertThat(times)
                .as("times that went backwards")
                .isNotEqualTo(times.stream().sorted().toList());
    }

    /** Returns a library that shifts the time of day, and again as long as a file exists; skips the test if there is no compiler. */
    private Path clockShim() throws IOException, InterruptedException {
        Path source = write("clock.c", """
                #define _GNU_SOURCE
                #include <stdlib.h>
                #include <sys/syscall.h>
                #include <sys/time.h>
                #include <time.h>
                #include <unistd.h>
                static long ahead(void) {
                    const char *text = getenv("CLOCK_AHEAD"), *file = getenv("CLOCK_JUMPS");
                    long seconds = text ? atol(text) : 0;
                    return file && access(file, F_OK) == 0 ? -2 * seconds : seconds;
                }
                int clock_gettime(clockid_t clock, struct timespec *now) {
                    int result = syscall(SYS_clock_gettime, clock, now);
                    if (clock == CLOCK_REALTIME) now->tv_sec += ahead();
                    return result;
                }
                int gettimeofday(struct timeval *now, void *zone) {
                    struct timespec exact;
                    clock_gettime(CLOCK_REALTIME, &exact);
                    now->tv_sec = exact.tv_sec;
                    now->tv_usec = exact.tv_nsec / 1000;
                    return 0;
                }
                """);
        Path shim = dir.resolve("clock.so");
        try {
            Process compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", shim.toString(), source.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assumeTrue(compiler.waitFor(30, TimeUnit.SECONDS) && compiler.exitValue() == 0, "a C compiler");
        } catch (IOException e) {
            assumeTrue(false, "a C compiler");
        }
        return shim;
    }
}
