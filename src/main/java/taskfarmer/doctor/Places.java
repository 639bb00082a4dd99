package taskfarmer.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import taskfarmer.config.Environment;
import taskfarmer.model.NativeText;
import taskfarmer.store.LockSite;
import taskfarmer.store.Mount;
import taskfarmer.store.Storage;

/** What a farm needs of the directories that it works in. */
final class Places {
    private static final Duration WIDE_SKEW = Duration.ofSeconds(2);
    private static final long LITTLE_SPACE = 1L << 30;
    private static final int WRITTEN = 1 << 20;

    private final Storage storage;
    private final Environment environment;
    private final LockSite site;
    private final InstantSource clock;

    Places(Storage storage, Environment environment, LockSite site, InstantSource clock) {
        this.storage = storage;
        this.environment = environment;
        this.site = site;
        this.clock = clock;
    }

    LockSite site() {
        return site;
    }

    /** Tells where the locks lie, and why there. */
    static void tell(LockSite site, Environment environment, Consumer<Finding> findings) {
        Optional<String> scratch = environment.variable("SCRATCH");
        String where = NativeText.text(site.locks());
        if (site.existing().isPresent()) {
            boolean gone = !Files.isDirectory(site.locks());
            findings.accept(
                    gone
                            ? Finding.warning(
                                    "a farm was begun here, but its lock directory " + where + " is gone",
                                    "Was it on a scratch file system that is cleaned? Make sure that no farmer of this list runs,"
                                            + " then: mkdir -p -m 700 " + where)
                            : Finding.ok("a farm was begun here; its locks are in " + where
                                    + (scratch.isPresent() ? ", whatever SCRATCH is now" : "")));
        } else if (scratch.isPresent()) {
            findings.accept(Finding.ok("SCRATCH is " + scratch.get() + ": locks will be there"));
        } else {
            findings.accept(Finding.ok("SCRATCH is not set: locks will be in the work directory"));
        }
    }

    void mounts(Consumer<Finding> findings) {
        Path root = site.rootBase();
        Path locks = site.locksBase();
        if (root.equals(locks)) {
            findings.accept(mount("work directory and locks", root, true));
        } else {
            findings.accept(mount("work directory", root, false));
            findings.accept(mount("locks", locks, true));
        }
    }

    private Finding mount(String what, Path path, boolean locks) {
        Mount mount = Mount.of(path);
        String text = what + " in " + NativeText.text(path) + ": " + mount.describe();
        int nodes = nodes();
        if (mount.isReadOnly()) {
            return Finding.failure(text + ", read-only", "Name a directory that you can write to.");
        }
        if (mount.isNodeLocal()) {
            String cure = locks ? mount.lockCure() : "Use a work directory that all nodes share: --workdir DIR.";
            return nodes > 1
                    ? Finding.warning(text + ": on this node alone, while the job has " + nodes + " nodes", cure)
                    : Finding.ok(text + ": good for one node only");
        }
        if (locks && mount.reach() != Mount.Reach.UNTOLD) {
            String how = mount.reach() == Mount.Reach.NONE ? "has no locks" : "has locks within a node only";
            return Finding.warning(text + " " + how, mount.lockCure());
        }
        return Finding.ok(text);
    }

    /** Returns how many nodes the batch job has, 1 outside of any. */
    private int nodes() {
        int most = 1;
        for (String name : List.of("SLURM_JOB_NUM_NODES", "SLURM_NNODES")) {
            String value = environment.variable(name).orElse("");
            most = value.matches("[0-9]{1,6}") ? Math.max(most, Integer.parseInt(value)) : most;
        }
        return most;
    }

