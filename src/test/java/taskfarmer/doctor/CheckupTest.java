package taskfarmer.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.Environment;
import taskfarmer.config.WriteAccess;
import taskfarmer.doctor.Finding.Level;
import taskfarmer.model.FarmException;
import taskfarmer.store.FileStorage;

@Timeout(60)
class CheckupTest {
    @TempDir
    private Path directory;

    private final List<Finding> findings = new ArrayList<>();

    @Test
    void turnsWhatACheckThrowsIntoAFinding() throws InterruptedException {
        Checkup.make("this", found -> found.accept(Finding.ok("fine")), findings::add);
        Checkup.make(
                "that",
                found -> {
                    throw FarmException.untrusted("it is wrong", "Mend it.");
                },
                findings::add);
        Checkup.make(
                "the disk",
                found -> {
                    throw new AccessDeniedException("/x");
                },
                findings::add);
        Checkup.make(
                "the rest",
                found -> {
                    throw new IllegalStateException("a bug");
                },
                findings::add);
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactly(
                        "ok    fine",
                        "FAIL  it is wrong\n      Mend it.",
                        "FAIL  the disk could not be checked: /x: permission denied\n"
                                + "      Name a directory that you can write to.",
                        "FAIL  the rest could not be checked: java.lang.IllegalStateException: a bug\n"
                                + "      A farm would meet the same problem: mend it first.");
    }

    @Test
    void makesAllOtherChecksWhenSomeFail() throws IOException, InterruptedException {
        Map<String, String> bad = Map.of(
                "PATH",
                "/no/such/directory",
                "SCRATCH",
                directory.resolve("none").toString());
        Environment environment =
                new Environment(bad, directory, directory, Optional.empty(), Environment.processUid());
        new Checkup(
                        new FileStorage(),
                        environment,
                        millis -> {},
                        new WriteAccess(false, environment.uid(), warning -> {}),
                        List.of("doctor", "--second-process"))
                .run(directory, 8, findings::add);
        assertThat(findings)
                .filteredOn(finding -> finding.level() == Level.FAILURE)
                .extracting(Finding::text)
                .anyMatch(text -> text.contains("'bash' is not on PATH"))
                .anyMatch(text -> text.contains("SCRATCH is set to"));
        assertThat(findings)
                .extracting(Finding::text)
                .anyMatch(text -> text.startsWith("Java "))
                .anyMatch(text -> text.startsWith("locks exclude another process"))
                .anyMatch(text -> text.startsWith("hard links"));
        assertThat(directory).isEmptyDirectory();
    }
}
