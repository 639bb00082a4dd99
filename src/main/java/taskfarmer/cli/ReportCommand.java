package taskfarmer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.history.History;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.report.Report;
import taskfarmer.store.Failures;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Storage;

/** {@code taskfarmer report}: writes a page about a farm, to be looked at in a browser. */
final class ReportCommand implements Subcommand {
    private static final String STANDARD_OUTPUT = "-";

    private final Environment environment;
    private final Output output;
    private final Storage storage = new FileStorage();

    ReportCommand(Environment environment, Output output) {
        this.environment = environment;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = FarmArgument.spec("report");
        spec.addOption(FarmArgument.value("FILE", "-o", "--output"));
        return spec;
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException {
        FarmArgument farm = FarmArgument.of(given, storage, environment);
        farm.expectNothingMore();
        String name = given.matchedOptionValue(
                "--output", NativeText.text(farm.directory().view("report.html")));
        Path file = name.equals(STANDARD_OUTPUT) ? Path.of("/dev/stdout") : file(name);
        History history = History.inFull(storage, farm.directory());
        Report report = Report.of(history, storage, TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()));
        if (name.equals(STANDARD_OUTPUT)) {
            try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
                report.write(out);
            } catch (IOException e) {
                throw FarmException.untrusted(
                        "the report could not be written to standard output: " + Failures.describe(e), "", e);
            }
            return ExitStatus.DONE;
        }
        write(report, file);
        output.line("report: " + new Shown(environment.workingDirectory()).path(file) + " ("
                + megabytes(Files.size(file)) + "), to be opened in a browser");
        return ExitStatus.DONE;
    }

    /** Returns the file that is meant, if one can be written there. */
    private Path file(String name) throws IOException {
        if (name.isEmpty()) {
            throw FarmException.badInput("the name of the file is empty", "Is a variable unset that should hold it?");
        }
        Path path = NativeText.path(environment.workingDirectory(), name).normalize();
        Path parent = path.getParent();
        if (Files.isDirectory(path)) {
            throw FarmException.badInput(
                    "cannot write the report to " + name + ": it is a directory",
                    "Name a file: -o " + name + "/report.html");
        } else if (parent != null && !Files.isDirectory(parent)) {
            throw FarmException.badInput(
                    "cannot write the report to " + name + ": there is no directory " + parent,
                    "Make that directory first, or name another file with -o.");
        }
        return Files.exists(path) ? path.toRealPath() : path;
    }

    /** Writes the report aside and puts it into its place once it is whole; what is no file (a pipe) is written to. */
    private static void write(Report report, Path file) {
        boolean aside = !Files.exists(file) || Files.isRegularFile(file);
        Path draft = aside
                ? NativeText.withSuffix(file, "." + ProcessHandle.current().pid())
                : file;
        try {
            try (OutputStream out = Files.newOutputStream(
                    draft,
                    aside ? StandardOpenOption.CREATE_NEW : StandardOpenOption.WRITE,
                    StandardOpenOption.WRITE)) {
                report.write(out);
            }
            if (aside) {
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            if (aside) {
                discard(draft);
            }
            throw FarmException.untrusted(
                    "the report could not be written: " + Failures.describe(e), "Name another file with -o.", e);
        }
    }

    private static void discard(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            // it stays, under a name that says what it is
        }
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
