package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.history.History;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Storage;
import taskfarmer.view.Export;
import taskfarmer.view.ExportFile;

/** {@code taskfarmer export}: what a farm has done, in the format of another program. */
final class ExportCommand implements Subcommand {
    private final Environment environment;
    private final Stop stop;
    private final Output output;
    private final Storage storage = new FileStorage();

    ExportCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = FarmArgument.spec("export");
        spec.addOption(Specs.flag("--joblog"));
        spec.addOption(Specs.flag("--csv"));
        spec.addOption(Specs.flag("--json"));
        spec.addOption(Specs.value("FILE", "-o", "--output"));
        return spec;
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        Heap.keepSmall();
        Export.Format format = format(given);
        String name = given.matchedOptionValue("--output", "-");
        FarmArgument farm = FarmArgument.of(given, storage, environment);
        farm.expectNothingMore(environment);
        if (name.equals("-")) {
            Export export = new Export(History.inFull(storage, farm.directory()), stop::isAsked);
            output.bulk(stop::isAsked, stream -> export.write(format, stream));
            return ExitStatus.DONE;
        }
        if (name.isEmpty()) {
            throw FarmException.badInput(
                    "the name of the output file is empty", "Is a variable unset that should hold it?");
        }
        Path path = NativeText.path(environment.workingDirectory(), name).normalize();
        ExportFile file = ExportFile.at(storage, path, name);
        Export export = new Export(History.inFull(storage, farm.directory()), stop::isAsked);
        int lines = file.write(stream -> export.write(format, stream));
        String what = format == Export.Format.JOBLOG ? "task" : "attempt";
        output.line(lines + " " + what + (lines == 1 ? "" : "s") + " written to " + name);
        return ExitStatus.DONE;
    }

    private static Export.Format format(ParseResult given) {
        Map<Export.Format, String> asked = new EnumMap<>(Export.Format.class);
        for (Export.Format format : Export.Format.values()) {
            String option = "--" + format.word();
            if (given.hasMatchedOption(option)) {
                asked.put(format, option);
            }
        }
        if (asked.size() != 1) {
            throw FarmException.badInput(
                    asked.isEmpty()
                            ? "in which format? None was named"
                            : "one format at a time, not " + String.join(" and ", asked.values()),
                    "The formats are --joblog, --csv and --json. " + Help.hint("export"));
        }
        return asked.keySet().iterator().next();
    }
}
