package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that take their farmer with them, farmers that stay for others, and what they may be told about it. */
class DyingIT extends FarmTest {
    private static final String SELF = "f=${TASKFARMER_FARMER%.*}; f=${f##*.}; ";

    private static String killer(int id, String delay) {
        return "echo " + id + " >> ran; " + SELF + "sleep " + delay + "; kill -9 $f; sleep 1000";
    }

    private static String neighbour(int id, String seconds) {
        return "echo " + id + " >> ran; sleep " + seconds;
    }

    private int executions(int id) {
        return (int) lines("ran").stream().filter(line -> line.equals("" + id)).count();
    }

    /** Starts a farmer again and again, as a batch system does that requeues a job, until one is not killed. */
    private Ended runUntilItSurvives(int most, String... args) {
        Ended end = run(args);
        for (int deaths = 1; end.status() == 137; deaths++) {
            assertThat(deaths).as("deaths").isLessThanOrEqualTo(most);
            end = run(args);
        }
        return end;
    }

    private Set<Integer> givenUp() {
        return new TreeSet<>(work("tasks.txt").failed().keySet());
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 3", "4, 17, 3", "4, 29, 3", "4, 15, 5", "1, 15, 1"})
    void aTaskThatKillsItsFarmerIsGivenUp(int slots, int position, int maxLosses) {
        List<String> commands = new ArrayList<>();
        for (int id = 0; id < 30; id++) {
            commands.add(id == position ? killer(id, "0.0" + id % 3) : neighbour(id, id % 4 == 0 ? "0.15" : "0"));
        }
        list("tasks.txt", commands.toArray(String[]::new));
        String[] args = {"--proc", "" + slots, "--max-losses", "" + maxLosses, "tasks.txt"};
        Ended end = runUntilItSurvives(maxLosses, args).exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(givenUp()).as(end::toString).containsExactly(position);
        assertThat(work.entries("fail")).containsExactly("fail lost " + position);
        assertThat(executions(position)).isEqualTo(maxLosses);
        assertThat(work.finished()).hasSize(29);
        end.complains("task " + position + " failed: lost " + maxLosses + (maxLosses == 1 ? " time " : " times "));
    }

    /** Others that ran at the same time have been lost as often as the first killer when the second one has its turn. */
    @ParameterizedTest
    @ValueSource(ints = {4, 2})
    void twoKillersInOneListTakeNobodyWithThem(int slots) {
        list(
                "tasks.txt",
                killer(0, "0.2"),
                neighbour(1, "0.4"),
                neighbour(2, "0.4"),
                neighbour(3, "0.4"),
                killer(4, "0.2"),
                neighbour(5, "0.4"),
                neighbour(6, "0.4"));
        Ended end = runUntilItSurvives(6, "--proc", "" + slots, "tasks.txt").exits(1);
        assertThat(givenUp()).as(end::toString).containsExactly(0, 4);
        assertThat(executions(0)).isEqualTo(3);
        assertThat(executions(4)).isEqualTo(3);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(5);
    }

    /** Of two that kill at the same time, each is blamed for the loss: both have had their three chances. */
    @Test
    void aListOfKillersOnlyComesToAnEnd() {
        list("tasks.txt", killer(0, "0"), killer(1, "0"), killer(2, "0"));
        runUntilItSurvives(9, "--proc", "3", "tasks.txt").exits(1);
        assertThat(work("tasks.txt").isSound().failed()).hasSize(3);
        for (int id = 0; id < 3; id++) {
            assertThat(executions(id)).isBetween(1, 3);
        }
    }

    /** With one loss everything that runs is given up; but not what has ended. */
    @Test
    void whatHasEndedIsNotLost() {
        list("tasks.txt", "echo >> ended", "until [ -s ended ]; do sleep 0.02; done; " + killer(1, "0.3"));
        runUntilItSurvives(1, "--proc", "2", "--max-losses", "1", "tasks.txt").exits(1);
        assertThat(work("tasks.txt").isSound().finished()).containsOnlyKeys(0);
        assertThat(givenUp()).containsExactly(1);
    }

    /** The reaper is gone as well, and who finds them dead is of another job: two elements of an array on one node. */
    @Test
    void theTasksOfAnotherJobAreEndedBeforeTheyStartAgain() {
        list(
                "tasks.txt",
                "exec 9> alive; flock -n 9 || echo >> twice; [ $TASKFARMER_ATTEMPT -gt 1 ] || { trap '' TERM; sleep 1000; }");
        Farmer victim = taskfarmer("tasks.txt").with("SLURM_JOB_ID", "101").start();
        awaitProcesses("sleep 1000", 1);
        Farmer heir =
                taskfarmer("--linger", "tasks.txt").with("SLURM_JOB_ID", "102").start();
        until(() -> work("tasks.txt").entries("join").size() == 2);
        victim.signal("STOP"); // or else it starts another reaper
        Processes.signal("KILL", Processes.reapersOf(victim.pid()));
        victim.signal("KILL").await().exits(137);
        heir.await().exits(0).complains("is gone: its task goes back");
        assertThat(lines("twice")).isEmpty();
        assertThat(work("tasks.txt").isSound().finished()).hasSize(1);
    }

    @Test
    void whatHasForgottenItsJobIsEndedToo() {
        list("tasks.txt", "(env -u SLURM_JOB_ID setsid sleep 1001 &); sleep 1000");
        Farmer victim = taskfarmer("tasks.txt").with("SLURM_JOB_ID", "7").start();
        awaitProcesses("sleep 1000", 1);
        awaitProcesses("sleep 1001", 1);
        victim.signal("KILL").await().exits(137);
        awaitNoProcesses(Duration.ofSeconds(10));
    }

    @Test
    void staysIfItLingersAndTakesOverWhatADeadFarmerHeld() {
        list("tasks.txt", 2, "echo # >> ran; [ $TASKFARMER_ATTEMPT -gt 1 ] || sleep 1000");
        Farmer victim = start("--proc", "2", "tasks.txt");
        awaitProcesses("sleep 1000", 2);
        Ended passing = run("--proc", "2", "tasks.txt").exits(0);
        passing.says("2 tasks are with other farmers");
        Farmer heir = start("--proc", "2", "--linger", "tasks.txt");
        until(() -> heir.stderr().contains("2 tasks are with other farmers, staying until all are recorded"));
        assertThat(heir.isAlive()).isTrue();
        victim.signal("KILL").await().exits(137);
        heir.await().exits(0).complains("is gone: its 2 tasks go back");
        assertThat(work("tasks.txt").isSound().finished()).hasSize(2);
    }

    @Test
    void leavesAtOnceIfItLingersAndAllIsDone() {
        list("tasks.txt", 3, "true");
        Farmer first = start("--linger", "tasks.txt");
        first.await().exits(0).withoutComplaint();
        Ended late = run("--linger", "tasks.txt")
                .exits(0)
                .says("nothing was left to do")
                .withoutComplaint();
        assertThat(late.took()).isLessThan(Duration.ofSeconds(3)); // one on a machine that has nothing else to do
        assertThat(work("tasks.txt").isSound().finished()).hasSize(3);
    }

    /** Those who linger for each other all leave when the last task is recorded. */
    @Test
    void severalThatLingerLeaveTogether() {
        list("tasks.txt", 5, "[ # != 4 ] || until [ -e go ]; do sleep 0.02; done");
        List<Farmer> farmers = List.of(start("--linger", "tasks.txt"), start("--linger", "tasks.txt"));
        until(() -> farmers.stream().anyMatch(farmer -> farmer.stderr().contains("staying until all are recorded")));
        write("go", "");
        farmers.forEach(farmer -> farmer.await().exits(0));
        assertThat(work("tasks.txt").isSound().finished()).hasSize(5);
    }

    @Test
    void refusesTimesThatDoNotGoTogether() {
        list("tasks.txt", "echo >> ran");
        Map<String, String> bad = Map.of(
                "--heartbeat 10 --dead-after 20", "Make --dead-after at least three times --heartbeat",
                "--dead-after 1", "--dead-after: '1' is too short",
                "--heartbeat 0.01", "--heartbeat: '0.01' is too short",
                "--max-losses 0", "--max-losses: '0' is not a number of losses",
                "--max-losses many", "--max-losses: 'many' is not a number of losses");
        bad.forEach((options, problem) -> {
            List<String> args = new ArrayList<>(List.of(options.split(" ")));
            args.add("tasks.txt");
            run(args.toArray(String[]::new)).exits(2).inWords().complains(problem);
        });
        assertThat(lines("ran")).isEmpty();
        assertThat(work("tasks.txt").root()).doesNotExist();
    }
}
