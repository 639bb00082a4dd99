package taskfarmer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;
import taskfarmer.config.BatchJob;
import taskfarmer.config.DefinitionFiles;
import taskfarmer.config.Definitions;
import taskfarmer.config.Environment;
import taskfarmer.config.Kind;
import taskfarmer.farm.Farm;
import taskfarmer.farm.FarmListener;
import taskfarmer.farm.LedgerSupplies;
import taskfarmer.farm.Progress;
import taskfarmer.farm.Stop;
import taskfarmer.farm.Walltime;
import taskfarmer.host.Binding;
import taskfarmer.host.Capacity;
import taskfarmer.host.HostLedger;
import taskfarmer.host.Share;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.LogName;
import taskfarmer.model.NativeText;
import taskfarmer.process.Logs;
import taskfarmer.process.PlainCommands;
import taskfarmer.process.Reaper;
import taskfarmer.process.Sampler;
import taskfarmer.process.Shells;
import taskfarmer.process.SlotShell;
import taskfarmer.runners.Runners;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Identity;
import taskfarmer.store.Mount;
import taskfarmer.store.Op;
import taskfarmer.store.State;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.WorkDirectory;
import taskfarmer.tasks.TaskLists;
import taskfarmer.view.Views;

/** Puts a farmer together from the settings, lets it run, and says what came of it. */
final class Run {
    private static final String USER_LC_ALL = "TASKFARMER_USER_LC_ALL";

    private final RunSettings settings;
    private final Environment environment;
    private final Stop stop;
    private final Output output;
    private final Shown shown;
    private final Storage storage = new FileStorage();
    private final InstantSource clock = InstantSource.system();

    Run(RunSettings settings, Environment environment, Stop stop, Output output) {
        this.settings = settings;
        this.environment = environment;
        this.stop = stop;
        this.output = output;
        this.shown = new Shown(environment.workingDirectory());
    }

    ExitStatus run() throws IOException, InterruptedException {
        BatchJob job = BatchJob.of(environment);
        if (BatchJob.isStepOfSeveral(environment)) {
            output.prefix("[" + job.label() + " " + job.node() + "] ");
        }
        Variables.check(environment, output::warning);
        settings.timeout().ifPresent(this::stopAfter);
        Walltime walltime = new Walltime(settings.grace(), System::nanoTime);
        settings.list()
                .filter(path -> !Files.isDirectory(path))
                .ifPresent(path -> settings.access().check(path, "task list"));
        DefinitionFiles files = DefinitionFiles.find(environment, output::warning);
        RunnerChoice runners =
                new RunnerChoice(definitions(Runners.kind(), files), settings.runner(), settings.shell(), environment);
        ListFile list = list(files, runners::require);
        Shells shells = Shells.find(environment, settings.shell())
                .niced(settings.conduct().nice(), environment);
        settings.access().checkWorkDirectory(settings.workdir());
        WorkDirectory directory = WorkDirectory.open(storage, settings.workdir(), environment);
        if (BatchJob.isStepOfSeveralNodes(environment)) {
            warnOfAnotherDirectoryOnEachNode(directory.root());
        }
        LogNotes.add(directory.logs(), settings.logs().keep());
        Identity self = Identity.ofThisProcess(job);
        RunSettings.Vigil vigil = settings.vigil();
        Store.Terms terms =
                new Store.Terms(environment.uid(), settings.lockTimeout(), vigil.maxLosses(), stop::isAsked);
        try (JobEnd jobEnd = new JobEnd(environment, clock, settings.verbose() ? output::warning : remark -> {});
                Store store = new Store(storage, directory, self, terms, clock, output::warning);
                Views views = new Views(storage, store);
                Reaper reaper = new Reaper(shells, self.token(), settings.grace(), vigil.deadAfter());
                LedgerSupplies supplies = supplies(self);
                Logs logs = new Logs(
                        directory.logs(),
                        settings.logs().keep(),
                        settings.logs().limit());
                Sampler sampler = new Sampler();
                Console console = new Console(output, shown, settings.logs(), settings.verbose());
                Hooks hooks = hooks(shells, directory);
                LogKeeper keeper = new LogKeeper(listener(console, hooks, store), logs)) {
            SlotShell.Setting setting = new SlotShell.Setting(
                    shells,
                    reaper,
                    new PlainCommands(environment),
                    environmentChanges(),
                    self.token(),
                    directory.root(),
                    logs,
                    settings.logs().sample() ? Optional.of(sampler) : Optional.empty());
            Farm.Options options = new Farm.Options(
                    settings.slots(),
                    settings.grace(),
                    vigil.heartbeat(),
                    vigil.linger(),
                    settings.updateList(),
                    settings.retryFailed(),
                    settings.onlyTags(),
                    environment.workingDirectory(),
                    temporary(),
                    runners,
                    supplies,
                    setting,
                    clock,
                    settings.conduct().orders(walltime, list));
            Farm farm = new Farm(store, views, reaper, stop, options, keeper);
            tellTheEnd(walltime, jobEnd);
            if (job.isKnown()) {
                output.line("begins on " + self.name() + ", " + Shown.count(settings.slots(), "slot"));
            }
            console.follow(farm::progress);
            Bulletins bulletins = new Bulletins(settings.reports(), storage, directory, output);
            bulletins.begin();
            OwnClasses.loadInBackground();
            Heap.keepSmall();
            Op.Joined joined =
                    new Op.Joined(self, settings.slots(), 0, vigil.deadAfter().toMillis());
            ExitStatus status = farm.run(list, joined);
            console.close();
            bulletins.end();
            summarise(farm.progress(), status, directory);
            settings.reports().onFinish().filter(command -> isTheEnd(store)).ifPresent(command -> {
                hooks.run("--on-finish", command, () -> facts(farm.progress(), status));
            });
            return status;
        }
    }

