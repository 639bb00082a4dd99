package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Farmers that cannot see each other's processes, as on two hosts: in PID namespaces of their own. What they have in common
 * is files and locks.
 */
class ElsewhereIT extends FarmTest {
    private static final String ALONE =
            "exec 9> alive.#; flock -n 9 || echo # >> twice; echo $TASKFARMER_ATTEMPT >> ran.#; ";

    @BeforeEach
    void needsNamespaces() {
        Users.assumeMounts();
        Users.assumePidNamespaces();
    }

    /** A host where the first process is not the farmer: it outlives it, and so does the reaper. */
    private Farmer elsewhere(String... args) {
        return taskfarmer(args)
                .through("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c")
                .through("\"$@\"; status=$?; until [ -e down ]; do sleep 0.1; done; exit $status", "init")
                .start();
    }

    /** Returns the process of the farmer on such a host, as it is seen from here. */
    private static long farmerOf(Farmer host) {
        List<Long> found = new ArrayList<>();
        until(() -> {
            found.clear();
            ProcessHandle.of(host.pid()).stream()
                    .flatMap(ProcessHandle::descendants)
                    .map(ProcessHandle::pid)
                    .filter(pid -> Processes.commandLine(pid).startsWith(Start.java() + " "))
                    .forEach(found::add);
            return found.size() == 1;
        });
        return found.get(0);
    }

    private double secondsUntilGone(long killed) {
        until(() -> !work("tasks.txt").entries("gone").isEmpty());
        return (System.nanoTime() - killed) / 1e9;
    }

