package taskfarmer.cli;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.config.WriteAccess;
import taskfarmer.doctor.Checkup;
import taskfarmer.doctor.Finding;
import taskfarmer.doctor.Finding.Level;
import taskfarmer.doctor.Pause;
import taskfarmer.doctor.SharedTrial;
import taskfarmer.farm.Stop;
import taskfarmer.model.Durations;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Identity;
import taskfarmer.store.LockSite;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/** {@code taskfarmer doctor}: tells beforehand whether a farm can run here, and whether nodes exclude each other. */
final class DoctorCommand implements Subcommand {
    private static final int MOST_SLOTS = 4096;
    private static final int MOST_NODES = 512;
    private static final int SLOTS = 8;
    private static final String SECOND = "--second-process"; // of the trial of locks; not for users

    private final Environment environment;
    private final Stop stop;
    private final Output output;
    private final Storage storage = new FileStorage();

    DoctorCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Specs.of("doctor", "DIR");
        spec.addOption(Specs.flag("--shared"));
        spec.addOption(OptionSpec.builder(SECOND)
                .type(boolean.class)
                .arity("0")
                .hidden(true)
                .build());
        spec.addOption(value("--nodes", int.class, "N"));
        spec.addOption(value("--wait", String.class, "DURATION"));
        spec.addOption(OptionSpec.builder("-n", "--proc")
                .type(int.class)
                .paramLabel("N")
                .build());
        return spec;
    }

    private static OptionSpec value(String name, Class<?> type, String label) {
        return OptionSpec.builder(name).type(type).paramLabel(label).build();
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        if (given.hasMatchedOption(SECOND)) {
            Checkup.answer(System.in, System.out);
            return ExitStatus.DONE;
        }
        List<String> names = Subcommand.positionals(given);
        if (names.size() > 1) {
            throw FarmException.badInput(
                    "one directory at a time, but there is also '" + names.get(1) + "'",
                    "Usage: taskfarmer doctor [DIR]; see taskfarmer doctor --help.");
        }
        boolean shared = given.hasMatchedOption("--shared");
        if (shared && given.hasMatchedOption("--proc")) {
            throw FarmException.badInput("--proc does not belong to --shared", Help.hint("doctor"));
        }
        if (!shared && (given.hasMatchedOption("--nodes") || given.hasMatchedOption("--wait"))) {
            throw FarmException.badInput("--nodes and --wait belong to --shared", Help.hint("doctor"));
        }
        Path root = root(names.isEmpty() ? "." : names.get(0));
        BatchJob job = BatchJob.of(environment);
        if (BatchJob.isStepOfSeveral(environment)) {
            output.prefix("[" + job.label() + " " + job.node() + "] ");
        }
        Report report = new Report(output);
        if (shared) {
            share(given, root, report);
        } else {
            int slots = number(given, "--proc", 1, MOST_SLOTS).orElse(SLOTS);
            new Checkup(
                            storage,
                            environment,
                            pause(),
                            new WriteAccess(false, environment.uid(), output::warning),
                            List.of("doctor", SECOND))
                    .run(root, slots, report);
        }
        return report.end(shared);
    }

    /** Returns the work directory that is meant, by its own name or by that of its task list. */
    private Path root(String name) {
        if (name.isEmpty()) {
            throw FarmException.badInput(
                    "the name of the directory is empty", "Is a variable unset that should hold it?");
        }
        Path path = NativeText.path(environment.workingDirectory(), name).normalize();
        return Files.isRegularFile(path) ? NativeText.withSuffix(path, WorkDirectory.SUFFIX) : path;
    }

    private void share(ParseResult given, Path root, Report report) throws IOException, InterruptedException {
        Duration patience = Duration.ofSeconds(60);
        if (given.hasMatchedOption("--wait")) {
            try {
                patience = Durations.parse(given.matchedOptionValue("--wait", ""));
            } catch (FarmException e) {
                throw FarmException.badInput("--wait: " + e.getMessage(), e.remedy(), e);
            }
        }
        Optional<Integer> nodes = number(given, "--nodes", 2, MOST_NODES);
        int tasks = tasks();
        // Of a job step of Slurm, all know how many they are. A shell in a step is one task: whoever types there does
        // not.
        boolean step = tasks > 1 && (nodes.isEmpty() || nodes.get() == tasks);
        String name = step
                ? "shared-" + environment.variable("SLURM_JOB_ID").orElse("") + "."
                        + environment.variable("SLURM_STEP_ID").orElse("")
                : "shared";
        SharedTrial.Options options =
                new SharedTrial.Options(name, step ? tasks : nodes.orElse(2), patience, environment.uid());
        new SharedTrial(
                        storage,
                        LockSite.of(storage, root, environment),
                        options,
                        Identity.ofThisProcess(BatchJob.of(environment)),
                        randomId(),
                        pause(),
                        output::line)
                .run()
                .forEach(report);
    }

    /** Returns how many tasks the job step of Slurm has that this process belongs to; 1 outside of any. */
    private int tasks() {
        if (environment.variable("SLURM_JOB_ID").isEmpty()
                || environment.variable("SLURM_STEP_ID").isEmpty()) {
            return 1;
        }
        String count = environment
                .variable("SLURM_STEP_NUM_TASKS")
                .or(() -> environment.variable("SLURM_NTASKS"))
                .orElse("1");
        return count.matches("[0-9]{1,6}") ? Integer.parseInt(count) : 1;
    }

    private static Optional<Integer> number(ParseResult given, String option, int least, int most) {
        if (!given.hasMatchedOption(option)) {
            return Optional.empty();
        }
        int number = given.matchedOptionValue(option, 0);
        if (number < least || number > most) {
            throw FarmException.badInput(
                    option + ": " + number + " is not a number from " + least + " to " + most, Help.hint("doctor"));
        }
        return Optional.of(number);
    }

    private Pause pause() {
        return millis -> {
            if (stop.await(millis)) {
                throw new InterruptedException("stopped by the user");
            }
        };
    }

    private static String randomId() throws IOException {
        try (InputStream random = Files.newInputStream(Path.of("/dev/urandom"))) {
            return String.format("%016x", new DataInputStream(random).readLong());
        }
    }

    /** Prints the findings and keeps count. */
    private static final class Report implements Consumer<Finding> {
        private final Output output;
        private final Map<Level, Integer> counts = new EnumMap<>(Level.class);

        Report(Output output) {
            this.output = output;
        }

        @Override
        public void accept(Finding finding) {
            counts.merge(finding.level(), 1, Integer::sum);
            output.line(finding.toString());
        }

        ExitStatus end(boolean shared) {
            int failures = counts.getOrDefault(Level.FAILURE, 0);
            int warnings = counts.getOrDefault(Level.WARNING, 0);
            String counted = count(warnings, "warning");
            if (failures > 0) {
                output.line(count(failures, "failure") + ", " + counted + ": see above for what to do");
            } else if (shared) {
                output.line("all took part and excluded each other, " + counted);
            } else {
                output.line("a farm can run here, " + counted
                        + "; whether nodes exclude each other: srun -N2 taskfarmer doctor --shared DIR");
            }
            return failures > 0 ? ExitStatus.UNTRUSTED : ExitStatus.DONE;
        }

        private static String count(int count, String what) {
            return (count == 0 ? "no" : Integer.toString(count)) + " " + what + (count == 1 ? "" : "s");
        }
    }
}
