package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code taskfarmer doctor}, as a user starts it. */
class DoctorIT extends FarmTest {
    @Test
    void findsAGoodDirectoryGood() {
        Ended ended = run("doctor").exits(0).withoutComplaint();
        ended.says("ok    Java ", "ok    bash ", "ok    locks exclude", "a farm can run here", dir.toString());
        assertThat(ended.stdout()).doesNotContain("FAIL");
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void knowsWhereTheLocksOfAFarmLie() throws IOException {
        list("tasks.txt", "true");
        Path scratch = Files.createDirectory(root().resolve("scratch"));
        taskfarmer("tasks.txt").with("SCRATCH", scratch.toString()).run().exits(0);
        run("doctor", "tasks.txt").exits(0).says("a farm was begun here; its locks are in " + scratch);
        run("doctor", "tasks.txt_workdir").exits(0).says("its locks are in " + scratch);
        taskfarmer("doctor", "new.txt_workdir")
                .with("SCRATCH", scratch.toString())
                .run()
                .exits(0)
                .says("locks exclude another process of this node in " + scratch);
        assertThat(dir.resolve("new.txt_workdir")).doesNotExist();
        work("tasks.txt").isSound();
    }

    @Test
    void failsWhereScratchIsNone() {
        taskfarmer("doctor")
                .with("SCRATCH", "/no/such/directory")
                .run()
                .exits(3)
                .says("FAIL  SCRATCH is set to /no/such/directory", "Correct SCRATCH", "1 failure");
    }

    @Test
    void warnsOfADiskOfOneNodeInAJobOfSeveral() {
        Path memory = Path.of("/dev/shm");
        if (Files.isDirectory(memory)) {
            taskfarmer("doctor")
                    .with("SCRATCH", memory.toString())
                    .with("SLURM_JOB_NUM_NODES", "2")
                    .run()
                    .exits(0)
                    .says("warn  locks in /dev/shm: tmpfs", "while the job has 2 nodes", "Set SCRATCH");
        }
    }

    @Test
    void provesThatTwoProcessesExcludeEachOther() {
        Farmer one = start("doctor", "--shared", "work");
        Farmer two = start("doctor", "--shared", "work");
        for (Ended ended : new Ended[] {one.await(), two.await()}) {
            ended.exits(0).withoutComplaint();
            ended.says("2 participants", "the others were refused", "none lost", "all took part");
            ended.says("(pid " + one.pid() + ")", "(pid " + two.pid() + ")");
        }
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void meetsAfterACrash() {
        Farmer crashed = start("doctor", "--shared");
        until(() -> crashed.stdout().contains("waiting for 2 participants"));
        crashed.signal("KILL").await().exits(137);
        assertThat(dir).isNotEmptyDirectory();
        Farmer one = start("doctor", "--shared");
        Farmer two = start("doctor", "--shared");
        one.await().exits(0).says("none lost");
        two.await().exits(0).says("none lost");
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void givesUpAlone() {
        run("doctor", "--shared", "--wait", "1s")
                .exits(3)
                .says("waiting for 2 participants", "FAIL  only 1 of 2 participants came within 1 s", "srun -N2");
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void endsWhenItIsTold() {
        Farmer alone = start("doctor", "--shared");
        until(() -> alone.stdout().contains("waiting for 2 participants"));
        alone.signal("INT").await().exits(75);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void refusesBadUsage() {
        run("doctor", "one", "two").exits(2).inWords().complains("'two'");
        run("doctor", "--nodes", "3").exits(2).inWords().complains("--shared");
        run("doctor", "--shared", "--nodes", "1").exits(2).inWords().complains("--nodes");
        run("doctor", "--shared", "--wait", "soon").exits(2).inWords().complains("--wait");
        run("doctor", "--proc", "0").exits(2).inWords().complains("--proc");
        run("doctor", "--sharde").exits(2).inWords().complains("--shared");
        run("doctor", "").exits(2).inWords().complains("empty");
    }
}