    @Test
    void tasksOfAFarmerThatIsKilledGoBackWhenItsHeartHasRested() {
        list("tasks.txt", 2, ALONE + "[ $TASKFARMER_ATTEMPT != 1 ] || { trap '' TERM; sleep 1000; sleep 1000; }");
        Farmer host = elsewhere("--proc", "2", "--heartbeat", "0.5", "--dead-after", "3", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        Farmer heir = start("--proc", "2", "--linger", "--heartbeat", "0.5", "--dead-after", "3", "tasks.txt");
        until(() -> work("tasks.txt").entries("join").size() == 2);
        long killed = System.nanoTime();
        Processes.signal("KILL", List.of(farmerOf(host)));
        double seconds = secondsUntilGone(killed);
        System.out.printf("killed on another host, --dead-after 3: requeued after %.1f s%n", seconds);
        assertThat(seconds).isBetween(3 - 0.6, 15.0); // the last heartbeat was up to 0.5 s ago
        heir.await().exits(0);
        write("down", "");
        host.await().exits(137);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(2);
        assertThat(lines("twice")).isEmpty();
    }

    /** The same on one host, where processes can be seen. */
    @Test
    void tasksOfAFarmerOfThisHostGoBackAsSoonAsTheyHaveEnded() {
        list("tasks.txt", 2, ALONE + "[ $TASKFARMER_ATTEMPT != 1 ] || sleep 1000");
        Farmer victim = start("--proc", "2", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        Farmer heir = start("--proc", "2", "--linger", "tasks.txt");
        until(() -> work("tasks.txt").entries("join").size() == 2);
        long killed = System.nanoTime();
        victim.signal("KILL");
        double seconds = secondsUntilGone(killed);
        System.out.printf("killed on the same host, --dead-after 60: requeued after %.1f s%n", seconds);
        assertThat(seconds).isLessThan(ORPHANS_END.toSeconds());
        heir.await().exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(2);
        assertThat(lines("twice")).isEmpty();
    }

    @Test
    void aHostThatGoesDownTakesNothingWithIt() {
        list("tasks.txt", 2, ALONE + "[ $TASKFARMER_ATTEMPT != 1 ] || sleep 1000");
        Farmer host = elsewhere("--proc", "2", "--heartbeat", "0.3", "--dead-after", "2", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        host.signal("KILL").await(); // and all that is in it
        Ended passing = run("--proc", "2", "tasks.txt").exits(0);
        passing.complains("shows no sign of life", "is gone: its 2 tasks go back");
        assertThat(work("tasks.txt").isSound().finished()).hasSize(2);
        assertThat(lines("twice")).isEmpty();
    }

    @Test
    void aFarmerElsewhereThatIsHeldIsFencedWhenItComesBack() {
        list("tasks.txt", 2, ALONE + "until [ -e go ]; do sleep 0.02; done");
        Farmer host = elsewhere("--proc", "2", "--heartbeat", "0.3", "--dead-after", "2", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        Farmer heir = start("--proc", "2", "--linger", "--heartbeat", "0.3", "--dead-after", "2", "tasks.txt");
        long held = farmerOf(host);
        Processes.signal("STOP", List.of(held));
        until(() -> lines("ran.0").contains("2") && lines("ran.1").contains("2"));
        Processes.signal("CONT", List.of(held));
        write("down", "");
        host.await().exits(75).complains("shown no sign of life for so long that others have taken its tasks over");
        write("go", "");
        heir.await().exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(2);
        assertThat(lines("twice")).isEmpty();
    }

    /** A process that has nothing to do with it has got the PID of a dead farmer, and that of no living one. */
    @Test
    void aStrangerWithThePidOfADeadFarmerIsLeftInPeace() {
        list("tasks.txt", 2, ALONE + "[ $TASKFARMER_ATTEMPT != 1 ] || sleep 1000");
        write(
                "stranger",
                "for s in HUP INT QUIT TERM USR1 USR2 ALRM XCPU PIPE; do trap \"echo $s >> signals\" $s; done; echo > ready;"
                        + " until [ -e down ]; do sleep 0.05; done; echo ended >> signals");
        Ended end = taskfarmer("--proc", "2", "tasks.txt")
                .through("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
                .script("""
                        "$@" & p=$!
                        until [ "$(cat ran.* 2> /dev/null | wc -l)" = 2 ]; do sleep 0.02; done
                        kill -9 $p; wait $p
                        for try in {1..50}; do
                            echo $((p - 1)) > /proc/sys/kernel/ns_last_pid || break
                            bash stranger & s=$!
                            [ $s = $p ] && break
                            kill -9 $s
                        done
                        until [ -e ready ]; do sleep 0.02; done
                        echo "stranger $((s - p))"
                        "$@"; echo "status $?"
                        kill -0 $s && echo "the stranger lives"
                        touch down; wait $s
                        """)
                .run();
        assumeTrue(end.stdout().contains("stranger 0\n"), "PIDs can be chosen");
        end.says("status 0", "the stranger lives").complains("is gone: its 2 tasks go back");
        assertThat(lines("signals")).containsExactly("ended");
        assertThat(work("tasks.txt").isSound().finished()).hasSize(2);
        assertThat(lines("twice")).isEmpty();
        assertThat(end.took()).isLessThan(Duration.ofSeconds(30)); // --dead-after is a minute
    }

    /** SCRATCH is another directory on each host, although it has the same name. */
    @Test
    void aScratchDirectoryThatIsNotSharedIsRefused() {
        list("tasks.txt", 4, ALONE + "until [ -e go ]; do sleep 0.02; done");
        Path scratch = dir.resolve("scratch");
        assertThat(scratch.toFile().mkdir()).isTrue();
        Farmer first = withOwnScratch(scratch);
        until(() -> work("tasks.txt").entries("start").size() == 2);
        Ended second = withOwnScratch(scratch).await().exits(3).inWords();
        second.complains(
                "the lock directory of this farm, " + scratch, "does not exist here", "tmpfs", "SCRATCH", "shared");
        write("go", "");
        first.await().exits(0);
        assertThat(lines("twice")).isEmpty();
        for (int id = 0; id < 4; id++) {
            assertThat(lines("ran." + id)).containsExactly("1");
        }
        assertThat(work("tasks.txt").isSound().finished()).hasSize(4);
    }

    @Test
    void ofTwoThatBeginTogetherWithScratchDirectoriesOfTheirOwnOneIsRefused() {
        Path scratch = dir.resolve("scratch");
        assertThat(scratch.toFile().mkdir()).isTrue();
        for (int round = 0; round < 3; round++) {
            list("tasks.txt", 40, ALONE + "sleep 0.02");
            Farmer one = withOwnScratch(scratch);
            Farmer two = withOwnScratch(scratch);
            List<Ended> ends = new ArrayList<>(List.of(one.await(), two.await()));
            ends.sort((a, b) -> a.status() - b.status());
            ends.get(0).exits(0);
            // The second one may have come when all was done.
            assertThat(ends.get(1).status()).as(ends.get(1)::toString).isIn(0, 3);
            if (ends.get(1).status() == 3) {
                ends.get(1).inWords().complains("tmpfs");
            }
            for (int id = 0; id < 40; id++) {
                assertThat(lines("ran." + id)).as("task " + id).containsExactly("1");
                assertThat(dir.resolve("ran." + id).toFile().delete()).isTrue();
            }
            assertThat(work("tasks.txt").isSound().finished()).hasSize(40);
            assertThat(lines("twice")).isEmpty();
            assertThat(work("tasks.txt")
                            .root()
                            .toFile()
                            .renameTo(dir.resolve("done." + round).toFile()))
                    .isTrue();
        }
    }

    private Farmer withOwnScratch(Path scratch) {
        assertThat(Files.isDirectory(scratch)).isTrue();
        return taskfarmer("--proc", "2", "tasks.txt")
                .with("SCRATCH", scratch.toString())
                .through("unshare", "-m", "--pid", "--fork", "--kill-child", "--mount-proc")
                .script("mount -t tmpfs none scratch && \"$@\"")
                .start();
    }
}
