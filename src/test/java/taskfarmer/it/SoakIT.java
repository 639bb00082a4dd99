package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Farmers that are killed at random, again and again, while others run: {@code kill -9} mostly; besides, some are stopped
 * by TERM or USR1, leave at a timeout, or are held by SIGSTOP for so long that others take them for dead.
 *
 * <p>What is to be proved is said with system properties; without them it is a matter of seconds. The long version:
 *
 * <pre>mvn -B verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=SoakIT \
 *     -Dsoak.minutes=30 -Dsoak.kills=3000 -Dsoak.tasks=20000 [-Dsoak.seed=SEED] [-Dsoak.keep=true]</pre>
 *
 * The same seed makes the same choices, as far as chance in the scheduling of processes lets it.
 */
class SoakIT extends FarmTest {
    private static final int SUCCEED = 7; // of so many tasks one fails
    private static final int FEWEST_FARMERS = 2;
    private static final int MOST_FARMERS = 5;
    private static final long REMARKABLE = 3000;
    private static final long LOOK_FOR_ORPHANS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long seed = Long.getLong("soak.seed", System.nanoTime());
    private final int kills = Integer.getInteger("soak.kills", 40);
    private final int tasks = Integer.getInteger("soak.tasks", 300);
    private final long minutes = Long.getLong("soak.minutes", 1);
    private final Random random = new Random(seed);
    private final List<Player> players = new ArrayList<>();
    private final List<Ended> ends = new ArrayList<>();
    private final Map<Long, Long> killed = new HashMap<>(); // by PID: when, µs since the epoch
    private final Set<Long> unwatched = new HashSet<>(); // by PID: killed when nobody was there to see it
    private final Map<Long, Long> dying = new HashMap<>(); // by PID: when, in System.nanoTime
    private final List<Long> orphansLived = new ArrayList<>();
    private long looked;
    private int stops;
    private int freezes;

    /** A farmer, and when it is let go on if it is held. */
    private static final class Player {
        private final Farmer farmer;
        private boolean killed;
        private long thawAt;

        Player(Farmer farmer) {
            this.farmer = farmer;
        }
    }

    @Test
    void losesNothingAndDoesNothingTwice() throws InterruptedException {
        System.out.println("soak: seed " + seed + ", " + kills + " kills, " + tasks + " tasks");
        try {
            Files.createDirectory(dir.resolve("alive"));
            writeList();
            long began = System.nanoTime();
            disturb(began + TimeUnit.MINUTES.toNanos(minutes));
            while (!players.isEmpty()) {
                look();
                pause(20);
            }
            awaitNoProcesses(ORPHANS_END);
            Ended last = farmer("--proc", "16").run();
            System.out.println(
                    "soak: took " + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
            check(last);
            if (Boolean.getBoolean("soak.keep")) {
                System.out.println("soak: everything is kept in " + keep());
            }
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError("seed " + seed + ", everything is kept in " + keep(), e);
        }
    }

    private void writeList() {
        List<String> commands = new ArrayList<>();
        for (int id = 0; id < tasks; id++) {
            String millis = String.format(Locale.ROOT, "%.3f", 0.02 + random.nextDouble() * random.nextDouble());
            String work = switch (random.nextInt(12)) {
                case 0 -> "setsid sleep " + millis;
                case 1 -> "trap '' TERM; sleep " + millis;
                case 2 -> "sleep " + millis + " & wait";
                case 3 -> "true";
                default -> "sleep " + millis;
            };
            // Whatever a task starts inherits the lock, so it is known whether anything of an earlier attempt is left.
            commands.add("exec 9> alive/" + id + "; flock -n 9 || echo " + id + " $TASKFARMER_ATTEMPT >> twice; echo "
                    + id + " >> ran; " + work + "; [ $((" + id + " % " + SUCCEED + ")) != 3 ]");
        }
        list("tasks.txt", commands.toArray(String[]::new));
    }

    /** Kills farmers and starts others in their place, until enough were killed or the time is up. */
    private void disturb(long deadline) throws InterruptedException {
        int wanted = FEWEST_FARMERS;
        while (killed.size() < kills && System.nanoTime() < deadline && !isDone()) {
            look();
            while (players.size() < wanted) {
                players.add(new Player(start()));
                pause(random.nextInt(100));
            }
            pause(100 + random.nextInt(400)); // the moment is the point, there is no condition to wait for
            look();
            if (!players.isEmpty()) {
                strike(players.get(random.nextInt(players.size())));
            }
            wanted = random.nextInt(5) > 0 ? wanted : random.nextInt(FEWEST_FARMERS, MOST_FARMERS + 1);
        }
        players.forEach(player -> player.thawAt = player.thawAt == 0 ? 0 : System.nanoTime());
    }

    private boolean isDone() {
        return Files.exists(work("tasks.txt").file("toprocess"))
                && killed.size() > kills / 2
                && work("tasks.txt").entries("end").size() == tasks;
    }

    private void strike(Player player) {
        int choice = random.nextInt(100);
        if (player.thawAt != 0 && choice >= 50) {
            return;
        }
        if (choice < 80) {
            player.killed = true;
            boolean watched = players.stream().anyMatch(other -> other != player && other.thawAt == 0);
            if (!watched) {
                unwatched.add(player.farmer.pid());
            }
            killed.put(player.farmer.pid(), micros());
            dying.put(player.farmer.pid(), System.nanoTime());
            player.farmer.signal("KILL");
        } else if (choice < 92) {
            stops++;
            player.farmer.signal(choice < 86 ? "TERM" : "USR1");
        } else {
            freezes++;
            player.farmer.signal("STOP");
            player.thawAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(500, 8000));
        }
    }

