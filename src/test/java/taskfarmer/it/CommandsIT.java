package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command does what {@code bash -c} makes of it, byte for byte, and nothing of it is seen by the next one. */
class CommandsIT extends FarmTest {
    /** Commands of every kind; each is also run by bash itself, and the two must agree. */
    private static final String[] COMMANDS = {
        "echo plain words",
        "echo \"double  quotes\" 'single  quotes' back\\ slash \\\\ \\$HOME $'a\\tb'",
        "echo '$HOME' \"$((6 * 7))\" `echo old` $(echo new) ${BASH_VERSINFO[0]:+bash}",
        "exit 3",
        "(exit 4)",
        "false",
        "true",
        "/bin/true",
        "/bin/false",
        "! true",
        "cd / && pwd",
        "pwd | sed 's:.*/::'",
        "cat <<< 'a here-string'",
        "cat <<< \"$(printf 'two\\nlines')\"",
        "echo to-stderr >&2; echo to-stdout",
        "sleep 0.1 & wait; echo waited",
        "sleep 0.1 & wait $!; echo $?",
        "for i in 1 2 3; do echo $i; done; while read -r x; do echo $x; done < /etc/hostname | wc -l",
        "[[ abc == a* && 10 -gt 9 ]] && echo matches",
        "a=(x y z); echo ${a[1]} ${#a[@]} ${a[@]: -1}",
        "f() { echo \"$1\" in a function; return 7; }; f arg",
        "echo {a,b}{1,2}; echo ~ | wc -l; echo /etc/host?ame",
        "x=1 y=2; echo $x$y; unset x; echo ${x-unset}",
        "set -e; false; echo not reached",
        "set -o pipefail; false | true",
        "cat; echo \"read $?\"",
        "read -r line; echo \"status $? line '$line'\"",
        "if [ -t 0 ]; then echo terminal; else readlink /proc/self/fd/0; fi",
        "no-such-command-anywhere",
        "./no-such-file",
        "/etc/hostname",
        "/etc",
        "kill -9 $$",
        "kill -TERM $$",
        "kill -USR1 $$",
        "kill -PIPE $$",
        "trap 'echo trapped' EXIT; exit 5",
        "trap 'echo got it; exit 6' TERM; kill -TERM $$",
        "exec sh -c 'exit 9'",
        "exec 1>&2; echo redirected",
        "$(exit 8)",
        "syntax error (",
        "echo 'unterminated",
        "#nothing but a comment? no: ",
        "echo a # a comment",
        "# a=1",
        ":",
        "echo -n",
        "echo -e 'x\\ny'",
        "type -t echo; echo $0; echo $#",
        "test -n \"$BASH_EXECUTION_STRING\" && echo has-execution-string",
        "echo \"$PROC_NUMBER\" | wc -l",
        "env | grep -c '^PROC_NUMBER='",
        "echo $SHLVL | grep -c .",
        "ulimit -c",
        "umask",
        "trap",
        "jobs",
        "alias; shopt expand_aliases",
        "set | grep -c ^BASHPID",
        "echo $-",
        "seq 1 20000 | tail -n 1",
        "yes | head -n 1",
        "head -c 70000 /dev/zero | wc -c",
        "printf '%s\\n' \"$@\" x",
        "coproc cat; kill $!; echo coproc",
        "time -p true",
        "echo ${UID:+uid} $((RANDOM >= 0)) ${PPID:+ppid}",
        "diff <(echo a) <(echo b)",
        "echo a > /dev/full",
        "ls /proc/self/fd | wc -l",
        "ls -l --time-style=+ /proc/self/fd/1 | wc -l",
        "LC_ALL=C sort --version | head -n 1",
        "%1",
        "a=b",
        "PATH=/nowhere ls",
        "command -v ls",
        "ls /nowhere",
        "sh script-without-interpreter",
        "./script-without-interpreter x",
        "./script-with-interpreter x",
        "./not-executable",
        "./empty-script",
        "env -u PATH /bin/true",
        "nice -n 5 sh -c 'exit 2'",
        "timeout 0.1 sleep 5",
        "=x",
        "x=y=z /bin/true",
        "-n",
        "~/tilde",
        "{ echo group; }",
        "echo a;; echo b",
        "&& echo b",
        "(echo sub; exit 11)",
        "\ttabs\tin\tfront",
        "printf\t%s\\\\n\ttabs",
        "/bin/echo a  b   c",
        "/bin/echo a@b c=d e+f g%h i,j k:l m/n",
        "echo %s",
    };

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void areRunAsBashRunsThem(int slots) throws Exception {
        makePrograms();
        List<String> commands = new ArrayList<>();
        for (String command : COMMANDS) {
            String stripped = command.strip();
            if (!stripped.startsWith("#")) {
                commands.add(stripped);
            }
        }
        list("tasks.txt", commands.toArray(String[]::new));
        run("--proc", Integer.toString(slots), "tasks.txt").exits(1);
        Work work = work("tasks.txt").isSound();
        for (int id = 0; id < commands.size(); id++) {
            String command = commands.get(id);
            String wanted = "status " + byBash(command, id);
            String found = "status " + statusOf(work, id) + "\n" + work.log(id);
            assertThat(found).as(command).isEqualTo(wanted);
        }
    }

