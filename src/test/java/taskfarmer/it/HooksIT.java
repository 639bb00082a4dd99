package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Commands that are run when something has happened. */
class HooksIT extends FarmTest {
    private static final String FINISH = "echo $TASKFARMER_EVENT $TASKFARMER_EXIT_STATUS $TASKFARMER_TOTAL"
            + " $TASKFARMER_FINISHED $TASKFARMER_FAILED $TASKFARMER_CANCELLED $TASKFARMER_LEFT \"$TASKFARMER_REASON\""
            + " $TASKFARMER_LIST >> finish";

    @Test
    void tellOfEachFailureAndOfTheEnd() {
        list("tasks.txt", "true", "echo why; exit 3", "kill -9 $$");
        String failure = "echo $TASKFARMER_TASK_ID $TASKFARMER_ATTEMPT $TASKFARMER_EXIT_STATUS \"$TASKFARMER_COMMAND\""
                + " $(tail -n 1 \"$TASKFARMER_LOG\") >> failures";
        run("--proc", "1", "--on-failure", failure, "--on-finish", FINISH, "tasks.txt")
                .exits(1)
                .withoutComplaint();
        assertThat(lines("failures")).containsExactly("1 1 3 echo why; exit 3 why", "2 1 137 kill -9 $$");
        assertThat(lines("finish")).containsExactly("finish 1 3 1 2 0 0  tasks.txt");
    }

    @Test
    void tellOfTheEndOnceOfSeveralFarmers() {
        list("tasks.txt", 20, "sleep 0.1");
        List<Farmer> farmers = List.of(
                start("--proc", "2", "--on-finish", FINISH, "tasks.txt"),
                start("--proc", "2", "--on-finish", FINISH, "tasks.txt"),
                start("--proc", "2", "--on-finish", FINISH, "tasks.txt"));
        farmers.forEach(farmer -> farmer.await().exits(0));
        assertThat(lines("finish")).containsExactly("finish 0 20 20 0 0 0  tasks.txt");
    }

    @Test
    void tellOfAStop() {
        list("tasks.txt", "sleep 1000", "true");
        Farmer farmer = start("--proc", "1", "--on-finish", FINISH, "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 1);
        farmer.signal("USR1").await().exits(75);
        assertThat(lines("finish")).containsExactly("finish 75 2 0 0 0 2 SIGUSR1 tasks.txt");
    }

    @Test
    void thatFailChangeNothingAndAreTold() {
        list("tasks.txt", "false");
        run("--on-failure", "exit 7", "--on-finish", "no-such-program", "tasks.txt")
                .exits(1)
                .complains("--on-failure ended with exit status 7", "--on-finish ended with exit status 127");
    }

    @Test
    void canStartTheNextFarm() {
        list("first.txt", "true");
        list("second.txt", "true", "true");
        String next = String.join(" ", "'" + Start.java() + "'", "-jar", "'" + Start.jar() + "'", "second.txt");
        run("--on-finish", next, "first.txt").exits(0).withoutComplaint();
        assertThat(work("second.txt").finished()).hasSize(2);
    }
}
