package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** A journal that was cut, damaged, or written by a newer program. */
class JournalIT extends FarmTest {
    private static final int TASKS = 40;
    private static final byte[] COMMIT = "\ncommit ".getBytes(StandardCharsets.US_ASCII);

    /** As a crash in the middle of a write leaves it: the lock file speaks of an earlier batch, or there is none. */
    @Test
    void goesOnFromAJournalCutAtAnyByte() throws Exception {
        Work original = workedOn();
        byte[] journal = bytes(original.journal());
        List<Integer> borders = borders(journal);
        Set<Integer> cuts = new TreeSet<>(List.of(1, journal.length - 1));
        for (int border : borders.subList(1, borders.size())) {
            cuts.addAll(List.of(border - 1, border, Math.min(border + 1, journal.length)));
        }
        Random random = new Random(1);
        while (cuts.size() < 48) {
            cuts.add(1 + random.nextInt(journal.length));
        }
        List<Integer> chosen = new ArrayList<>(cuts);
        while (chosen.size() > 48) {
            chosen.remove(random.nextInt(chosen.size()));
        }
        inParallel(chosen, cut -> {
            Path place = dir.resolve("cut-" + cut);
            Work work = copy(original, place);
            write(work.journal(), Arrays.copyOf(journal, cut));
            Files.delete(work.file("farm/locks/lock"));
            goesOn(work, place, cut, borders, journal);
        });
    }

    /** The journal lost what the lock file still speaks of, as after a power cut: nobody else is there, so it goes on. */
    @Test
    void goesOnFromAJournalThatIsShorterThanItWas() throws Exception {
        Work original = workedOn();
        byte[] journal = bytes(original.journal());
        List<Integer> borders = borders(journal);
        List<Integer> cuts = new ArrayList<>();
        for (int border : borders.subList(1, borders.size() - 1)) {
            cuts.addAll(List.of(border, border + 20));
        }
        inParallel(cuts.subList(0, Math.min(cuts.size(), 12)), cut -> {
            Path place = dir.resolve("cut-" + cut);
            Work work = copy(original, place);
            write(work.journal(), Arrays.copyOf(journal, cut));
            String notice = goesOn(work, place, cut, borders, journal).stderr();
            assertThat(notice).contains("journal", "bytes long");
        });
    }

    @Test
    void refusesAJournalWithADamagedByteInTheMiddle() throws Exception {
        Work original = workedOn();
        byte[] journal = bytes(original.journal());
        List<Integer> borders = borders(journal);
        int last = borders.get(borders.size() - 2); // where the last batch starts
        List<Integer> positions = new ArrayList<>();
        for (int border : borders.subList(0, borders.size() - 2)) {
            positions.addAll(List.of(border, border + 3)); // one in the batch that starts there; one in its number
            positions.add(border - 1); // the line feed after a commit
        }
        Random random = new Random(2);
        while (positions.size() < 48) {
            positions.add(random.nextInt(last));
        }
        positions.remove(Integer.valueOf(-1));
        Collections.shuffle(positions, random);
        inParallel(new TreeSet<>(positions.subList(0, 40)), position -> {
            Path place = dir.resolve("flip-" + position);
            Work work = copy(original, place);
            byte[] damaged = journal.clone();
            damaged[position] = (byte) (damaged[position] ^ 1 << (position % 7));
            write(work.journal(), damaged);
            write(place.resolve("go"), new byte[0]);
            if (position % 2 == 0) {
                Files.delete(work.file("farm/locks/lock"));
            }
            Map<String, String> before = work.contents();
            Ended end = taskfarmer("tasks.txt").in(place).run().exits(3).inWords();
            int batch = borders.stream()
                    .filter(border -> border <= position)
                    .mapToInt(b -> b)
                    .max()
                    .orElse(0);
            end.complains(work.journal() + " is damaged at byte " + batch + ":", "Nothing was changed");
            assertThat(work.contents()).isEqualTo(before);
            assertThat(place.resolve("ran")).doesNotExist();
        });
    }

    @Test
    void refusesAJournalOfANewerFormat() throws IOException {
        list("tasks.txt", "echo >> ran");
        run("tasks.txt").exits(0);
        Work work = work("tasks.txt");
        String first = "batch 1 1 1\nfarm 2 " + work.entries("farm").get(0).split(" ")[2] + "\n";
        write(work.journal(), (first + "commit " + sum("00000000" + first) + "\n").getBytes());
        Files.delete(work.file("farm/locks/lock"));
        Map<String, String> before = work.contents();
        run("tasks.txt").exits(3).inWords().complains("format version '2'", "newer");
        assertThat(work.contents()).isEqualTo(before);
    }

