package taskfarmer.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import taskfarmer.store.LockSite;
import taskfarmer.store.Storage;

/**
 * Where the participants of a shared trial find each other and wait for each other: files in a directory, no locks.
 *
 * <p>Each participant names in its file all others that it has seen. Whoever names this one lives, because nobody knew
 * its random ID before; so what an earlier run has left behind takes no part. The group is complete when so many name
 * each other.
 */
final class Meeting {
    private static final long GATHERING_MILLIS = 50;
    private static final long STEP_MILLIS = 5;
    private static final Duration LEAVING = Duration.ofSeconds(5);
    /** More than any record has. */
    private static final int TAIL = 1 << 15;

    private static final int JOINED = 1;
    private static final int LEFT = Integer.MAX_VALUE;

    private final Storage storage;
    private final Path base;
    private final String name;
    private final int uid;
    private final Pause pause;
    private final Path directory;
    private final Map<String, Member> group = new TreeMap<>();
    private Member self;
    private Optional<Member> published = Optional.empty();
    private long length;

    /**
     * Comes to the place.
     *
     * @param base the directory in which the directory for meeting is made
     * @param name what all participants of one run have in common
     */
    Meeting(Storage storage, Path base, String name, int uid, Member self, Pause pause) throws IOException {
        this.storage = storage;
        this.base = base;
        this.name = name;
        this.uid = uid;
        this.self = self;
        this.pause = pause;
        this.directory = LockSite.trial(storage, base, name, uid);
    }

    /** Says that a participant did not come, or went, or found that the trial has failed. */
    static final class TrialException extends Exception {
        private static final long serialVersionUID = 1L;

        TrialException(String message) {
            super(message);
        }
    }

