package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A work directory or a machine that cannot be trusted: a message that says what, where, and what to do; exit status 3;
 * nothing is lost.
 */
class BadDaysIT extends FarmTest {
    @Test
    void theWorkDirectoryIsAFile() {
        list("tasks.txt", "true");
        Path file = write("tasks.txt_workdir", "mine\n");
        run("tasks.txt").exits(2).inWords().complains("tasks.txt_workdir is not a directory", "--workdir");
        assertThat(read(file)).isEqualTo("mine\n");
    }

    @Test
    void theWorkDirectoryHasNoParent() {
        list("tasks.txt", "true");
        run("-w", "no/such/place", "tasks.txt").exits(2).inWords().complains("no/such does not exist");
    }

    @Test
    void theWorkDirectoryIsReadOnly() {
        list("tasks.txt", "echo >> ran", "false");
        Path workdir = dir.resolve("tasks.txt_workdir");
        assertThat(workdir.toFile().mkdir()).isTrue();
        Users.chmod("555", workdir);
        Ended end = Users.ordinary(this, taskfarmer("tasks.txt")).run();
        end.exits(3).inWords().complains("tasks.txt_workdir", "ermission denied", "--workdir");
        assertThat(lines("ran")).isEmpty();
    }

    @Test
    void theFileSystemIsReadOnly() {
        Users.assumeMounts();
        list("tasks.txt", "echo >> ran", "false");
        run("tasks.txt").exits(1);
        Map<String, String> before = work("tasks.txt").contents();
        String readOnly = "mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\" && exec \"$@\"";
        for (String args : new String[] {"tasks.txt", "-w other tasks.txt"}) {
            taskfarmer(args.split(" "))
                    .through("unshare", "-m")
                    .script(readOnly)
                    .run()
                    .exits(3)
                    .inWords()
                    .complains("Read-only file system", "--workdir");
        }
        assertThat(work("tasks.txt").contents()).isEqualTo(before);
    }

    @Test
    void theWorkDirectoryIsWritableByEverybody() {
        list("tasks.txt", "echo >> ran");
        Path workdir = dir.resolve("tasks.txt_workdir");
        assertThat(workdir.toFile().mkdir()).isTrue();
        Users.chmod("777", workdir);
        run("tasks.txt")
                .exits(3)
                .inWords()
                .complains("every user", workdir.toString(), "chmod o-w", "--allow-writable-by-others");
        assertThat(lines("ran")).isEmpty();
        run("--allow-writable-by-others", "tasks.txt").exits(0);
    }

    @Test
    void theWorkDirectoryIsAnotherUsers() {
        list("tasks.txt", "echo >> ran");
        run("tasks.txt").exits(0);
        Map<String, String> before = work("tasks.txt").contents();
        Users.giveAway(work("tasks.txt").root());
        run("tasks.txt").exits(3).inWords().complains("tasks.txt_workdir belongs to another user", "--workdir");
        assertThat(work("tasks.txt").contents()).isEqualTo(before);
        assertThat(lines("ran")).hasSize(1);
    }

    @Test
    void scratchDoesNotExistOrIsAFile() {
        list("tasks.txt", "echo >> ran");
        taskfarmer("tasks.txt")
                .with("SCRATCH", "/no/such/scratch")
                .run()
                .exits(3)
                .inWords()
                .complains("SCRATCH is set to /no/such/scratch", "Correct SCRATCH, or unset it");
        String file = write("file", "").toString();
        taskfarmer("tasks.txt").with("SCRATCH", file).run().exits(3).inWords().complains("SCRATCH is set to " + file);
        assertThat(lines("ran")).isEmpty();
        taskfarmer("tasks.txt").with("SCRATCH", "").run().exits(0);
    }

    @Test
    void scratchIsNotWritable() throws IOException {
        list("tasks.txt", "echo >> ran");
        Path scratch = Files.createDirectory(dir.resolve("scratch"));
        Users.chmod("555", scratch);
        Users.ordinary(this, taskfarmer("tasks.txt").with("SCRATCH", scratch.toString()))
                .run()
                .exits(3)
                .inWords()
                .complains("SCRATCH is set to " + scratch, "not writable", "Correct SCRATCH, or unset it");
        assertThat(lines("ran")).isEmpty();
    }

