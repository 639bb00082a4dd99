package taskfarmer.doctor;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import taskfarmer.doctor.Meeting.TrialException;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.Failures;
import taskfarmer.store.Identity;
import taskfarmer.store.LockSite;
import taskfarmer.store.Mount;
import taskfarmer.store.Storage;

/**
 * Proves whether several processes, on several nodes, exclude each other by the locks that a farm would use.
 *
 * <p>First some of them hold the lock in turn, and the others must be refused. Then all together count: take the
 * lock, read a counter, write it one higher, give the lock back. An increment that is lost at the end is the proof that
 * two were inside at the same time, or that one read old data. In each round a record is appended to a second file, as to
 * a journal, and the next one to hold the lock must find it: so do farmers hand on their work.
 *
 * <p>A lock file is opened once by each process, because closing any descriptor of it drops the lock
 * ({@code fcntl_locking(2)}).
 */
public final class SharedTrial {
    private static final int RECORD = 32;
    private static final int BLOCK = 2 * Long.BYTES;
    private static final int LEAST_ROUNDS = 200;
    private static final int MOST_HOLDERS = 8;
    private static final int LEAST_HANDOVERS = 100;
    private static final Duration LEAST_TIME = Duration.ofSeconds(1);
    private static final Duration ENOUGH_TIME = Duration.ofSeconds(10);
    private static final Duration MOST_TIME = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofSeconds(30);
    private static final Duration STALE = Duration.ofSeconds(2);
    private static final long COURTESY = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Storage storage;
    private final LockSite site;
    private final Options options;
    private final Identity identity;
    private final String id;
    private final Pause pause;
    private final Consumer<String> notices;

    /**
     * How it is to be done; the same for all participants.
     *
     * @param name what tells this run from others at the same place
     * @param participants how many take part, at least 2
     * @param patience how long to wait for the others
     * @param uid the user
     */
    public record Options(String name, int participants, Duration patience, int uid) {}

    /**
     * Creates it.
     *
     * @param id 16 hexadecimal digits that nobody else has
     * @param notices is told what is waited for
     */
    public SharedTrial(
            Storage storage,
            LockSite site,
            Options options,
            Identity identity,
            String id,
            Pause pause,
            Consumer<String> notices) {
        this.storage = storage;
        this.site = site;
        this.options = options;
        this.identity = identity;
        this.id = id;
        this.pause = pause;
        this.notices = notices;
    }