    /** One slot, so that each task comes after the other in the same place. */
    @Test
    void leaveNothingBehindForTheNextOne() {
        String look =
                "pwd; umask; ulimit -n; trap; echo ${LEAK-none} ${PROC_NUMBER:+number} $-; type leak; cat; echo $? $!";
        String[] spoilers = {
            "LEAK=1; export LEAK",
            "cd /",
            "umask 077; ulimit -n 50; ulimit -t 1",
            "trap 'echo leaked' EXIT TERM; true",
            "leak() { echo leaked; }; export -f leak",
            "set -eu; shopt -s extglob",
            "exec > /dev/null 2>&1 < /etc/hostname",
            "exec 3> open-file 1>&3",
            "exit 3",
            "kill -9 $$",
            "kill -9 $PPID; sleep 5",
            "kill -9 0",
            "(sleep 0.1; kill -CONT $$) & kill -STOP $$",
            "kill -TERM 0",
            "trap '' TERM INT HUP; kill -TERM 0",
            "sleep 0.1 & disown",
            "unset PATH HOME",
            "hash -r; alias ls=false",
            "echo -n unfinished line",
            "cat /dev/urandom | head -c 1000",
            "printf '=%s\\n' $$ 0 1",
            "exec 1>&-; exec 2>&-; exec 0<&-",
            "renice -n 3 $$ > /dev/null",
            "IFS=/; PS4=x; set -x",
            "echo leaked > $TASKFARMER_WORKDIR/logs/log_$((TASKFARMER_TASK_ID + 1))",
        };
        List<String> commands = new ArrayList<>(List.of(look));
        for (String spoiler : spoilers) {
            commands.add(spoiler);
            commands.add(look);
        }
        list("tasks.txt", commands.toArray(String[]::new));
        run("--proc", "1", "tasks.txt").exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(work.log(0)).contains(dir.toString(), "none number");
        for (int id = 2; id < commands.size(); id += 2) {
            assertThat(work.log(id)).as("after " + commands.get(id - 1)).isEqualTo(work.log(0));
        }
        assertThat(work.failed()).containsKeys(17, 19, 21, 23);
    }

    @Test
    void haveTheirShellsProcessIdForThemselves() {
        list("tasks.txt", 6, "echo $$ $BASHPID; [ $$ = $BASHPID ]");
        run("--proc", "1", "tasks.txt").exits(0);
        assertThat(List.of(0, 1, 2, 3, 4, 5))
                .extracting(id -> work("tasks.txt").log(id))
                .doesNotHaveDuplicates();
    }

