package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.history.History;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.report.Report;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Storage;
import taskfarmer.view.ExportFile;

/** {@code taskfarmer report}: writes a page about a farm, to be looked at in a browser. */
final class ReportCommand implements Subcommand {
    private static final String STANDARD_OUTPUT = "-";

    private final Environment environment;
    private final Stop stop;
    private final Output output;
    private final Storage storage = new FileStorage();

    ReportCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        return FarmArgument.spec("report").addOption(Specs.value("FILE", "-o", "--output"));
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        FarmArgument farm = FarmArgument.of(given, storage, environment);
        farm.expectNothingMore(environment);
        String name = given.matchedOptionValue(
                "--output", NativeText.text(farm.directory().view("report.html")));
        if (name.isEmpty()) {
            throw FarmException.badInput("the name of the file is empty", "Is a variable unset that should hold it?");
        }
        Path path = NativeText.path(environment.workingDirectory(), name).normalize();
        String shown = new Shown(environment.workingDirectory()).path(path);
        boolean toFile = !name.equals(STANDARD_OUTPUT);
        ExportFile file =
                toFile ? ExportFile.at(storage, path, shown) : null; // before the work, which may take a while
        Report report = Report.of(
                History.inFull(storage, farm.directory()),
                storage,
                TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()));
        if (file == null) {
            output.bulk(stop::isAsked, report::write);
            return ExitStatus.DONE;
        }
        file.write(out -> {
            report.write(out);
            return 1;
        });
        output.line("report: " + shown + (Files.isRegularFile(path) ? " (" + megabytes(Files.size(path)) + ")" : "")
                + ", to be opened in a browser");
        return ExitStatus.DONE;
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
