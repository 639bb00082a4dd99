package taskfarmer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import taskfarmer.model.Command;
import taskfarmer.model.Invocation;

/** Slots with real shells of either kind. */
@Timeout(30)
class SlotShellTest {
    @TempDir
    private Path directory;

    static List<List<String>> coShells() {
        return Shelves.coShells();
    }

    private interface Use {
        void of(SlotShell slot) throws IOException;
    }

    private void with(List<String> coShell, Map<String, String> changes, Use use) throws IOException {
        Files.createDirectories(directory.resolve("logs"));
        try (Shelves shelves = new Shelves(coShell, directory, changes);
                SlotShell slot = new SlotShell(shelves.setting, 3)) {
            use.of(slot);
        }
    }

    private void with(List<String> coShell, Use use) throws IOException {
        with(coShell, Map.of(), use);
    }

    private static int run(SlotShell slot, String command) throws IOException {
        return run(slot, 7, command.getBytes(StandardCharsets.UTF_8));
    }

    private static int run(SlotShell slot, int task, byte[] command) throws IOException {
        SlotShell.End end = slot.start(Order.of(task, 2, new Invocation.Shell(Command.of(command))))
                .await();
        return ((SlotShell.End.Exited) end).status();
    }

    private String log(int task) throws IOException {
        return Files.readString(directory.resolve("logs/log_" + task), StandardCharsets.ISO_8859_1);
    }