    @Test
    void knowWhatTheyAre() throws IOException {
        list("tasks.txt", 6, "env | grep -E '^(TASKFARMER_|PROC_NUMBER|WM_PROCESS)' | sort");
        run("--proc", "2", "tasks.txt").exits(0);
        Path workdir = work("tasks.txt").root().toRealPath();
        for (int id = 0; id < 6; id++) {
            List<String> lines = work("tasks.txt").log(id).lines().toList();
            assertThat(lines).contains("PROC_NUMBER=" + id, "TASKFARMER_TASK_ID=" + id, "TASKFARMER_ATTEMPT=1");
            assertThat(lines).contains("TASKFARMER_WORKDIR=" + workdir);
            assertThat(lines).containsAnyOf("TASKFARMER_SLOT=0", "TASKFARMER_SLOT=1");
            String slot = lines.contains("TASKFARMER_SLOT=0") ? "0" : "1";
            assertThat(lines).contains("WM_PROCESS_ID=" + slot, "WM_PROCESS_INDEX=" + slot);
        }
    }

    @Test
    void seeTheEnvironmentOfTheUser() {
        list("tasks.txt", "echo \"$GREETING\" $LC_ALL", "greet", "greet you", "printenv GREETING", "/bin/echo x");
        run("tasks.txt");
        taskfarmer("-w", "w", "tasks.txt")
                .with("GREETING", "it's \"me\"\n  $HOME \\ `x`")
                .with("BASH_FUNC_greet%%", "() { echo \"function $1\"; }")
                .with("BASH_FUNC_echo%%", "() { builtin echo mine \"$@\"; }")
                .with("ODD-NAME", "odd")
                .run()
                .exits(0);
        Work work = new Work(dir.resolve("w")).isSound();
        assertThat(work.log(0)).isEqualTo("mine it's \"me\"\n  $HOME \\ `x` C.UTF-8\n");
        assertThat(work.log(1)).isEqualTo("mine function \n");
        assertThat(work.log(2)).isEqualTo("mine function you\n");
        assertThat(work.log(3)).isEqualTo("it's \"me\"\n  $HOME \\ `x`\n");
        assertThat(work.log(4)).isEqualTo("x\n");
    }

    @Test
    void areNotDisturbedByStartUpFiles() {
        Path spoiler = write("spoiler.sh", "echo spoiler\n");
        list("tasks.txt", "echo a", "/bin/echo b");
        taskfarmer("tasks.txt")
                .with("ENV", spoiler.toString())
                .with("BASH_ENV", spoiler.toString())
                .run()
                .exits(0);
        // BASH_ENV is bash's own way, and the user's wish; it is read once, by the task's bash.
        assertThat(work("tasks.txt").log(0)).isEqualTo("spoiler\na\n");
        assertThat(work("tasks.txt").log(1)).isIn("b\n", "spoiler\nb\n");
    }

