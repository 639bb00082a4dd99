package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code kill -9}: no orphans, nothing lost, nothing recorded twice. */
class KillIT extends FarmTest {
    private static final int ROUNDS = 50;
    private static final Duration SHORTEST_LIFE = Duration.ofMillis(150);
    private static final Duration LONGEST_LIFE = Duration.ofMillis(850);

    @Test
    void leavesNoOrphansWhenTheFarmerIsKilled() {
        list(
                "tasks.txt",
                "[ -e go ] || sleep 1000",
                "[ -e go ] || { sleep 1000; true; }",
                "[ -e go ] || { trap '' TERM HUP INT; sleep 1000; sleep 1000; sleep 1000; }",
                "[ -e go ] || setsid sleep 1000",
                "[ -e go ] || { setsid sleep 1000 & wait; }",
                "[ -e go ] || (trap '' TERM; exec setsid bash -c 'sleep 1000; sleep 1000')",
                "[ -e go ] || timeout 1000 sleep 1000",
                "[ -e go ] || { echo $$ > unmarked; exec env -i sleep 1000; }");
        Farmer farmer = start("--proc", "8", "tasks.txt");
        awaitProcesses("sleep 1000", 7);
        until(() -> !lines("unmarked").isEmpty());
        long unmarked = Long.parseLong(lines("unmarked").get(0));
        until(() -> Processes.commandLine(unmarked).equals("sleep 1000"));

        farmer.signal("KILL").await().exits(137);
        awaitNoProcesses(ORPHANS_END);
        assertThat(Processes.commandLine(unmarked)).isEmpty();

        write("go", "");
        run("--proc", "8", "tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(8);
    }

    @Test
    void doesNotWaitForAFarmerWhoseTasksAreGone() {
        list("tasks.txt", 4, "[ -e go ] || sleep 1000");
        Farmer farmer = start("tasks.txt");
        awaitProcesses("sleep 1000", 4);
        farmer.signal("KILL").await();
        awaitNoProcesses(ORPHANS_END);
        write("go", "");
        Ended again = run("tasks.txt").exits(0);
        assertThat(again.took()).isLessThan(Duration.ofSeconds(3));
        work("tasks.txt").isSound();
    }

    /** Each task says if it runs while another attempt of it still does, which no restart may bring about. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void recordsEachTaskOnceHoweverOftenItIsKilled(int slots) throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("kill -9 at random, seed " + seed);
        Random random = new Random(seed);
        int tasks = 80 * slots;
        list(
                "tasks.txt",
                tasks,
                "exec 9> alive.#; flock -n 9 || echo # >> twice; echo # >> ran; sleep 0.0$((# % 8)); [ $((# % 7)) != 3 ]");
        int survived = 0;
        for (int round = 0; round < ROUNDS / 2; round++) {
            long life = random.nextLong(SHORTEST_LIFE.toMillis(), LONGEST_LIFE.toMillis());
            Farmer farmer = start("--proc", Integer.toString(slots), "--max-losses", "1000", "tasks.txt");
            Thread.sleep(life); // the moment is the point, there is no condition to wait for
            farmer.signal("KILL");
            survived += farmer.await().status() == 137 ? 0 : 1;
        }
        Ended last = run("--proc", Integer.toString(slots), "--max-losses", "1000", "tasks.txt")
                .exits(1);
        System.out.println("    " + survived + " of " + ROUNDS / 2 + " were done before they were killed; "
                + lines("ran").size() + " executions of " + tasks + " tasks");

        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).isEmpty();
        assertThat(work.finished()).hasSize(tasks - work.failed().size());
        assertThat(work.failed().keySet()).allMatch(id -> id % 7 == 3).hasSize((tasks + 3) / 7);
        assertThat(new HashSet<>(lines("ran"))).hasSize(tasks);
        assertThat(lines("twice")).as(last::toString).isEmpty();
    }

    @Test
    void goesOnWhenOneOfSeveralIsKilled() {
        list("tasks.txt", 300, "echo # >> ran; sleep 0.05");
        List<Farmer> farmers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            farmers.add(start("--proc", "4", "tasks.txt"));
        }
        until(() -> lines("ran").size() > 30);
        farmers.get(0).signal("KILL").await().exits(137);
        farmers.get(1).await().exits(0);
        farmers.get(2).await().exits(0);
        Work work = work("tasks.txt");
        if (!work.toprocess().isEmpty() || work.finished().size() < 300) {
            run("tasks.txt").exits(0); // both had left before the tasks of the dead one could be given back
        }
        assertThat(work.isSound().finished()).hasSize(300);
        assertThat(new HashSet<>(lines("ran"))).hasSize(300);
        // At most what the dead one was running, or had not recorded yet, was done again.
        assertThat(lines("ran").size()).isLessThanOrEqualTo(300 + 4 * 12);
    }

    @Test
    void doesNotLeaveBeforeTheTasksOfADeadFarmerAreDone() {
        list("tasks.txt", "if mkdir first; then sleep 1000; fi", "until [ -e go ]; do sleep 0.02; done");
        Farmer victim = start("--proc", "1", "tasks.txt");
        awaitProcesses("sleep 1000", 1);
        Farmer heir = start("--proc", "1", "tasks.txt");
        until(() -> processes("sleep 0.02").size() == 1);
        victim.signal("KILL");
        write("go", "");
        heir.await().exits(0).complains("is gone: its task goes back");
        victim.await().exits(137);
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).hasSize(2);
        assertThat(work.entries("gone")).hasSize(1);
    }
}