    @Test
    void locksLieInScratchForGood() throws IOException {
        list("tasks.txt", "true", "[ -e go ] || sleep 1000");
        Path scratch = Files.createDirectory(dir.resolve("scratch"));
        Farmer farmer =
                taskfarmer("tasks.txt").with("SCRATCH", scratch.toString()).start();
        awaitProcesses("sleep 1000", 1);
        until(() -> work("tasks.txt").entries("end").size() == 1);
        Path own = scratch.resolve(".taskfarmer-" + Files.getAttribute(scratch, "unix:uid"));
        Path locks = own.resolve(work("tasks.txt").entries("farm").get(0).split(" ")[2]);
        assertThat(Users.permissions(own)).isEqualTo("rwx------");
        assertThat(Users.permissions(locks)).isEqualTo("rwx------");
        assertThat(locks.resolve("lock")).isRegularFile();
        assertThat(Users.permissions(locks.resolve("lock"))).isEqualTo("rw-------");
        assertThat(work("tasks.txt").file("farm/locks")).doesNotExist();

        // Another node, where SCRATCH is another directory, or none.
        assertThat(run("tasks.txt").exits(0).stdout()).contains("1 task is with other farmers");
        taskfarmer("tasks.txt").with("SCRATCH", home.toString()).run().exits(0);
        farmer.signal("TERM").await().exits(75);
        assertThat(work("tasks.txt").isSound().toprocess()).hasSize(1);
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void someoneElseHasBeenInScratchBefore() throws IOException {
        list("tasks.txt", "echo >> ran");
        Path scratch = Files.createDirectory(dir.resolve("scratch"));
        Path own = scratch.resolve(".taskfarmer-" + Files.getAttribute(scratch, "unix:uid"));
        Files.createSymbolicLink(own, Files.createDirectory(dir.resolve("elsewhere")));
        taskfarmer("tasks.txt")
                .with("SCRATCH", scratch.toString())
                .run()
                .exits(3)
                .inWords()
                .complains("lock directory " + own, "only you can write to");
        assertThat(dir.resolve("elsewhere")).isEmptyDirectory();
        assertThat(lines("ran")).isEmpty();
    }

    @Test
    void theLockFileIsDeletedWhileRunning() throws IOException {
        Farmer farmer = busyFarmer();
        Files.delete(work("tasks.txt").file("farm/locks/lock"));
        write("go", "");
        farmer.await().exits(3).inWords().complains("farm/locks/lock was deleted or replaced");
        assertNoProcesses();
        run("tasks.txt").exits(1);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(30);
    }

    @Test
    void theLockFileIsReplacedWhileRunning() throws IOException {
        Farmer farmer = busyFarmer();
        Path lock = work("tasks.txt").file("farm/locks/lock");
        Path copy = lock.resolveSibling("copy");
        write(copy, bytes(lock));
        Files.move(copy, lock, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        write("go", "");
        farmer.await().exits(3).inWords().complains("farm/locks/lock was deleted or replaced");
        assertNoProcesses();
        run("tasks.txt").exits(1);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(30);
    }

    /** A cleaning job removes it all: two farmers, who do not find each other any more, must not both go on. */
    @Test
    void theLockDirectoryIsDeletedWhileTwoAreRunning() throws IOException {
        list("tasks.txt", 40, "echo # >> ran; [ -e go ] || sleep 0.3");
        Farmer first = start("--proc", "2", "tasks.txt");
        until(() -> lines("ran").size() > 3);
        Farmer second = start("--proc", "2", "tasks.txt");
        until(() -> work("tasks.txt").entries("join").size() == 2);
        for (Path file : Files.list(work("tasks.txt").file("farm/locks")).toList()) {
            Files.delete(file);
        }
        Files.delete(work("tasks.txt").file("farm/locks"));
        first.await().exits(3).inWords();
        second.await().exits(3).inWords();
        assertNoProcesses();
        write("go", "");
        run("tasks.txt").exits(0);
        assertThat(work("tasks.txt").isSound().finished()).hasSize(40);
    }

    @Test
    void theWorkDirectoryVanishesWhileRunning() throws IOException {
        Farmer farmer = busyFarmer();
        Files.move(work("tasks.txt").root(), dir.resolve("moved"));
        write("go", "");
        farmer.await().exits(3).inWords();
        assertNoProcesses();
        Files.move(dir.resolve("moved"), work("tasks.txt").root());
        run("tasks.txt").exits(1);
        assertThat(work("tasks.txt").isSound().toprocess()).isEmpty();
    }

    /** The disk fills up, at another moment in each round; after space has been made, the same command goes on. */
    @Test
    void theDiskIsFull() {
        Users.assumeMounts();
        int tasks = 200;
        list(
                "tasks.txt",
                tasks,
                "[ # != 50 ] || [ -e \"$ROOM/full\" ] || cat /dev/zero > \"$ROOM/full\"; [ $((# % 9)) != 4 ]");
        Ended end = taskfarmer("--proc", "2", "-w", "room/work", "../tasks.txt")
                .in(dir)
                .within(Duration.ofSeconds(60))
                .script("""
                        shift 0
                        mkdir mount && exec unshare -m bash -c '
                        mount -t tmpfs -o size=400k none mount && cd mount && mkdir room && export ROOM=$PWD/room
                        "$@"; echo "first $?"
                        cp -r room/work ../full
                        rm room/full
                        "$@"; echo "second $?"
                        cp -r room/work ../space
                        ' bash "$@"
                        """)
                .run();
        end.says("first 3", "second 1").complains("No space left on device", "Make space");
        Work full = new Work(dir.resolve("full"));
        assertThat(full.entries("end").size()).isBetween(2, tasks - 1);
        Work space = new Work(dir.resolve("space")).isSound();
        assertThat(space.toprocess()).isEmpty();
        assertThat(space.failed().keySet()).allMatch(id -> id % 9 == 4).hasSize((tasks + 4) / 9);
        assertThat(space.finished()).hasSize(tasks - space.failed().size());
    }

    @Test
    void theWorkDirectoryIsOfANewerFormat() {
        list("tasks.txt", "echo >> ran");
        run("tasks.txt").exits(0);
        Path id = work("tasks.txt").file("farm/id");
        write(
                id,
                read(id).replace("taskfarmer 1\n", "taskfarmer 2\nnew thing\n").getBytes());
        Map<String, String> before = work("tasks.txt").contents();
        run("tasks.txt").exits(3).inWords().complains("format version '2'", id.toString(), "newer");
        assertThat(work("tasks.txt").contents()).isEqualTo(before);
    }

    @Test
    void theIdentityOfTheWorkDirectoryIsDamaged() {
        list("tasks.txt", "echo >> ran");
        run("tasks.txt").exits(0);
        Path id = work("tasks.txt").file("farm/id");
        byte[] journal = bytes(work("tasks.txt").journal());
        for (String text : new String[] {"", "taskfarmer 1\n", "garbage"}) {
            write(id, text.getBytes());
            run("tasks.txt").exits(3).inWords().complains(id.toString());
            assertThat(bytes(work("tasks.txt").journal())).isEqualTo(journal);
        }
    }

    @Test
    void theFrozenListIsDamaged() {
        list("tasks.txt", "echo one >> ran", "echo two >> ran");
        run("tasks.txt").exits(0);
        Path tasks = work("tasks.txt").file("farm/tasks");
        write(tasks, read(tasks).replace("two", "2wo").getBytes());
        Map<String, String> before = work("tasks.txt").contents();
        run("tasks.txt").exits(3).inWords().complains(tasks.toString(), "damaged");
        assertThat(work("tasks.txt").contents()).isEqualTo(before);
        assertThat(lines("ran")).hasSize(2);
    }

    @Test
    void viewsThatWereDeletedOrSpoiltAreWrittenAgain() throws IOException {
        list("tasks.txt", "true", "false", "true");
        run("tasks.txt").exits(1);
        Work work = work("tasks.txt");
        Map<String, String> before = work.contents();
        for (String name : new String[] {"finished", "failed", "toprocess", "timeline.json"}) {
            Files.delete(work.file(name));
        }
        run("tasks.txt").exits(1);
        work.isSound();
        write(work.file("timeline.json"), "[{\"half".getBytes());
        write(work.file("finished"), "0 tr".getBytes());
        run("tasks.txt").exits(1);
        work.isSound();
        assertThat(work.contents()).containsEntry("finished", before.get("finished"));
    }

    @Test
    void anotherProcessHoldsTheLock() throws Exception {
        list("tasks.txt", "echo >> ran");
        run("tasks.txt").exits(0);
        Path lock = work("tasks.txt").file("farm/locks/lock");
        try (var channel = java.nio.channels.FileChannel.open(lock, java.nio.file.StandardOpenOption.WRITE)) {
            try (var held = channel.lock()) {
                assertThat(held.isValid()).isTrue();
                run("--lock-timeout", "1s", "tasks.txt").exits(3).inWords().complains(lock.toString(), "fuser");
            }
        }
        run("--lock-timeout", "1s", "tasks.txt").exits(0);
    }

    private Farmer busyFarmer() {
        list("tasks.txt", 31, "[ # != 7 ] || exit 1; [ # -lt 10 ] || [ -e go ] || sleep 0.3");
        Farmer farmer = start("--proc", "2", "tasks.txt");
        until(() -> Files.exists(work("tasks.txt").file("finished"))
                && processes("sleep 0.3").size() == 2);
        return farmer;
    }
}
