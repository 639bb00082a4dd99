package taskfarmer.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.doctor.Finding.Level;

class LimitsTest {
    @TempDir
    private Path directory;

    private final List<Finding> findings = new ArrayList<>();

    private Limits limits(int slots, int uid) {
        return new Limits(directory.resolve("proc"), directory.resolve("cgroup"), slots, uid);
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void limit(String name, String soft) throws IOException {
        write("proc/self/limits", "Limit   Soft Limit   Hard Limit   Units\n" + name + "   " + soft + "   99999   x\n");
    }

    private Finding only() {
        assertThat(findings).hasSize(1);
        return findings.remove(0);
    }

    @Test
    void comparesOpenFilesWithWhatTheSlotsNeed() throws IOException {
        limit("Max open files", "1024");
        limits(8, 1).files(findings::add);
        assertThat(only().level()).isEqualTo(Level.OK);
        limits(1000, 1).files(findings::add);
        assertThat(only().cure()).contains("ulimit -n");
        limit("Max open files", "512");
        limits(8, 1).files(findings::add);
        assertThat(only().toString()).startsWith("warn  only 512 open files");
        limit("Max open files", "unlimited");
        limits(4000, 1).files(findings::add);
        assertThat(only().level()).isEqualTo(Level.OK);
    }

    @Test
    void countsTheThreadsOfTheUser() throws IOException {
        limit("Max processes", "1000");
        write("proc/1/status", "Name:\tx\nUid:\t7\t7\t7\t7\nThreads:\t300\n");
        write("proc/2/status", "Name:\tx\nUid:\t7\t7\t7\t7\nThreads:\t400\n");
        write("proc/3/status", "Name:\tx\nUid:\t8\t8\t8\t8\nThreads:\t500\n");
        limits(8, 7).processes(findings::add);
        assertThat(only().toString()).startsWith("ok").contains("700 are there");
        limits(80, 7).processes(findings::add);
        assertThat(only().toString()).startsWith("warn").contains("--proc");
        limits(80, 0).processes(findings::add);
        assertThat(only().text()).contains("not limited");
    }

    @Test
    void findsTheTightestControlGroup() throws IOException {
        write("proc/self/cgroup", "0::/job/step\n");
        write("cgroup/job/step/pids.max", "max\n");
        write("cgroup/job/step/pids.current", "5\n");
        write("cgroup/job/pids.max", "100\n");
        write("cgroup/job/pids.current", "20\n");
        limits(2, 1).cgroup(findings::add);
        assertThat(only().toString()).startsWith("ok    100 processes").contains("20 are there");
        limits(8, 1).cgroup(findings::add);
        assertThat(only().level()).isEqualTo(Level.WARNING);
    }

    @Test
    void knowsTheOlderControlGroups() throws IOException {
        write("proc/self/cgroup", "5:memory:/a\n4:pids:/b\n1:name=systemd:\nnonsense\n");
        write("cgroup/pids/b/pids.max", "10\n");
        write("cgroup/pids/b/pids.current", "9\n");
        limits(8, 1).cgroup(findings::add);
        assertThat(only().level()).isEqualTo(Level.WARNING);
    }

    @Test
    void saysNothingOfControlGroupsThatAreNotToBeSeen() throws IOException {
        write("proc/self/cgroup", "0::/../elsewhere\n");
        limits(8, 1).cgroup(findings::add);
        assertThat(findings).isEmpty();
    }

    @Test
    void failsWhereTheKernelDoesNotTell() throws IOException {
        write("proc/self/limits", "nothing\n");
        assertThatThrownBy(() -> limits(8, 1).files(findings::add)).isInstanceOf(IOException.class);
    }
}
