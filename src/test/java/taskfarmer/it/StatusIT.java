package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskfarmer.store.FakeList;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Ids;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;

/** How a farm stands, told by {@code status} and {@code farms}, while it runs and after. */
class StatusIT extends FarmTest {
    private static final String WAIT = "while [ ! -e go ]; do sleep 0.05; done";

    /** Returns all values of a JSON text with their paths. */
    private static List<String> values(String json) {
        List<String> values = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json.getBytes(StandardCharsets.UTF_8))) {
            while (parser.nextToken() != null) {
                if (parser.currentToken().isScalarValue()) {
                    String path = parser.getParsingContext().pathAsPointer().toString();
                    String keys = path.replaceAll("/[0-9]+", "").substring(1).replace('/', '.');
                    values.add(keys + "=" + parser.getText());
                }
            }
        } catch (IOException e) {
            throw new AssertionError("not valid JSON: " + json, e);
        }
        return values;
    }

    private List<String> json() {
        return values(run("status", "tasks.txt", "--json").exits(0).stdout());
    }

    @Test
    void answersWhileFarmersAreAtWork() throws IOException {
        list("tasks.txt", "true", "echo no such file >&2; exit 3", WAIT, WAIT + " # é \u0001", WAIT, WAIT, "true");
        Farmer first = start("--proc", "2", "tasks.txt");
        // What it has claimed ahead of its slots goes back, and is the other one's.
        until(() -> work("tasks.txt").entries("start").size() == 2
                && !work("tasks.txt").entries("unclaim").isEmpty());
        Farmer second = start("--proc", "1", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 3);
        Ended text = run("status", "tasks.txt").exits(0).withoutComplaint();
        text.says("tasks.txt_workdir: running, 2 of 7 tasks ended, 1 failed");
        text.says("2 pending, 0 claimed, 3 running, 1 finished, 1 failed\n");
        text.says(", 2 farmers with 3 slots\n");
        text.says("(PID " + first.pid() + "): 2 of 2 slots busy, 1 finished, 1 failed, here for ");
        text.says("(PID " + second.pid() + "): 1 of 1 slot busy, 0 finished, 0 failed, here for ");
        text.says("  task 2 in slot ", "  task 3 in slot ", ": " + WAIT + " # é ?\n", ", heartbeat ");
        text.says("task 1 failed: exit status 3 on ", ", log tasks.txt_workdir/logs/log_1\n  no such file\n");
        text.says("taskfarmer logs tasks.txt --failed\n", "taskfarmer retry tasks.txt --failed\n");
        assertThat(json())
                .contains("state=running", "tasks.total=7", "tasks.pending=2", "tasks.running=3", "tasks.failed=1")
                .contains("farmers_present=2", "slots=3", "farmers.pid=" + first.pid(), "farmers.pid=" + second.pid())
                .contains("farmers.life=beating", "farmers.running.command=" + WAIT + " # é \u0001")
                .contains("farmers.running.log="
                        + work("tasks.txt").root().toRealPath().resolve("logs/log_4"))
                .contains("last_failures.exit_status=3", "last_failures.last_line=no such file");
        write("go", "");
        first.await().exits(1);
        second.await().exits(1);
        Ended after = run("status", "tasks.txt").exits(0);
        after.says("tasks.txt_workdir: done, 6 of 7 tasks finished, 1 failed\n", "2 farmers have left\n");
        assertThat(after.stdout()).doesNotContain("ETA", "to go on");
        assertThat(json()).contains("state=done", "eta_seconds=null", "farmers_left=2", "tasks.finished=6");
    }

    @Test
    void tellsHowToGoOn() {
        list("tasks.txt", 5, WAIT);
        Farmer farmer = start("--proc", "2", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        farmer.signal("TERM").await().exits(75);
        Ended stopped = run("status").exits(0);
        stopped.says("tasks.txt_workdir: stopped, 0 of 5 tasks ended\n", "5 pending, ", "2 attempts requeued\n");
        stopped.says("1 farmer has left", "to go on with the 5 tasks that are left, start a farmer");
        assertThat(json()).contains("state=stopped", "farmers_left=1", "requeues=2");
    }

    @Test
    void tellsHowToGoOnWithASingleTask() {
        list("tasks.txt", "true", WAIT);
        Farmer farmer = start("--proc", "2", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 1);
        farmer.signal("TERM").await().exits(75);
        run("status").exits(0).says("to go on with the 1 task that is left, start a farmer");
    }

    @Test
    void noticesThatAFarmerWasKilled() {
        list("tasks.txt", 5, WAIT);
        Farmer farmer = start("--proc", "2", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 2);
        farmer.signal("KILL").await();
        Ended killed = run("status").exits(0);
        killed.says("tasks.txt_workdir: nobody at work, 0 of 5 tasks ended, 1 farmer without a sign of life\n");
        killed.says("its process is gone, its tasks go back at the next start\n", "to go on with the 5 tasks");
        assertThat(json()).contains("state=nobody at work", "farmers.life=ended", "slots=0", "eta_seconds=null");
    }

    @Test
    void leavesOutWhatIsTooMuchForAScreen() {
        list("tasks.txt", 40, WAIT + "; : " + "x".repeat(200));
        Farmer farmer = start("--proc", "30", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 30);
        Ended text = run("status").exits(0).says("\n  ... and 18 more (--all shows them)\n");
        assertThat(text.stdout().lines().count()).isLessThan(24 + 1);
        assertThat(text.stdout()).doesNotContain("x".repeat(200));
        Ended all = run("status", "--all").exits(0).says("x".repeat(200));
        assertThat(all.stdout().lines().filter(line -> line.contains(" in slot ")))
                .hasSize(30);
        write("go", "");
        farmer.await().exits(0);
    }

    /** A pager reads as far as the screen goes, and on when somebody presses a key. */
    @Test
    void waitsForWhoeverReads() {
        list("tasks.txt", 40, WAIT + "; : " + "x".repeat(5000));
        Farmer farmer = start("--proc", "40", "tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 40);
        Ended slow = taskfarmer("status", "--all")
                .script("\"$@\" | { read -r first; sleep 3; tail -n 1; }")
                .run()
                .exits(0);
        slow.says("logs: tasks.txt_workdir/logs/log_ID\n");
        write("go", "");
        farmer.await().exits(0);
    }

    @Test
    void keepsTheBytesOfCommands() throws IOException {
        write(dir.resolve("tasks.txt"), ("echo '\u00ff\u00e9'; " + WAIT + "\n").getBytes(StandardCharsets.ISO_8859_1));
        Farmer farmer = start("tasks.txt");
        until(() -> work("tasks.txt").entries("start").size() == 1);
        Path out = dir.resolve("out");
        taskfarmer("status").with("LC_ALL", "C").script("\"$@\" > out").run().exits(0);
        assertThat(new String(bytes(out), StandardCharsets.ISO_8859_1)).contains("echo '\u00ff\u00e9'; while");
        assertThat(json()).contains("farmers.running.command=echo '\ufffd\ufffd'; " + WAIT);
        write("go", "");
        farmer.await().exits(0);
    }

    @Test
    void knowsFarmsWithoutTasks() {
        list("tasks.txt");
        run("tasks.txt").exits(0);
        run("status", "tasks.txt").exits(0).says("tasks.txt_workdir: done, no tasks\n");
        assertThat(json()).contains("state=done", "tasks.total=0");
    }

    @Test
    void refusesWhatIsNoFarm() throws IOException {
        run("status").exits(2).inWords().complains("no farm was named");
        run("status", "nothing").exits(2).inWords().complains("there is no task list and no work directory nothing");
        list("fresh.txt", "true");
        run("status", "fresh.txt").exits(2).inWords().complains("no farm was begun with the list fresh.txt");
        Files.createDirectory(dir.resolve("other"));
        run("status", "other").exits(2).inWords().complains("other is not a work directory: it has no farm/id");
        run("status", "--jsn").exits(2).inWords().complains("--jsn", "See taskfarmer status --help.");
        run("watch", "--interval", "x", "other").exits(2).inWords().complains("--interval: ");
        run("farms", "nothing").exits(2).inWords().complains("there is no directory 'nothing'");
        run("farms", ".", "..").exits(2).inWords().complains("one directory at a time");
    }

    @Test
    void refusesWhatItCannotTrust() throws IOException {
        list("tasks.txt", 3, "true");
        run("tasks.txt").exits(0);
        Path id = work("tasks.txt").file("farm/id");
        String before = read(id);
        Files.writeString(id, before.replace("taskfarmer 1", "taskfarmer 9"));
        run("status", "tasks.txt").exits(2).inWords().complains("format version '9'");
        Files.writeString(id, before);
        byte[] journal = bytes(work("tasks.txt").journal());
        journal[journal.length / 2] ^= 1;
        Files.write(work("tasks.txt").journal(), journal);
        run("status", "tasks.txt").exits(3).inWords().complains("is damaged at byte");
        run("status", "tasks.txt", "--json").exits(3).inWords().complains("is damaged at byte");
    }

    @Test
    void needsATerminalToWatchOn() {
        list("tasks.txt", "true");
        run("tasks.txt").exits(0);
        Ended refused = run("watch", "tasks.txt").exits(2).inWords();
        refused.complains("watch needs a terminal", "taskfarmer status tasks.txt");
        assertThat(refused.stdout()).isEmpty();
    }

    @Test
    void listsTheFarmsOfADirectory() throws IOException {
        run("farms").exits(0).says("no farms in ");
        assertThat(values(run("farms", "--json").exits(0).stdout())).isEmpty();
        list("a.txt", "true", "false");
        run("a.txt").exits(1);
        Files.createDirectories(dir.resolve("deep/er"));
        write("deep/er/b.txt", "true\n" + WAIT + "\n");
        Farmer farmer =
                taskfarmer("--proc", "1", "b.txt").in(dir.resolve("deep/er")).start();
        until(() -> work("deep/er/b.txt").entries("start").size() == 1);
        list("broken.txt", "true");
        run("broken.txt").exits(0);
        Files.writeString(work("broken.txt").file("farm/id"), "what?\n");
        List<String> lines =
                run("farms").exits(0).withoutComplaint().stdout().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).matches("a\\.txt_workdir +done +2/2 +1 +0  active 0:00:[0-9]+ ago");
        assertThat(lines.get(2)).startsWith("broken.txt_workdir ").contains("farm/id is damaged");
        assertThat(lines.get(3)).matches("deep/er/b\\.txt_workdir +running +1/2 +0 +1  ETA .*");
        assertThat(values(run("farms", "--json").exits(0).stdout()))
                .contains("state=done", "state=running", "tasks.failed=1")
                .anyMatch(value -> value.startsWith("problem=") && value.contains("farm/id is damaged"))
                .anyMatch(value -> value.equals("workdir=" + dir.resolve("a.txt_workdir")));
        assertThat(run("farms", "deep").exits(0).stdout().lines()).hasSize(2);
        write("deep/er/go", "");
        farmer.await().exits(0);
    }

    /** A generous bound: half a second is what it takes here. */
    @Test
    void isQuickWithAMillionTasks() throws IOException {
        int tasks = 1_000_000;
        Path root = dir.resolve("many_workdir");
        try (Store store = new TestStores(new FileStorage(), root).open()) {
            Ids held = TestStores.join(store, FakeList.ofSize(tasks), false, TestStores.joined(4), t -> t.claim(100));
            while (!held.isEmpty()) {
                int[] ids = held.toArray();
                held = store.transact(t -> {
                    for (int id : ids) {
                        t.ended(TestStores.ended(id, 1, 0));
                    }
                    return t.claim(100);
                });
            }
            store.leave(t -> null);
        }
        Ended status = run("status").exits(0).says("many_workdir: done, 1000000 of 1000000 tasks finished\n");
        assertThat(status.took()).isLessThan(Duration.ofSeconds(5));
    }
}