    /**
     * Waits until so many are there.
     *
     * @param waiting is told once who is missing, if anybody is
     */
    void gather(int participants, Duration patience, Consumer<String> waiting)
            throws IOException, InterruptedException, TrialException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean told = false;
        while (true) {
            Map<String, Member> all = readAll();
            self = self.seeing(List.copyOf(all.keySet()));
            publish();
            List<Member> present = present(all);
            if (present.size() + 1 > participants) {
                throw tooMany(present, participants);
            }
            if (present.size() + 1 == participants) {
                present.forEach(member -> group.put(member.id(), member));
                break;
            }
            if (System.nanoTime() > deadline) {
                throw new TrialException("only " + (present.size() + 1) + " of " + participants
                        + " participants came within " + patience.toSeconds() + " s: " + names(present));
            }
            if (!told) {
                waiting.accept("waiting for " + participants + " participants, at most " + patience.toSeconds()
                        + " s, in " + directory);
                told = true;
            }
            refreshListing();
            pause.millis(GATHERING_MILLIS);
        }
        reach(JOINED);
        awaitAll(JOINED, patience);
        for (Member member : group.values()) {
            // Each lists whom it has seen, and those who were there before: the group must be among them.
            if (!member.seen().containsAll(others(member))) {
                throw new TrialException("not all participants have met the same others; was it started more than "
                        + participants + " times?");
            }
        }
    }

    private List<String> others(Member member) {
        List<String> ids = new ArrayList<>(group.keySet());
        ids.add(self.id());
        ids.remove(member.id());
        return ids;
    }

    private TrialException tooMany(List<Member> present, int participants) {
        return new TrialException((present.size() + 1) + " participants came, where " + participants
                + " were expected: " + names(present) + ". Say how many with --nodes.");
    }

    private String names(List<Member> present) {
        StringBuilder names = new StringBuilder(self.name());
        present.forEach(member -> names.append(", ").append(member.name()));
        return names.toString();
    }

    private List<Member> present(Map<String, Member> all) {
        List<Member> present = new ArrayList<>();
        for (Member member : all.values()) {
            if (member.seen().contains(self.id())) {
                present.add(member);
            }
        }
        return present;
    }

    /** Returns all participants, this one too, in the order of their IDs, as they were when they were last looked at. */
    List<Member> members() {
        Map<String, Member> all = new TreeMap<>(group);
        all.put(self.id(), self);
        return List.copyOf(all.values());
    }

    Member self() {
        return self;
    }

    /** Returns the directory for files of this run. */
    Path directory() {
        return directory;
    }

    /** Returns what no earlier run has used as part of a name. */
    String unique() {
        return members().get(0).id();
    }

    /** Changes what this participant says of itself. */
    void tell(Member changed) throws IOException {
        self = changed;
        publish();
    }

    /** Says that this participant has come so far. */
    void reach(int state) throws IOException {
        tell(self.at(state));
    }

    /** Waits until all have come so far. */
    void awaitAll(int state, Duration patience) throws IOException, InterruptedException, TrialException {
        for (String id : List.copyOf(group.keySet())) {
            await(id, state, patience);
        }
    }

    /** Waits until one has come so far. */
    void await(String id, int state, Duration patience) throws IOException, InterruptedException, TrialException {
        if (id.equals(self.id())) {
            return;
        }
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Member member = look(id);
            if (!member.problem().isEmpty()) {
                throw new TrialException(member.problem());
            }
            if (member.state() >= state) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new TrialException(member.name() + " did not go on for " + patience.toSeconds()
                        + " s, or cannot be seen from " + self.name());
            }
            pause.millis(STEP_MILLIS);
        }
    }

    /** Throws if another participant has told of a problem. */
    void checkOthers() throws IOException, TrialException {
        for (String id : List.copyOf(group.keySet())) {
            Member member = look(id);
            if (!member.problem().isEmpty()) {
                throw new TrialException(member.problem());
            }
        }
    }

    private Member look(String id) throws IOException, TrialException {
        Member known = group.get(id);
        if (known == null) {
            throw new TrialException("participant " + id + " is not known");
        }
        try {
            Member now = read(file(id)).orElse(known);
            group.put(id, now);
            return now;
        } catch (NoSuchFileException e) {
            throw new TrialException(known.name() + " left before the end");
        }
    }

    /** Waits for those who still read, and leaves; the last one removes the directory, and whatever else it is given. */
    void leave(List<Path> more) throws IOException, InterruptedException {
        try {
            // What was told must stay as it is: the others may not have read it yet.
            reach(LEFT);
            awaitLeaving();
        } finally {
            storage.delete(file(self.id()));
            if (nobodyIsLeft()) {
                if (!group.isEmpty()) {
                    more.forEach(path -> LockSite.remove(storage, path));
                    LockSite.remove(storage, directory);
                } else {
                    removeIfEmpty();
                }
            }
        }
    }

    private void awaitLeaving() throws InterruptedException {
        long deadline = System.nanoTime() + LEAVING.toNanos();
        for (String id : group.keySet()) {
            while (!hasLeft(id) && System.nanoTime() < deadline) {
                pause.millis(STEP_MILLIS);
            }
        }
    }

    private boolean hasLeft(String id) {
        try {
            Optional<Member> member = read(file(id));
            return member.isPresent() && member.get().state() == LEFT;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean nobodyIsLeft() throws IOException {
        for (String id : group.keySet()) {
            if (storage.identity(file(id)).isPresent()) {
                return false;
            }
        }
        return true;
    }

    private void removeIfEmpty() {
        try {
            storage.delete(directory);
        } catch (IOException e) {
            // others use it, or an earlier run has left something that the next complete one removes
        }
    }

    private Path file(String id) {
        return directory.resolve("member-" + id);
    }

    private Map<String, Member> readAll() throws IOException {
        Map<String, Member> all = new TreeMap<>();
        List<Path> files;
        try {
            files = storage.list(directory);
        } catch (NoSuchFileException e) {
            return all; // an earlier run was just leaving; the next publication makes it again
        }
        for (Path file : files) {
            String fileName = String.valueOf(file.getFileName());
            if (fileName.startsWith("member-") && !fileName.equals("member-" + self.id())) {
                try {
                    read(file).ifPresent(member -> all.put(member.id(), member));
                } catch (NoSuchFileException e) {
                    // it has just left
                }
            }
        }
        return all;
    }

    private Optional<Member> read(Path file) throws IOException {
        try (Storage.OpenFile open = storage.open(file, Storage.Mode.READ)) {
            long size = open.size();
            byte[] end = new byte[(int) Math.min(size, TAIL)];
            open.read(ByteBuffer.wrap(end), size - end.length);
            return Member.decode(end);
        }
    }

    /** Appends what this participant says of itself, unless that stands there. */
    private void publish() throws IOException {
        Path file = file(self.id());
        if (storage.identity(file).isEmpty()) {
            length = 0;
            published = Optional.empty();
            try {
                append(file);
            } catch (NoSuchFileException e) {
                LockSite.trial(storage, base, name, uid); // an earlier run has just removed it
                append(file);
            }
        } else if (!published.equals(Optional.of(self))) {
            append(file);
        }
    }

    private void append(Path file) throws IOException {
        byte[] written = self.encode();
        try (Storage.OpenFile open = storage.open(file, Storage.Mode.CREATE)) {
            open.write(ByteBuffer.wrap(written), length);
        }
        length += written.length;
        published = Optional.of(self);
    }

    /** A client of NFS that changes a directory looks at it anew; otherwise it may know old names for a minute. */
    private void refreshListing() throws IOException {
        Path poke = directory.resolve("poke-" + self.id());
        try (Storage.OpenFile file = storage.open(poke, Storage.Mode.CREATE)) {
            file.size();
        } catch (NoSuchFileException e) {
            return;
        }
        storage.delete(poke);
    }
}