    @Test
    void refusesAJournalWithAnEntryThatItDoesNotKnow() {
        list("tasks.txt", "echo >> ran");
        run("tasks.txt").exits(0);
        Work work = work("tasks.txt");
        byte[] journal = bytes(work.journal());
        String before = new String(journal, StandardCharsets.ISO_8859_1);
        String last = before.substring(before.length() - 9, before.length() - 1);
        String batch = "batch " + (work.entries("batch").size() + 1) + " 1 1\nteleport 0\n";
        write(work.journal(), (before + batch + "commit " + sum(last + batch) + "\n").getBytes());
        Map<String, String> contents = work.contents();
        run("tasks.txt").exits(3).inWords().complains("damaged at byte " + journal.length, "teleport");
        assertThat(work.contents()).isEqualTo(contents);
    }

    @Test
    void refusesAJournalOfAnotherWorkDirectory() {
        list("a.txt", "true");
        list("b.txt", "true");
        run("a.txt").exits(0);
        run("b.txt").exits(0);
        byte[] foreign = bytes(work("b.txt").journal());
        write(work("a.txt").journal(), foreign);
        run("a.txt").exits(3).inWords().complains(work("a.txt").journal().toString());
        assertThat(bytes(work("a.txt").journal())).isEqualTo(foreign);
    }

    /** Returns a work directory with several batches, failures, interrupted tasks, and tasks left to do. */
    private Work workedOn() {
        list(
                "tasks.txt",
                TASKS,
                "echo # >> ran; sleep 0.0$((# % 5)); [ # -lt 30 ] || [ -e go ] || sleep 1000; [ $((# % 5)) != 2 ]");
        Farmer farmer = start("--proc", "2", "tasks.txt");
        awaitProcesses("sleep 1000", 2);
        farmer.signal("TERM").await().exits(75);
        return work("tasks.txt").isSound();
    }

    private Work copy(Work original, Path place) throws IOException {
        Files.createDirectory(place);
        Files.copy(dir.resolve("tasks.txt"), place.resolve("tasks.txt"));
        return original.copyTo(place.resolve("tasks.txt_workdir"));
    }

    private Ended goesOn(Work work, Path place, int cut, List<Integer> borders, byte[] journal) {
        int kept = borders.stream()
                .filter(border -> border <= cut)
                .mapToInt(border -> border)
                .max()
                .orElse(0);
        write(place.resolve("go"), new byte[0]);
        Set<String> known = new HashSet<>();
        new String(journal, 0, kept, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith("end "))
                .forEach(line -> known.add(line.split(" ")[1]));
        Ended end = taskfarmer("--proc", "8", "tasks.txt").in(place).run().exits(1);
        assertThat(end.stderr()).doesNotContain("Exception");

        assertThat(Arrays.copyOf(bytes(work.journal()), kept))
                .as("the whole batches")
                .isEqualTo(Arrays.copyOf(journal, kept));
        work.isSound();
        assertThat(work.toprocess()).isEmpty();
        assertThat(work.failed()).hasSize(TASKS / 5);
        List<String> ran = read(place.resolve("ran")).lines().toList();
        assertThat(new HashSet<>(ran)).as("executed once each").hasSize(ran.size());
        if (kept > 0) {
            assertThat(ran).hasSize(TASKS - known.size()).noneMatch(known::contains);
        } // from a journal with nothing in it, the lists that lie there say what has been done
        return end;
    }

    /** Returns where batches end. */
    private static List<Integer> borders(byte[] journal) {
        List<Integer> borders = new ArrayList<>(List.of(0));
        for (int i = 0; i + COMMIT.length < journal.length; i++) {
            if (Arrays.equals(journal, i, i + COMMIT.length, COMMIT, 0, COMMIT.length)) {
                borders.add(i + COMMIT.length + 9);
            }
        }
        return borders;
    }

    private static String sum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return String.format("%08x", crc.getValue());
    }

    private interface Check {
        void at(int position) throws Exception;
    }

    private static void inParallel(Collection<Integer> positions, Check check) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> checks = new ArrayList<>();
            for (int position : positions) {
                checks.add(threads.submit(() -> {
                    try {
                        check.at(position);
                    } catch (AssertionError | Exception e) {
                        throw new AssertionError("at byte " + position + ": " + e.getMessage(), e);
                    }
                }));
            }
            for (Future<?> each : checks) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