    /** Hard links make a work directory's ID, atomic renaming replaces its views. */
    void names(Consumer<Finding> findings) throws IOException {
        in(site.rootBase(), "names", trial -> {
            Path one = trial.resolve("one");
            Path two = trial.resolve("two");
            write(one, new byte[] {'1'});
            boolean links = true;
            try {
                storage.link(one, two);
                links = storage.identity(one).equals(storage.identity(two));
            } catch (IOException | UnsupportedOperationException e) {
                links = false;
                write(two, new byte[] {'2'});
            }
            Path three = trial.resolve("three");
            write(three, new byte[] {'3'});
            storage.replace(three, two);
            boolean replaced = storage.identity(three).isEmpty() && read(two) == '3';
            if (!replaced) {
                findings.accept(Finding.failure(
                        "renaming a file over another has no effect in " + NativeText.text(site.rootBase()),
                        "Use a work directory on another file system: --workdir DIR."));
            } else if (!links) {
                findings.accept(Finding.warning(
                        "there are no hard links in " + NativeText.text(site.rootBase()),
                        "A farm does without; let one farmer begin it before others join."));
            } else {
                findings.accept(
                        Finding.ok("hard links and atomic renaming work in " + NativeText.text(site.rootBase())));
            }
        });
    }

    private int read(Path path) throws IOException {
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.READ)) {
            ByteBuffer first = ByteBuffer.allocate(1);
            file.read(first, 0);
            return first.get(0);
        }
    }

    /** What is free says nothing of quotas, so something is written too. */
    void space(Consumer<Finding> findings) throws IOException, InterruptedException {
        Path path = site.rootBase();
        in(path, "space", trial -> write(trial.resolve("space"), new byte[WRITTEN]));
        // By a program, which can be left alone if the file server hangs. It gets the name as bytes, in any locale.
        String bash = environment.findProgram("bash").map(Path::toString).orElse("bash");
        String script = "IFS= read -r -d '' dir; stat -f -c '%a %b %S %c %d' -- \"$dir\"";
        byte[] name = NativeText.bytes(path);
        String[] words = Tool.run(List.of(bash, "-c", script), Arrays.copyOf(name, name.length + 1))
                .split(" ", -1);
        if (words.length != 5) {
            throw new IOException("stat -f answers '" + String.join(" ", words) + "'");
        }
        double free = Double.parseDouble(words[0]) * Double.parseDouble(words[2]);
        double all = Double.parseDouble(words[1]) * Double.parseDouble(words[2]);
        double inodes = Double.parseDouble(words[3]);
        double freeInodes = Double.parseDouble(words[4]);
        String text = String.format(
                Locale.ROOT,
                "%.1f of %.1f GiB are free in %s",
                free / (1 << 30),
                all / (1 << 30),
                NativeText.text(path));
        if (inodes > 0) {
            text += String.format(Locale.ROOT, ", and %.0f of %.0f inodes (a file each)", freeInodes, inodes);
        }
        boolean little = free < LITTLE_SPACE || free < all / 100 || inodes > 0 && freeInodes < inodes / 100;
        findings.accept(
                little
                        ? Finding.warning(
                                text, "Make space: each task has a log, and each farm a journal and a timeline.")
                        : Finding.ok(text));
    }

    void clock(Consumer<Finding> findings) throws IOException {
        in(site.rootBase(), "clock", trial -> {
            Path file = trial.resolve("clock");
            Instant before = clock.instant();
            write(file, new byte[] {'1'});
            Instant written = Files.getLastModifiedTime(file).toInstant();
            Instant after = clock.instant();
            Duration skew = written.isBefore(before)
                    ? Duration.between(written, before)
                    : written.isAfter(after) ? Duration.between(after, written) : Duration.ZERO;
            if (skew.compareTo(WIDE_SKEW) <= 0) {
                findings.accept(Finding.ok("this clock and that of the files agree"));
            } else {
                findings.accept(Finding.warning(
                        String.format(
                                Locale.ROOT,
                                "this clock is %.1f s %s that of the files in %s",
                                skew.toMillis() / 1000.0,
                                written.isBefore(before) ? "ahead of" : "behind",
                                NativeText.text(site.rootBase())),
                        "Nothing depends on it, but people who compare times are misled: tell your administrators."));
            }
        });
    }

    private interface Trial {
        void in(Path directory) throws IOException;
    }

    private void in(Path base, String name, Trial trial) throws IOException {
        String unique = name + "-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        Path directory = LockSite.trial(storage, base, unique, environment.uid());
        try {
            trial.in(directory);
        } finally {
            LockSite.remove(storage, directory);
        }
    }

    private void write(Path path, byte[] bytes) throws IOException {
        try (Storage.OpenFile file = storage.open(path, Storage.Mode.CREATE)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.force();
        }
    }
}