    /** Tasks share what the node has as soon as one of them asks for something, or the user has said what there is. */
    private LedgerSupplies supplies(Identity self) {
        NodeSettings node = settings.node();
        Function<Share, List<String>> prefix = share -> List.of();
        if (node.bind()) {
            prefix = Binding.of(Capacity.of(environment, node.stated()), environment)::prefix;
        }
        LedgerSupplies supplies = new LedgerSupplies(
                () -> HostLedger.open(storage, environment, self, Capacity.of(environment, node.stated())), prefix);
        if (node.bind() || !node.stated().amounts().isEmpty()) {
            supplies.count();
        }
        return supplies;
    }

    private Hooks hooks(Shells shells, WorkDirectory directory) {
        Map<String, Optional<String>> facts = environmentChanges();
        facts.put("TASKFARMER_LIST", Optional.of(settings.listName()));
        facts.put("TASKFARMER_WORKDIR", Optional.of(NativeText.text(directory.root())));
        return new Hooks(shells.bash().toString(), facts, output);
    }

    private FarmListener listener(Console console, Hooks hooks, Store store) {
        Optional<String> command = settings.reports().onFailure();
        return command.isEmpty() ? console : new FailureHook(console, hooks, command.get(), settings.logs(), store);
    }

    /** Returns whether this farmer has been told to stop, or is the last one that leaves. */
    private boolean isTheEnd(Store store) {
        return stop.isAsked()
                || store.look(state -> state.farmers().values().stream().noneMatch(State.Farmer::present));
    }

    private Map<String, String> facts(Progress end, ExitStatus status) {
        Map<String, String> facts = new HashMap<>();
        facts.put("TASKFARMER_EVENT", "finish");
        facts.put("TASKFARMER_EXIT_STATUS", Integer.toString(status.code()));
        facts.put("TASKFARMER_TOTAL", Integer.toString(end.total()));
        facts.put("TASKFARMER_FINISHED", Integer.toString(end.finished()));
        facts.put("TASKFARMER_FAILED", Integer.toString(end.failed()));
        facts.put("TASKFARMER_CANCELLED", Integer.toString(end.cancelled()));
        facts.put("TASKFARMER_LEFT", Integer.toString(end.left()));
        facts.put("TASKFARMER_SECONDS", Long.toString(Math.round(end.seconds())));
        Stop.Reason reason = stop.reason();
        facts.put("TASKFARMER_REASON", reason == null ? "" : reason.word());
        return facts;
    }

    private void warnOfAnotherDirectoryOnEachNode(Path root) {
        Mount mount = Mount.of(root);
        if (mount.isNodeLocal()) {
            output.warning("the work directory " + root + " is on a file system of this node (" + mount.describe()
                    + "): if the nodes of this step do not share it, each of them runs the whole list. Use --workdir DIR, on a"
                    + " shared file system.");
        }
    }

    private ListFile list(DefinitionFiles files, Consumer<String> runners) throws IOException, InterruptedException {
        ListReading reading = ListReading.of(
                settings.tasks(), definitions(TaskLists.kind(), files), settings.tasklist(), runners, shown);
        if (settings.list().isEmpty()) {
            return ListFile.of(readToEnd(() -> System.in), "on standard input", reading);
        }
        Path path = settings.list().get();
        if (Files.exists(path) && RunSettings.isStream(path)) {
            return ListFile.of(readToEnd(() -> Files.newInputStream(path)), settings.listName(), reading);
        }
        return ListFile.at(path, settings.listName(), reading);
    }