    /** Returns what is found: the same for all participants, as far as they can still tell each other. */
    public List<Finding> run() throws IOException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        Meeting meeting =
                new Meeting(storage, site.locksBase(), options.name(), options.uid(), Member.of(id, identity), pause);
        List<Path> more = new ArrayList<>();
        try {
            meeting.gather(options.participants(), options.patience(), notices);
        } catch (TrialException e) {
            meeting.leave(more);
            return List.of(Finding.failure(String.valueOf(e.getMessage()), missing()));
        } catch (IOException | InterruptedException e) {
            meeting.leave(more);
            throw e;
        }
        findings.add(met(meeting.members()));
        try {
            prove(meeting, more, findings);
        } catch (TrialException e) {
            findings.add(Finding.failure(String.valueOf(e.getMessage()), cure(Mount::lockCure)));
            meeting.tell(meeting.self().failing(String.valueOf(e.getMessage())));
        } catch (IOException | FarmException e) {
            String why = e instanceof IOException failure ? Failures.describe(failure) : String.valueOf(e.getMessage());
            String problem = meeting.self().name() + ": " + why;
            findings.add(Finding.failure(problem, cure(Mount::lockCure)));
            meeting.tell(meeting.self().failing(problem));
        } catch (InterruptedException e) {
            meeting.tell(meeting.self().failing(meeting.self().name() + " was stopped by its user"));
            throw e;
        } finally {
            meeting.leave(more);
        }
        return findings;
    }

    private String missing() {
        Path base = site.locksBase();
        return "Start it on each node at the same time: srun -N2 taskfarmer doctor --shared DIR. If that was done, the"
                + " nodes do not see the same directory, or SCRATCH differs: " + NativeText.text(base) + " is on "
                + Mount.of(base).describe() + ".";
    }

    private String cure(Function<Mount, String> kind) {
        Path base = site.locksBase();
        Mount mount = Mount.of(base);
        String elsewhere = site.rootBase().equals(base)
                ? ""
                : " The work directory is on " + Mount.of(site.rootBase()).describe() + ".";
        return NativeText.text(base) + " is on " + mount.describe() + ". " + kind.apply(mount) + elsewhere;
    }

    private static Finding met(List<Member> members) {
        Set<String> nodes = new TreeSet<>();
        StringBuilder names = new StringBuilder();
        for (Member member : members) {
            nodes.add(member.boot());
            names.append(names.length() == 0 ? "" : ", ").append(member.name());
        }
        String text = members.size() + " participants on " + (nodes.size() == 1 ? "one node" : nodes.size() + " nodes")
                + ": " + names;
        return nodes.size() > 1
                ? Finding.ok(text)
                : Finding.warning(
                        text,
                        "This says nothing about other nodes; for them: srun -N2 taskfarmer doctor --shared DIR.");
    }

    private void prove(Meeting meeting, List<Path> more, List<Finding> findings)
            throws IOException, InterruptedException, TrialException {
        Path files = LockSite.trial(storage, site.rootBase(), options.name(), options.uid());
        if (!files.equals(meeting.directory())) {
            more.add(files);
        }
        Path journal = files.resolve("journal-" + meeting.unique());
        Path lock = meeting.directory().resolve("lock-" + meeting.unique());
        try (Storage.OpenFile file = storage.open(lock, Storage.Mode.CREATE)) {
            int state = holdInTurn(meeting, file);
            findings.add(Finding.ok("while one held the lock, the others were refused"));
            meeting.reach(state);
            meeting.awaitAll(state, STEP);
            count(meeting, file, journal);
            meeting.reach(state + 1);
            meeting.awaitAll(state + 1, MOST_TIME.plus(STEP));
            acquire(meeting, file);
            meeting.tell(meeting.self().finding(block(file).getLong(0)).at(state + 2));
            file.unlock();
            meeting.awaitAll(state + 2, STEP);
        }
        findings.addAll(verdict(meeting.members()));
    }

    /** Returns the state that follows: for each turn there are three, held, tried and released. */
    private int holdInTurn(Meeting meeting, Storage.OpenFile file)
            throws IOException, InterruptedException, TrialException {
        int state = 2;
        List<Member> members = meeting.members();
        for (Member holder : members.subList(0, Math.min(members.size(), MOST_HOLDERS))) {
            if (holder.id().equals(meeting.self().id())) {
                acquire(meeting, file);
                meeting.reach(state);
                meeting.awaitAll(state + 1, STEP);
                file.unlock();
                meeting.reach(state + 2);
            } else {
                meeting.await(holder.id(), state, STEP);
                if (file.tryLock()) {
                    file.unlock();
                    throw new TrialException("locks do not exclude: "
                            + meeting.self().name() + " got the lock while " + holder.name() + " held it");
                }
                meeting.reach(state + 1);
                meeting.await(holder.id(), state + 2, STEP);
            }
            state += 3;
        }
        return state;
    }

    /** Counts for some time, and at least so many rounds and hand-overs if there is time. */
    private void count(Meeting meeting, Storage.OpenFile file, Path journal)
            throws IOException, InterruptedException, TrialException {
        long began = System.nanoTime();
        long rounds = 0;
        long handovers = 0;
        long passed = 0;
        long looked = 0;
        while (rounds < LEAST_ROUNDS && passed < MOST_TIME.toNanos()
                || handovers < LEAST_HANDOVERS && passed < ENOUGH_TIME.toNanos()
                || passed < LEAST_TIME.toNanos()) {
            boolean handedOver;
            acquire(meeting, file);
            try {
                handedOver = countOnce(meeting, file, journal);
            } finally {
                file.unlock();
            }
            rounds++;
            if (handedOver) {
                handovers++;
            } else {
                TimeUnit.NANOSECONDS.sleep(COURTESY); // what comes from others is the better proof
            }
            passed = System.nanoTime() - began;
            if (passed - looked > LEAST_TIME.toNanos()) {
                looked = passed;
                pause.millis(0);
                meeting.checkOthers();
            }
        }
        meeting.tell(meeting.self().counted(rounds, handovers, passed / 1000));
    }

    /** Returns whether another one had counted last. */
    private boolean countOnce(Meeting meeting, Storage.OpenFile file, Path journal)
            throws IOException, InterruptedException, TrialException {
        ByteBuffer block = block(file);
        long counter = block.getLong(0);
        long mine = Long.parseUnsignedLong(id, 16);
        // Opened anew each time, as a farm's journal is.
        if (counter > 0) {
            awaitRecord(meeting, journal, counter);
        }
        try (Storage.OpenFile records = storage.open(journal, Storage.Mode.CREATE)) {
            records.write(ByteBuffer.wrap(record(counter + 1)), counter * RECORD);
        }
        boolean handedOver = counter > 0 && block.getLong(Long.BYTES) != mine;
        file.write(block.putLong(0, counter + 1).putLong(Long.BYTES, mine).rewind(), counter * BLOCK);
        return handedOver;
    }

    /** What the last holder appended must be there; a farm would wait as long for it. */
    private void awaitRecord(Meeting meeting, Path journal, long number)
            throws IOException, InterruptedException, TrialException {
        long deadline = System.nanoTime() + STALE.toNanos();
        while (!hasRecord(journal, number)) {
            if (System.nanoTime() > deadline) {
                throw new TrialException("what one wrote in " + NativeText.text(site.rootBase())
                        + " before it gave the lock back, " + meeting.self().name()
                        + " could not read after it took the lock");
            }
            pause.millis(1);
        }
    }

    private boolean hasRecord(Path journal, long number) throws IOException {
        storage.refresh(journal, 'r');
        try (Storage.OpenFile records = storage.open(journal, Storage.Mode.READ)) {
            ByteBuffer found = ByteBuffer.allocate(RECORD);
            records.read(found, (number - 1) * RECORD);
            return found.flip().equals(ByteBuffer.wrap(record(number)));
        }
    }

    private static byte[] record(long number) {
        return String.format("record %24d\n", number).getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads the counter and the ID of who wrote it: the last of all that were written, one behind the other, as a farm does. */
    private static ByteBuffer block(Storage.OpenFile file) throws IOException {
        file.refresh('\0'); // of the first count, which is a 1 in eight bytes
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long blocks = file.size() / BLOCK;
        if (blocks > 0) {
            file.read(block, (blocks - 1) * BLOCK);
            if (block.hasRemaining()) {
                throw new EOFException("the counter is cut short");
            }
        }
        return block;
    }

    private void acquire(Meeting meeting, Storage.OpenFile file)
            throws IOException, InterruptedException, TrialException {
        long began = System.nanoTime();
        long wait = TimeUnit.MICROSECONDS.toNanos(20);
        while (!file.tryLock()) {
            if (System.nanoTime() - began > STEP.toNanos()) {
                throw new TrialException(
                        "the lock was not to be had by " + meeting.self().name() + " for " + STEP.toSeconds() + " s");
            }
            pause.millis(0);
            TimeUnit.NANOSECONDS.sleep(wait / 2 + ThreadLocalRandom.current().nextLong(wait));
            wait = Math.min(wait * 2, LONGEST_PAUSE);
        }
    }

    /** Returns what follows from what all have told: therefore the same for all. */
    static List<Finding> verdict(List<Member> members, String cure) {
        long rounds = 0;
        long handovers = 0;
        long micros = 1;
        long least = Long.MAX_VALUE;
        long most = 0;
        for (Member member : members) {
            rounds += member.rounds();
            handovers += member.handovers();
            micros = Math.max(micros, member.micros());
            least = Math.min(least, member.counter());
            most = Math.max(most, member.counter());
        }
        if (least != rounds || most != rounds) {
            String found = least == most ? Long.toString(least) : least + " to " + most;
            return List.of(Finding.failure(
                    "what one wrote under the lock, another one did not read under it: after " + rounds
                            + " increments the counter was " + found,
                    cure));
        }
        Finding counted = Finding.ok(rounds + " increments under the lock, none lost, " + rounds * 1_000_000 / micros
                + " a second (lock, read, append, write, unlock)");
        return List.of(
                counted,
                handovers == 0
                        ? Finding.warning("they did not take turns, which proves little", "Try it once more.")
                        : Finding.ok("what one appended to a file under the lock, the next one read at once ("
                                + handovers + " hand-overs)"));
    }

    private List<Finding> verdict(List<Member> members) {
        return verdict(members, cure(Mount::dataCure));
    }
}