    @Test
    void haveEveryByteReachTheirProcess() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        text.writeBytes("printf %s '".getBytes(StandardCharsets.US_ASCII));
        for (int b = 1; b < 256; b++) {
            if (b != '\n' && b != '\'') {
                text.write(b);
                expected.write(b);
            }
        }
        text.writeBytes("'\n".getBytes(StandardCharsets.US_ASCII));
        byte[] plain = text.toByteArray();
        write(dir.resolve("tasks.txt"), plain);
        for (String locale : new String[] {"C", "C.UTF-8", "POSIX"}) {
            taskfarmer("-w", "w-" + locale, "tasks.txt")
                    .with("LC_ALL", locale)
                    .run()
                    .exits(0);
            Work work = new Work(dir.resolve("w-" + locale)).isSound();
            assertThat(Files.readAllBytes(work.file("logs/log_0"))).isEqualTo(expected.toByteArray());
            String command = new String(plain, StandardCharsets.ISO_8859_1).strip();
            assertThat(work.finished()).containsEntry(0, command);
        }
    }

    @Test
    void areRefusedByTheKernelWhenTheyAreTooLong() {
        String longest = "x".repeat(131_071 - ": ".length());
        list("tasks.txt", "echo before", ": " + longest, ": x" + longest, "echo " + "y".repeat(300_000), "echo after");
        run("tasks.txt").exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(work.finished()).containsOnlyKeys(0, 1, 4);
        assertThat(work.log(1)).isEmpty();
        assertThat(work.log(2))
                .contains("131072 bytes", "131071", "script file")
                .hasLineCount(1);
        assertThat(work.log(3)).contains("300005 bytes").hasLineCount(1);
        assertThat(work.attempts())
                .filteredOn(attempt -> attempt.number(".id") == 2)
                .extracting(attempt -> attempt.number(".exit"))
                .containsExactly(126);
    }

    @Test
    void endWhenTheirOwnProcessEnds() {
        list("tasks.txt", "sleep 1000 & echo started; disown", "true");
        Ended end = run("--proc", "1", "tasks.txt").exits(0);
        assertThat(end.took().toSeconds()).isLessThan(10);
        assertNoProcesses(); // what a task leaves running does not outlive the farmer
        work("tasks.txt").isSound();
    }

    @Test
    void keepTheLogsOfEarlierAttempts() {
        list("tasks.txt", "echo attempt $TASKFARMER_ATTEMPT; [ $TASKFARMER_ATTEMPT = 3 ] || sleep 1000");
        for (int i = 0; i < 2; i++) {
            Farmer farmer = start("tasks.txt");
            awaitProcesses("sleep 1000", 1);
            farmer.signal("TERM").await().exits(75);
        }
        run("tasks.txt").exits(0);
        Work work = work("tasks.txt").isSound();
        assertThat(read(work.file("logs/log_0.1"))).isEqualTo("attempt 1\n");
        assertThat(read(work.file("logs/log_0.2"))).isEqualTo("attempt 2\n");
        assertThat(work.log(0)).isEqualTo("attempt 3\n");
        assertThat(work.attempts()).extracting(Work.Event::attempt).containsExactly("0.1", "0.2", "0.3");
    }

    @Test
    void canBeWrittenForAnotherShell() {
        list("tasks.txt", "echo $0", "/bin/echo x");
        run("--shell", "dash", "tasks.txt").exits(0);
        assertThat(work("tasks.txt").log(0)).isEqualTo("dash\n");
    }

    private void makePrograms() {
        program(dir.resolve("script-without-interpreter"), "echo \"${BASH_VERSION:+bash} $*\"; [[ a == a ]]\n");
        program(dir.resolve("script-with-interpreter"), "#!/bin/sh\necho \"$0 $*\"; exit 12\n");
        program(dir.resolve("empty-script"), "");
        write("not-executable", "echo no\n");
    }

    private static int statusOf(Work work, int id) {
        Map<String, String> fields = work.attempts().stream()
                .map(Work.Event::fields)
                .filter(event -> event.get(".id").equals(Integer.toString(id)))
                .findFirst()
                .orElseThrow();
        if (fields.containsKey(".exit")) {
            return Integer.parseInt(fields.get(".exit"));
        }
        return 128
                + List.of(
                                "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
                                "USR2", "PIPE", "ALRM", "TERM")
                        .indexOf(fields.get(".signal"));
    }

    /** Returns the exit status and the output of {@code bash -c COMMAND}, started as tasks are. */
    private String byBash(String command, int id) throws Exception {
        Path log = dir.resolve("bash-log");
        ProcessBuilder builder = new ProcessBuilder("setsid", "-w", "bash", "-c", "--", command);
        builder.directory(dir.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PATH", System.getenv("PATH"), "HOME", home.toString(), "LC_ALL", "C.UTF-8"));
        builder.environment().put("PROC_NUMBER", Integer.toString(id));
        Process process = builder.redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log.toFile())
                .start();
        int status = process.waitFor();
        return status + "\n" + new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }
}