    /** Takes note of who has ended, lets those go on whose time has come, and looks for orphans. */
    private void look() {
        long now = System.nanoTime();
        for (Player player : List.copyOf(players)) {
            if (player.thawAt != 0 && now >= player.thawAt) {
                player.thawAt = 0;
                player.farmer.signal("CONT");
            }
            if (!player.farmer.isAlive()) {
                players.remove(player);
                Ended end = player.farmer.await();
                ends.add(end);
                assertThat(end.status())
                        .as(end::toString)
                        .isIn(player.killed ? List.of(137, 0, 1, 75, 143, 138) : List.of(0, 1, 75, 143, 138));
                assertThat(end.stderr()).doesNotContain("Exception", "internal error", "could not be");
            }
        }
        if (now - looked < LOOK_FOR_ORPHANS || dying.isEmpty()) {
            return;
        }
        looked = now;
        List<Long> farmersWithTasks = Processes.farmers();
        for (Map.Entry<Long, Long> death : List.copyOf(dying.entrySet())) {
            long ago = now - death.getValue();
            if (!farmersWithTasks.contains(death.getKey())) {
                dying.remove(death.getKey());
                orphansLived.add(TimeUnit.NANOSECONDS.toMillis(ago));
            } else {
                assertThat(Duration.ofNanos(ago))
                        .as("tasks of farmer " + death.getKey() + " live on after its death")
                        .isLessThan(ORPHANS_END);
            }
        }
    }

    private Farmer start() {
        double deadAfter = random.nextDouble(2, 4);
        double heartbeat = random.nextDouble(0.2, Math.min(1, deadAfter / 3.1));
        List<String> args = new ArrayList<>(List.of("--proc", Integer.toString(random.nextInt(1, 5))));
        args.addAll(List.of("--heartbeat", seconds(heartbeat), "--dead-after", seconds(deadAfter)));
        if (random.nextInt(10) == 0) {
            args.addAll(List.of("--timeout", seconds(random.nextDouble(0.5, 4))));
        }
        if (random.nextInt(4) == 0) {
            args.add("--linger");
        }
        return farmer(args.toArray(String[]::new)).start();
    }

    private Start farmer(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--max-losses", "1000", "tasks.txt"));
        return taskfarmer(all.toArray(String[]::new)).within(Duration.ofMinutes(30));
    }

    private void check(Ended last) {
        last.exits(1);
        Work work = work("tasks.txt").isSound();
        assertThat(work.toprocess()).isEmpty();
        assertThat(work.failed().keySet()).allMatch(id -> id % SUCCEED == 3).hasSize((tasks + SUCCEED - 4) / SUCCEED);
        assertThat(work.finished()).hasSize(tasks - work.failed().size());
        assertThat(new HashSet<>(lines("ran"))).hasSize(tasks);
        assertThat(lines("twice"))
                .as("executions that another one of the same task overlapped")
                .isEmpty();
        Map<String, Long> delays = delays(work);
        System.out.println("soak: " + killed.size() + " farmers killed, " + stops + " stopped, " + freezes + " held, "
                + ends.size() + " in all; " + lines("ran").size() + " executions of " + tasks + " tasks");
        System.out.println("soak: from death to requeue, ms: " + summary(new ArrayList<>(delays.values()))
                + "; tasks ended after their farmer's death, ms: " + summary(orphansLived)
                + "; results that came too late: " + work.entries("late").size());
    }

    /** Returns how long it took from the death of each farmer that held tasks until they went back, in ms. */
    private Map<String, Long> delays(Work work) {
        Map<String, Long> pids = new HashMap<>();
        Map<String, Long> delays = new HashMap<>();
        String farmer = "";
        long time = 0;
        for (String line : work.entries()) {
            String[] words = line.split(" ");
            if (words[0].equals("batch")) {
                farmer = words[2];
                time = Long.parseLong(words[3]);
            } else if (words[0].equals("join")) {
                pids.put(farmer, Long.valueOf(words[4]));
            } else if (words[0].equals("lost") || words[0].equals("gone") && !line.endsWith(" - -")) {
                Long death = killed.get(pids.get(words[1]));
                if (death != null && !unwatched.contains(pids.get(words[1]))) {
                    long delay = (time - death) / 1000;
                    if (delay > REMARKABLE) {
                        System.out.println("soak: farmer " + words[1] + " went at " + death + " µs, and its tasks back "
                                + delay + " ms later, by farmer " + farmer);
                    }
                    delays.put(words[1], (time - death) / 1000);
                }
            }
        }
        return delays;
    }

    private static String summary(List<Long> times) {
        if (times.isEmpty()) {
            return "none";
        }
        List<Long> sorted = times.stream().sorted().toList();
        return "median " + sorted.get(sorted.size() / 2) + ", most " + sorted.get(sorted.size() - 1) + " ("
                + sorted.size() + ")";
    }

    private Path keep() {
        Path kept = Path.of(System.getProperty("basedir", "."), "target", "soak-" + seed)
                .toAbsolutePath();
        try (var files = Files.walk(root())) {
            for (Path file : files.toList()) {
                Path target = kept.resolve(root().relativize(file).toString());
                Files.createDirectories(target.getParent());
                if (!Files.exists(target)) {
                    Files.copy(file, target);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            System.out.println("soak: not everything could be kept: " + e);
        }
        return kept;
    }

    private static void pause(int millis) throws InterruptedException {
        Thread.sleep(millis);
    }

    private static String seconds(double number) {
        return String.format(Locale.ROOT, "%.3f", number);
    }

    private static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
