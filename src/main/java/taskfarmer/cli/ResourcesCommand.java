package taskfarmer.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.cli.Style.Tone;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.config.Setting;
import taskfarmer.config.Settings;
import taskfarmer.config.WriteAccess;
import taskfarmer.farm.Stop;
import taskfarmer.host.Capacity;
import taskfarmer.host.Entry;
import taskfarmer.host.Holdings;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.NativeText;
import taskfarmer.model.Resources;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Identity;
import taskfarmer.view.HostJson;

/** {@code taskfarmer resources}: tells what this node has for tasks, what is free of it, and who holds the rest. */
final class ResourcesCommand implements Subcommand {
    private static final int AMOUNT = 8;
    private static final int NAME = 9;

    private final Environment environment;
    private final Stop stop;
    private final Output output;

    ResourcesCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("taskfarmer resources");
        spec.addOption(Specs.flag("--json"));
        spec.addOption(Specs.value("AMOUNTS", "--resources"));
        spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).build());
        return spec;
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        Capacity capacity = Capacity.of(environment, NodeSettings.stated(stated(given)));
        Holdings now = Holdings.look(
                new FileStorage(), environment, Identity.ofThisProcess(BatchJob.of(environment)), capacity);
        List<HostJson.Thing> things = things(capacity, now);
        output.deliver(given.hasMatchedOption("--json") ? json(things, now) : text(things, now), stop::isAsked);
        return ExitStatus.DONE;
    }

    private Optional<Setting> stated(ParseResult given) {
        if (given.hasMatchedOption("--resources")) {
            return Optional.of(new Setting(given.matchedOptionValue("--resources", ""), "--resources"));
        }
        WriteAccess access = new WriteAccess(false, environment.uid(), output::warning);
        return Settings.load(environment, RunCommand.names(), access).find("resources");
    }

    private static List<HostJson.Thing> things(Capacity capacity, Holdings now) {
        SortedSet<String> names = new TreeSet<>(capacity.origins().keySet());
        names.removeAll(List.of(Resources.CORES, Resources.MEMORY, Resources.GPUS));
        List<String> inOrder = new ArrayList<>(List.of(Resources.CORES, Resources.MEMORY, Resources.GPUS));
        inOrder.addAll(names);
        return inOrder.stream()
                .map(name -> new HostJson.Thing(
                        name,
                        capacity.amounts().amount(name),
                        now.free().amount(name),
                        String.valueOf(capacity.origins().get(name)),
                        name.equals(Resources.CORES)
                                ? capacity.cores()
                                : name.equals(Resources.GPUS) ? capacity.gpus() : List.of()))
                .toList();
    }

    private static String json(List<HostJson.Thing> things, Holdings now) throws IOException {
        List<HostJson.Held> held = new ArrayList<>();
        for (Holdings.Holding holding : now.all()) {
            Entry entry = holding.entry();
            held.add(new HostJson.Held(
                    entry.label(),
                    entry.owner().pid(),
                    holding.holder().name().toLowerCase(Locale.ROOT),
                    entry.amounts(),
                    entry.cores(),
                    entry.gpus()));
        }
        return HostJson.text(now.ledger(), things, held);
    }

    private String text(List<HostJson.Thing> things, Holdings now) {
        Style style = Style.of(environment, output.isTerminal());
        StringBuilder text = new StringBuilder();
        int width = NAME;
        for (HostJson.Thing thing : things) {
            width = Math.max(width, thing.name().length());
        }
        text.append(TextLine.open(style)
                        .left(Tone.PLAIN, "RESOURCE", width)
                        .right(Tone.PLAIN, "HERE", AMOUNT)
                        .right(Tone.PLAIN, "FREE", AMOUNT)
                        .add(" FROM"))
                .append('\n');
        for (HostJson.Thing thing : things) {
            String names = thing.names().isEmpty() ? "" : " (" + Capacity.show(thing.names()) + ")";
            text.append(TextLine.open(style)
                            .left(Tone.PLAIN, thing.name(), width)
                            .right(Tone.PLAIN, Resources.show(thing.name(), thing.amount()), AMOUNT)
                            .right(Tone.PLAIN, Resources.show(thing.name(), thing.free()), AMOUNT)
                            .add(" " + thing.origin() + names))
                    .append('\n');
        }
        text.append('\n')
                .append(now.all().isEmpty() ? "nobody holds anything" : "held")
                .append(" (");
        text.append(TextLine.open(style).add(NativeText.text(now.ledger()))).append(")\n");
        for (Holdings.Holding holding : now.all()) {
            text.append(line(style, holding)).append('\n');
        }
        return text.toString();
    }

    private static TextLine line(Style style, Holdings.Holding holding) {
        Entry entry = holding.entry();
        StringBuilder what = new StringBuilder();
        entry.amounts().amounts().forEach((name, amount) -> {
            List<String> units = name.equals(Resources.CORES)
                    ? entry.cores()
                    : name.equals(Resources.GPUS) ? entry.gpus() : List.of();
            what.append(what.length() == 0 ? "" : ", ")
                    .append(Resources.show(name, amount))
                    .append(' ');
            what.append(name).append(units.isEmpty() ? "" : " (" + Capacity.show(units) + ")");
        });
        TextLine line = TextLine.open(style)
                .add("  " + entry.label() + ", PID " + entry.owner().pid() + ": " + what);
        return switch (holding.holder()) {
            case ALIVE -> line;
            case DEAD -> line.add(Tone.BAD, "; this farmer has died");
            case UNSEEN -> line.add(Tone.DOUBTFUL, "; this farmer is in another PID namespace");
        };
    }
}
