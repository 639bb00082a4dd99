package taskfarmer.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import taskfarmer.config.Environment;
import taskfarmer.config.WriteAccess;
import taskfarmer.model.FarmException;
import taskfarmer.store.Failures;
import taskfarmer.store.LockSite;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/** All that can be checked in advance on one node; whatever happens to one check, the others are made. */
public final class Checkup {
    private final Storage storage;
    private final Environment environment;
    private final Pause pause;
    private final WriteAccess access;
    private final List<String> second;

    /**
     * Creates it.
     *
     * @param access what refuses a work directory that others can write to
     * @param second the arguments by which this program becomes the second process of the trial of locks, which then
     *     calls {@link #answer}
     */
    public Checkup(Storage storage, Environment environment, Pause pause, WriteAccess access, List<String> second) {
        this.storage = storage;
        this.environment = environment;
        this.pause = pause;
        this.access = access;
        this.second = LockTrial.java(second);
    }

    /**
     * Makes all checks.
     *
     * @param root the work directory, absolute; it need not exist
     * @param slots how many tasks are to run at the same time
     * @param findings is told each finding at once
     */
    public void run(Path root, int slots, Consumer<Finding> findings) throws InterruptedException {
        for (Map.Entry<String, Check> check : checks(root, slots).entrySet()) {
            pause.millis(0);
            make(check.getKey(), check.getValue(), findings);
        }
    }

    private Map<String, Check> checks(Path root, int slots) {
        Machine machine = new Machine(environment);
        Limits limits = new Limits(Path.of("/proc"), Path.of("/sys/fs/cgroup"), slots, environment.uid());
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("Java", machine::java);
        checks.put("the processors", findings -> machine.processors(slots, findings));
        checks.put("the locale", machine::locale);
        checks.put("bash and setsid", machine::programs);
        checks.put("the limit of open files", optional(limits::files));
        checks.put("the limit of processes", optional(limits::processes));
        checks.put("the control group", optional(limits::cgroup));
        try {
            WorkDirectory.check(root, environment);
            access.checkWorkDirectory(root);
        } catch (FarmException e) {
            checks.put("the work directory", findings -> findings.accept(Finding.failure(e.getMessage(), e.remedy())));
            return checks; // whatever is found out about another place is of no use
        } catch (IOException e) {
            checks.put("the work directory", findings -> findings.accept(problem("the work directory", e)));
        }
        Places places = new Places(storage, environment, site(root, checks), InstantSource.system());
        checks.put("the file systems", places::mounts);
        checks.put("locks", new LockTrial(storage, places.site(), environment.uid(), second)::look);
        checks.put("links and renaming", places::names);
        checks.put("free space", places::space);
        checks.put("the clock", places::clock);
        return checks;
    }

    /** Returns where the files are to lie; if that cannot be told, the place is tried that the user has named. */
    private LockSite site(Path root, Map<String, Check> checks) {
        String what = "where the locks lie";
        try {
            LockSite site = LockSite.of(storage, root, environment);
            checks.put(what, findings -> Places.tell(site, environment, findings));
            return site;
        } catch (FarmException e) {
            checks.put(what, findings -> findings.accept(Finding.failure(e.getMessage(), e.remedy())));
        } catch (IOException | RuntimeException e) {
            checks.put(what, findings -> findings.accept(problem(what, e)));
        }
        return LockSite.within(root);
    }

    /** Makes one check; what it throws becomes a finding. */
    static void make(String what, Check check, Consumer<Finding> findings) throws InterruptedException {
        try {
            check.look(findings);
        } catch (FarmException e) {
            findings.accept(Finding.failure(e.getMessage(), e.remedy()));
        } catch (IOException | RuntimeException e) {
            findings.accept(problem(what, e));
        }
    }

    /** Returns a check that may be left out: what it cannot tell is no failure. */
    private static Check optional(Check check) {
        return findings -> {
            try {
                check.look(findings);
            } catch (IOException e) {
                findings.accept(Finding.warning("a limit is not to be found out: " + Failures.describe(e), ""));
            }
        };
    }

    private static Finding problem(String what, Exception e) {
        String why = e instanceof IOException failure ? Failures.describe(failure) : e.toString();
        return Finding.failure(what + " could not be checked: " + why, cure(why));
    }

    private static String cure(String why) {
        if (why.contains("denied") || why.contains("Read-only") || why.contains("not permitted")) {
            return "Name a directory that you can write to.";
        }
        return why.contains("No space") || why.contains("quota")
                ? "Make space, or have the quota raised."
                : "A farm would meet the same problem: mend it first.";
    }

    /** Is the second process of the trial of locks, until there are no more questions. */
    public static void answer(InputStream questions, PrintStream answers) throws IOException {
        LockTrial.answer(questions, answers);
    }
}
