package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.FarmException;
import taskfarmer.model.Signals;
import taskfarmer.process.Errand;
import taskfarmer.process.Reaper;
import taskfarmer.process.SlotShell;
import taskfarmer.store.Identity;

/** What one farmer does for itself: before its first task, beside its tasks, and when they are over. */
final class Errands {
    private static final long LOOK_MILLIS = 100;
    private static final long AFTER_TERM_MILLIS = 1000;
    private static final long LAST_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HOLD = TimeUnit.SECONDS.toNanos(1);

    private final Orders orders;
    private final SlotShell.Setting setting;
    private final Duration grace;
    private final Reaper reaper;
    private final Stop stop;
    private final FarmListener listener;
    private @Nullable Archive archive;
    private Map<String, String> facts = Map.of();
    private int farmer;
    private boolean begun;
    private long held = System.nanoTime();

    Errands(Orders orders, SlotShell.Setting setting, Duration grace, Reaper reaper, Stop stop, FarmListener listener) {
        this.orders = orders;
        this.setting = setting;
        this.grace = grace;
        this.reaper = reaper;
        this.stop = stop;
        this.listener = listener;
    }

    /** Returns whether there is anything to do when the tasks are over. */
    boolean areLeft() {
        return begun && (archive != null || orders.teardown().isPresent());
    }

    /**
     * Does what comes before the first task. What fails stops the farm: on a node that could not be set up no task would run well.
     *
     * @param number the farmer's number
     * @param meanwhile is called now and then while that takes long
     */
    void begin(int number, Identity self, Runnable meanwhile) throws IOException, InterruptedException {
        farmer = number;
        begun = true;
        Map<String, String> all = new HashMap<>();
        all.put("TASKFARMER_FARMER_NUMBER", Integer.toString(number));
        all.put("TASKFARMER_HOST", self.place());
        facts = all;
        reserve();
        if (orders.setup().isPresent()) {
            setUp(orders.setup().get(), meanwhile);
        }
        if (orders.archiving().isPresent() && !stop.isAsked()) {
            Archive fresh =
                    new Archive(orders.archiving().get(), setting, self.place(), number, listener, this::reserve);
            archive = fresh;
            fresh.begin();
        }
    }

    /** Keeps time before the end of the walltime for what is to be done then. */
    private void reserve() {
        Archive made = archive;
        long archiving = made == null ? 0 : made.longest() + made.longest() / 2;
        orders.walltime().reserve(archiving + (orders.teardown().isPresent() ? grace.toNanos() : 0));
    }

    private void setUp(String command, Runnable meanwhile) throws IOException, InterruptedException {
        Path output = logs().resolve("setup_" + farmer);
        Errand setup = start("setup", command, "", output);
        while (!setup.await(LOOK_MILLIS)) {
            meanwhile.run();
            if (stop.isAsked()) {
                long told = System.nanoTime();
                end(setup, () -> stop.isUrgent() || System.nanoTime() - told >= grace.toNanos());
                return;
            }
        }
        if (setup.status() != 0) {
            stop.ask(new Stop.Reason(
                    "setup",
                    "--setup failed: " + Signals.describe(setup.status()) + ", log " + output,
                    "No task was taken. Look at what it wrote, mend it, and start again.",
                    taskfarmer.model.ExitStatus.UNTRUSTED));
        }
    }

    private Path logs() {
        return setting.workDirectory().resolve("logs");
    }

    private Errand start(String event, String command, String reason, Path output) throws IOException {
        Map<String, String> all = new HashMap<>(facts);
        all.put("TASKFARMER_EVENT", event);
        all.put("TASKFARMER_REASON", reason);
        return Errand.command(setting, command, all, output);
    }

    /** Sends TERM, and KILL when it is time to. */
    private static void end(Errand errand, BooleanSupplier isTime) throws InterruptedException {
        errand.terminate();
        while (!errand.await(LOOK_MILLIS)) {
            if (isTime.getAsBoolean()) {
                errand.kill();
            }
        }
    }

    /**
     * Does what comes after the last task; a second call does nothing. As long as nobody has told the farmer to stop, it may take
     * its time; otherwise the last archive is given up when the walltime ends or somebody loses patience, and the teardown gets
     * no more time than tasks have to obey TERM.
     */
    void finish() throws InterruptedException {
        if (!begun) {
            return;
        }
        begun = false;
        Archive last = archive;
        if (last != null) {
            last.finish(() -> {
                hold();
                return stop.isUrgent() || orders.walltime().toEnd() < reserveForTeardown();
            });
        }
        if (orders.teardown().isPresent()) {
            tearDown(orders.teardown().get());
        }
    }

    private long reserveForTeardown() {
        return LAST_SECOND + (orders.teardown().isPresent() ? grace.toNanos() : 0);
    }

    private void tearDown(String command) throws InterruptedException {
        Path output = logs().resolve("teardown_" + farmer);
        Stop.Reason reason = stop.reason();
        try {
            Errand teardown = start("teardown", command, reason == null ? "" : reason.word(), output);
            long since = stop.isAsked() ? System.nanoTime() : 0; // when it was told to hurry
            while (!teardown.await(LOOK_MILLIS)) {
                hold();
                since = since == 0 && stop.isAsked() ? System.nanoTime() : since;
                if (since != 0 && (stop.isUrgent() || System.nanoTime() - since >= grace.toNanos())) {
                    long told = System.nanoTime();
                    end(teardown, () -> System.nanoTime() - told >= TimeUnit.MILLISECONDS.toNanos(AFTER_TERM_MILLIS));
                    listener.notice("--teardown was ended: it took longer than --kill-grace, log " + output);
                    return;
                }
            }
            if (teardown.status() != 0) {
                listener.notice("--teardown failed: " + Signals.describe(teardown.status()) + ", log " + output);
            }
        } catch (IOException e) {
            listener.notice("--teardown could not be started: " + e.getMessage());
        }
    }

    /** The farmer has left, and nobody sees its heartbeat any more; its reaper is to be patient all the same. */
    private void hold() {
        if (System.nanoTime() - held >= HOLD) {
            held = System.nanoTime();
            try {
                reaper.hold();
            } catch (IOException | FarmException e) {
                // It ends with this farmer, and what is done now with it.
            }
        }
    }
}