    private Path program(String name, String contents) throws IOException {
        Path file = Files.writeString(directory.resolve(name), contents);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void reportsExitStatusesAsAShellDoes(List<String> coShell) throws IOException {
        Path kills = program("kills", "#!/bin/sh\nkill -$1 $$\n");
        with(coShell, slot -> {
            assertThat(run(slot, "exit 0")).isZero();
            assertThat(run(slot, "exit 3")).isEqualTo(3);
            assertThat(run(slot, "exit 255")).isEqualTo(255);
            assertThat(run(slot, "true")).isZero();
            assertThat(run(slot, "no-such-program-anywhere")).isEqualTo(127);
            assertThat(run(slot, directory + "/logs")).isEqualTo(126);
            assertThat(run(slot, "kill -9 $$")).isEqualTo(137);
            assertThat(run(slot, "kill -TERM $$")).isEqualTo(143);
            assertThat(run(slot, kills + " 9")).isEqualTo(137);
            assertThat(run(slot, kills + " SEGV")).isEqualTo(139);
            assertThat(run(slot, "if")).isEqualTo(2);
            assertThat(run(slot, "exit 4")).isEqualTo(4);
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void writesBothStreamsToTheLogAndReadsNothing(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            assertThat(run(slot, "echo out; echo err >&2; cat")).isZero();
            assertThat(log(7)).isEqualTo("out\nerr\n");
            assertThat(run(slot, "echo shorter")).isZero();
            assertThat(log(7)).isEqualTo("shorter\n");
            assertThat(run(slot, "ls -l /proc/self/fd/0")).isZero();
            assertThat(log(7)).endsWith("/dev/null\n");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void keepsAllBytes(List<String> coShell) throws IOException {
        byte[] command = new byte[512];
        byte[] head = "printf %s '".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, command, 0, head.length);
        int at = head.length;
        StringBuilder expected = new StringBuilder();
        for (int b = 1; b < 256; b++) {
            if (b != '\n' && b != '\'') {
                command[at++] = (byte) b;
                expected.append((char) b);
            }
        }
        command[at++] = '\'';
        byte[] whole = java.util.Arrays.copyOf(command, at);
        with(coShell, slot -> {
            assertThat(run(slot, 1, whole)).isZero();
            assertThat(log(1)).isEqualTo(expected.toString());
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void runsProgramsWithTheirArgumentsAsTheyAre(List<String> coShell) throws IOException {
        Path shows = program("shows", "#!/bin/sh\nfor a; do printf '<%s>' \"$a\"; done\nprintf '%s' \"$VAR\"\n");
        List<byte[]> argv = List.of(
                shows.toString().getBytes(StandardCharsets.UTF_8),
                "a b".getBytes(StandardCharsets.UTF_8),
                "".getBytes(StandardCharsets.UTF_8),
                "it's $HOME `id` \\ \" *".getBytes(StandardCharsets.UTF_8),
                "two\nlines".getBytes(StandardCharsets.UTF_8),
                new byte[] {(byte) 0xff, (byte) 0xe4});
        with(coShell, slot -> {
            SlotShell.End end = slot.start(Order.of(1, 1, new Invocation.Program(argv, Map.of("VAR", "x 'y' \udcff"))))
                    .await();
            assertThat(end).isEqualTo(new SlotShell.End.Exited(0));
            assertThat(log(1)).isEqualTo("<a b><><it's $HOME `id` \\ \" *><two\nlines><\u00ff\u00e4>x 'y' \u00ff");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void tellsATaskWhoItIs(List<String> coShell) throws IOException {
        String names = "$TASKFARMER_TASK_ID $PROC_NUMBER $TASKFARMER_ATTEMPT $TASKFARMER_SLOT"
                + " $WM_PROCESS_ID $WM_PROCESS_INDEX $TASKFARMER_WORKDIR";
        String expected = "7 7 2 3 3 3 " + directory;
        with(coShell, slot -> {
            run(slot, "echo \"" + names + "\"");
            assertThat(log(7)).isEqualTo(expected + "\n");
            run(slot, "env");
            assertThat(log(7))
                    .contains(
                            "TASKFARMER_TASK_ID=7\n",
                            "PROC_NUMBER=7\n",
                            "TASKFARMER_ATTEMPT=2\n",
                            "TASKFARMER_SLOT=3\n")
                    .contains("TASKFARMER_FARMER=test.", "WM_PROCESS_ID=3\n", "WM_PROCESS_INDEX=3\n")
                    .doesNotContain("_tf_log");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void changesTheEnvironmentAsTold(List<String> coShell) throws IOException {
        with(coShell, Map.of("LC_ALL", "C.UTF-8", "A_VARIABLE", "a value"), slot -> {
            run(slot, "echo \"$LC_ALL $A_VARIABLE\"");
            assertThat(log(7)).isEqualTo("C.UTF-8 a value\n");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void showsNothingOfOneTaskToTheNext(List<String> coShell) throws IOException {
        with(coShell, slot -> showsNothingOfOneTaskToTheNext(slot, coShell));
    }

    private void showsNothingOfOneTaskToTheNext(SlotShell slot, List<String> coShell) throws IOException {
        run(slot, "cd /; x=1; export y=2; umask 077; trap 'echo trapped' EXIT TERM; ulimit -n 17; set -f; f() { :; }");
        run(slot, "echo \"$PWD $x $y $(umask) $(ulimit -n) $- $(trap) $(type f 2>/dev/null)\"");
        String second = log(7);
        with(
                coShell,
                fresh -> run(fresh, "echo \"$PWD $x $y $(umask) $(ulimit -n) $- $(trap) $(type f 2>/dev/null)\""));
        assertThat(second).isEqualTo(log(7));
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void givesTasksTheDefaultActionOfSignals(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            // The standard signals; others are whatever the test itself was started with.
            run(slot, "sed -n 's/^SigIgn:\t*//p' /proc/self/status");
            assertThat(Long.parseUnsignedLong(log(7).strip(), 16) & 0x7fff_ffff).isZero();
            run(slot, "sed -n 's/^SigBlk:\t*//p' /proc/self/status");
            long quit = 1 << 2; // a JVM has it blocked, dash unblocks it and bash does not
            assertThat(Long.parseUnsignedLong(log(7).strip(), 16) & 0x7fff_ffff & ~quit)
                    .isZero();
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void meansWhatBashMeans(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            run(slot, "a=(x y); echo ${a[1]} {1..3} $((2#101)) <(:) | sed 's,/dev/fd.*,fd,'");
            assertThat(log(7)).isEqualTo("y 1 2 3 5 fd\n");
            run(slot, "echo $0; [[ $- == *i* ]] || echo not interactive");
            assertThat(log(7)).isEqualTo("bash\nnot interactive\n");
            run(slot, "sleep 0.01 & wait $!; echo waited; echo $SHELLOPTS");
            assertThat(log(7)).startsWith("waited\n").doesNotContain("posix");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void findsAProgramThatATaskHasPutEarlierOnThePath(List<String> coShell) throws IOException {
        Path early = Files.createDirectory(directory.resolve("early"));
        Path late = Files.createDirectory(directory.resolve("late"));
        program("late/tool", "#!/bin/sh\necho late\n");
        String path = early + ":" + late + ":" + System.getenv("PATH");
        with(coShell, Map.of("PATH", path), slot -> {
            run(slot, "tool");
            assertThat(log(7)).isEqualTo("late\n");
            program("early/tool", "#!/bin/sh\necho early\n");
            run(slot, "tool");
            assertThat(log(7)).isEqualTo("early\n");
            Files.delete(late.resolve("tool"));
            Files.delete(early.resolve("tool"));
            program("late/tool", "#!/bin/sh\necho late again\n");
            assertThat(run(slot, "tool")).isZero();
            assertThat(log(7)).isEqualTo("late again\n");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void saysSoWhenTheLogCannotBeOpened(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            run(slot, "true");
            Files.delete(directory.resolve("logs/log_7"));
            Files.delete(directory.resolve("logs"));
            Path trace = directory.resolve("trace");
            SlotShell.End end = slot.start(Order.of(8, 1, new Invocation.Shell(Command.of("touch '" + trace + "'"))))
                    .await();
            assertThat(end)
                    .isInstanceOfSatisfying(
                            SlotShell.End.NoLog.class,
                            noLog -> assertThat(noLog.reason()).contains(directory + "/logs/log_8"));
            assertThat(trace).doesNotExist();
            Files.createDirectory(directory.resolve("logs"));
            assertThat(run(slot, "exit 1")).isEqualTo(1);
            assertThat(run(slot, "exit 2")).isEqualTo(2);
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void failsACommandThatIsTooLongAndSaysWhy(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            byte[] longest = new byte[SlotShell.LONGEST_ARGUMENT];
            java.util.Arrays.fill(longest, (byte) 'x');
            byte[] head = "printf %s end #".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(head, 0, longest, 0, head.length);
            assertThat(run(slot, 1, longest)).isZero();
            assertThat(log(1)).isEqualTo("end");
            byte[] tooLong = java.util.Arrays.copyOf(longest, longest.length + 1);
            tooLong[longest.length] = 'x';
            assertThat(run(slot, 2, tooLong)).isEqualTo(126);
            assertThat(log(2)).contains("131072 bytes long").contains("at most 131071");
            assertThat(run(slot, "exit 5")).isEqualTo(5);
        });
    }

    /** Runs so many short commands that the shell does not copy itself for the next one any more. */
    private static void runBriefOnes(SlotShell slot) throws IOException {
        for (int i = 0; i < 40; i++) {
            assertThat(run(slot, "/bin/true")).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void leavesLogsAloneWhenSignalsEndBriefCommands(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            for (int signal = 1; signal <= 40; signal++) {
                if (Set.of(3, 17, 18, 19, 20, 21, 22, 23, 28, 32, 33).contains(signal)) {
                    continue; // they do not end a bash, or do not exist
                }
                runBriefOnes(slot);
                assertThat(run(slot, "printf 'no line feed'; kill -" + signal + " $$"))
                        .isEqualTo(128 + signal);
                assertThat(log(7)).isEqualTo("no line feed");
            }
            runBriefOnes(slot);
            assertThat(run(slot, "exit 137")).isEqualTo(137);
            assertThat(log(7)).isEmpty();
            runBriefOnes(slot);
            assertThat(run(slot, "echo Killed; exit 1")).isEqualTo(1);
            assertThat(log(7)).isEqualTo("Killed\n");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void believesABriefTaskThatDidAwayWithItsLog(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            runBriefOnes(slot);
            assertThat(run(slot, "rm " + directory + "/logs/log_7; exit 255")).isEqualTo(255);
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void leavesNoHoleInALogThatIsWrittenInTheBackground(List<String> coShell) throws IOException, InterruptedException {
        with(coShell, slot -> {
            runBriefOnes(slot);
            run(slot, "(sleep 0.3; echo later) & echo first; kill -9 $$");
            run(slot, 8, "sleep 0.6".getBytes(StandardCharsets.UTF_8));
            assertThat(log(7)).isEqualTo("first\nlater\n");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void showsNothingOfOneBriefTaskToTheNext(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            runBriefOnes(slot);
            showsNothingOfOneTaskToTheNext(slot, coShell);
            runBriefOnes(slot);
            run(slot, "ls -l /proc/self/fd; echo $$; ps -o pgid= -p $$");
            assertThat(log(7))
                    .contains("0 -> /dev/null", "1 -> " + directory + "/logs/log_7", "2 -> ")
                    .doesNotContain("pipe");
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void goesOnWhenATaskKillsItsWholeGroup(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            assertThat(run(slot, "sleep 100 & kill -9 0")).isEqualTo(137);
            assertThat(run(slot, "exit 6")).isEqualTo(6);
            assertThat(run(slot, "kill -TERM 0")).isEqualTo(143);
            assertThat(run(slot, "exit 7")).isEqualTo(7);
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void startsAnotherShellWhenItsOwnWasKilledWhileIdle(List<String> coShell) throws IOException {
        with(coShell, slot -> {
            run(slot, "ps -o ppid= -p $$");
            long shell = Long.parseLong(log(7).strip());
            ProcessHandle process = ProcessHandle.of(shell).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
            assertThat(run(slot, "exit 8")).isEqualTo(8);
        });
    }

    @ParameterizedTest
    @MethodSource("coShells")
    void worksInADirectoryWithAnyName(List<String> coShell) throws IOException {
        Path odd = Files.createDirectories(directory.resolve("it's a $HOME \"dir\" \\ `x`"));
        directory = odd;
        with(coShell, slot -> {
            run(slot, "echo \"$TASKFARMER_WORKDIR\"");
            assertThat(log(7)).isEqualTo(odd + "\n");
        });
    }
}