    private interface Opening {
        InputStream open() throws IOException;
    }

    /** Reads to the end, which may never come: the wish to stop ends the waiting. */
    private byte[] readToEnd(Opening source) throws IOException, InterruptedException {
        FutureTask<byte[]> reading = new FutureTask<>(() -> source.open().readAllBytes());
        Thread reader = new Thread(reading, "list");
        reader.setDaemon(true);
        reader.start();
        stop.whenAsked(() -> reading.cancel(false));
        try {
            return reading.get();
        } catch (CancellationException e) {
            throw new InterruptedException("stopped before anything was started");
        } catch (ExecutionException e) {
            throw new IOException("the task list cannot be read: " + e.getCause(), e);
        }
    }

    private <T> Definitions<T> definitions(Kind<T> kind, DefinitionFiles files) {
        return new Definitions<>(kind, files, environment, settings.access());
    }

    /** Tells how long this farmer may go on: as it was told, or, a moment later, as the batch system says. */
    private void tellTheEnd(Walltime walltime, JobEnd jobEnd) {
        ConductSettings conduct = settings.conduct();
        if (conduct.walltime().isPresent()) {
            walltime.endIn(conduct.walltime().get());
        } else if (conduct.ignoringWalltime()) {
            walltime.stayUnknown();
        } else {
            jobEnd.tell(walltime);
        }
    }

    private void stopAfter(Duration timeout) {
        Thread timer = new Thread(
                () -> {
                    try {
                        if (!stop.await(timeout.toMillis())) {
                            String limit = Shown.span(timeout.toMillis() / 1000.0);
                            stop.ask(Stop.Reason.wished("timeout", "the timeout of " + limit + " is reached"));
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "timeout");
        timer.setDaemon(true);
        timer.start();
    }

    /** The launcher script may have changed the locale for Java's sake; tasks get back the one that the user had. */
    private Map<String, Optional<String>> environmentChanges() {
        Map<String, Optional<String>> changes = new HashMap<>();
        environment.variable(USER_LC_ALL).ifPresent(before -> {
            changes.put("LC_ALL", before.startsWith("=") ? Optional.of(before.substring(1)) : Optional.empty());
            changes.put(USER_LC_ALL, Optional.empty());
        });
        return changes;
    }

    private Path temporary() {
        return environment
                .workingDirectory()
                .resolve(environment.variable("TMPDIR").orElse("/tmp"));
    }

    private void summarise(Progress end, ExitStatus status, WorkDirectory directory) {
        if (end.total() == 0) {
            output.line((settings.list().isPresent() ? settings.listName() : "standard input")
                    + " holds no tasks: nothing to do");
            return;
        }
        StringBuilder counts = new StringBuilder();
        counts.append(end.total()).append(end.total() == 1 ? " task: " : " tasks: ");
        counts.append(end.finished()).append(" finished, ").append(end.failed()).append(" failed");
        if (end.cancelled() > 0) {
            counts.append(", ").append(end.cancelled()).append(" cancelled");
        }
        if (end.left() > 0) {
            counts.append(", ").append(end.left()).append(" left");
        }
        if (end.requeued() > 0) {
            counts.append(" (").append(end.requeued());
            counts.append(end.requeued() == 1 ? " was interrupted and goes back)" : " were interrupted and go back)");
        }
        output.line(counts.toString());
        String where = shown.path(directory.root());
        String logs = settings.logs().whereAll(where + "/logs/" + LogName.pattern(end.total()));
        String failed = end.failed() > 0 ? "failed tasks: " + where + "/failed, " : "";
        if (end.recorded() == 0 && end.left() == 0 && end.busy() == 0) {
            output.line("nothing was left to do" + (failed.isEmpty() ? "" : "; " + failed + logs));
            return;
        }
        long percent = Math.round(end.busy() * 100);
        output.line("took " + Shown.span(end.seconds()) + ", " + end.recorded() + " ended here, "
                + Shown.count(end.slots(), "slot") + " busy for " + percent + " % of the time");
        output.line(failed + logs + ", timeline: " + where + "/timeline.json");
        if (end.elsewhere() > 0) {
            output.line(end.elsewhere() + (end.elsewhere() == 1 ? " task is" : " tasks are") + " with other farmers");
        }
        if (status == ExitStatus.STOPPED && end.left() > 0) {
            output.line("to go on, run the same command again");
        }
    }
}
