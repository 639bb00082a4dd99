package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.cli.Style.Tone;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.history.History;
import taskfarmer.history.Standing;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.store.Failures;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;
import taskfarmer.view.SummaryJson;

/** {@code taskfarmer farms}: finds the farms below a directory and tells how each of them stands, in one line. */
final class FarmsCommand implements Subcommand {
    private static final int WIDEST_NAME = 60;
    private static final int STATE = Standing.Course.DESERTED.word().length();

    private final Environment environment;
    private final Stop stop;
    private final Output output;
    private final Storage storage = new FileStorage();

    FarmsCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Specs.of("farms", "DIR");
        spec.addOption(Specs.flag("--json"));
        return spec;
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        List<String> names = Subcommand.positionals(given);
        if (names.size() > 1) {
            throw FarmException.badInput(
                    "one directory at a time, but there is also '" + names.get(1) + "'", Help.hint("farms"));
        }
        Path here = environment.workingDirectory();
        Path directory =
                names.isEmpty() ? here : NativeText.path(here, names.get(0)).normalize();
        if (!Files.isDirectory(directory) || !names.isEmpty() && names.get(0).isEmpty()) {
            throw FarmException.badInput("there is no directory '" + names.get(0) + "'", Help.hint("farms"));
        }
        FarmFinder finder = new FarmFinder();
        List<SummaryJson.Entry> farms = new ArrayList<>();
        for (Path root : finder.find(directory)) {
            farms.add(look(root));
        }
        if (finder.isCut()) {
            output.warning("there are too many files below " + directory
                    + " to look at all of them: name a directory nearer to the farms");
        }
        if (given.hasMatchedOption("--json")) {
            output.deliver(SummaryJson.list(farms), stop::isAsked);
        } else if (farms.isEmpty()) {
            output.line("no farms in " + NativeText.text(directory) + ", nor down to " + FarmFinder.DEPTH
                    + " directories below");
        } else {
            table(farms);
        }
        return ExitStatus.DONE;
    }

    private SummaryJson.Entry look(Path root) {
        try {
            WorkDirectory found = WorkDirectory.existing(storage, root, NativeText.text(root));
            return SummaryJson.Entry.of(Standing.now(History.inShort(storage, found)));
        } catch (FarmException e) {
            return SummaryJson.Entry.broken(root, e.getMessage());
        } catch (IOException e) {
            return SummaryJson.Entry.broken(root, Failures.describe(e));
        }
    }

    private void table(List<SummaryJson.Entry> farms) throws IOException, InterruptedException {
        Style style = Style.of(environment, output.isTerminal());
        Shown shown = new Shown(environment.workingDirectory());
        int widest = "FARM".length();
        for (SummaryJson.Entry farm : farms) {
            widest = Math.max(widest, name(shown, farm, style).columns());
        }
        int width = Math.min(widest, WIDEST_NAME);
        StringBuilder text = new StringBuilder();
        text.append(TextLine.open(style)
                        .left(Tone.PLAIN, "FARM", width)
                        .left(Tone.PLAIN, " STATE", STATE + 1)
                        .right(Tone.PLAIN, "ENDED", 17)
                        .right(Tone.PLAIN, "FAILED", 8)
                        .right(Tone.PLAIN, "RUNNING", 8))
                .append('\n');
        for (SummaryJson.Entry farm : farms) {
            TextLine line = name(shown, farm, style).to(width).add("  ");
            farm.standing().ifPresentOrElse(standing -> row(line, standing), () -> line.add(Tone.BAD, farm.problem()));
            text.append(line).append('\n');
        }
        output.deliver(text.toString(), stop::isAsked);
    }

    private static TextLine name(Shown shown, SummaryJson.Entry farm, Style style) {
        return TextLine.open(style).add(shown.path(farm.root()));
    }

    private static void row(TextLine line, Standing standing) {
        Standing.Counts counts = standing.counts();
        line.left(Wording.tone(standing.course()), standing.course().word(), STATE)
                .right(Tone.PLAIN, counts.ended() + "/" + (counts.total() - counts.dropped()), 17)
                .right(counts.failed() > 0 ? Tone.BAD : Tone.PLAIN, Integer.toString(counts.failed()), 8)
                .right(Tone.PLAIN, Integer.toString(counts.running()), 8);
        if (standing.eta().isPresent()) {
            line.add(" ETA " + Shown.time(standing.eta().getAsDouble()));
        } else if (standing.course() != Standing.Course.RUNNING && standing.lastTime() > 0) {
            line.add(" active " + Shown.time(Math.max(0, standing.now() - standing.lastTime()) / 1e6) + " ago");
        }
    }
}
