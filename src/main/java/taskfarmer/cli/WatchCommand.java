package taskfarmer.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.history.Excerpts;
import taskfarmer.history.History;
import taskfarmer.history.LifeSigns;
import taskfarmer.history.Standing;
import taskfarmer.model.Durations;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.store.Failures;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Storage;

/** {@code taskfarmer watch}: shows how a farm stands, on the whole terminal, again and again. */
final class WatchCommand implements Subcommand {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final long LOOK_MILLIS = 1000;

    private final Environment environment;
    private final Stop stop;
    private final Output output;
    private final Storage storage = new FileStorage();

    WatchCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        return FarmArgument.spec("watch").addOption(Specs.value("DURATION", "--interval"));
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        Duration interval = INTERVAL;
        if (given.hasMatchedOption("--interval")) {
            try {
                interval = Durations.parse(given.matchedOptionValue("--interval", ""));
            } catch (FarmException e) {
                throw FarmException.badInput("--interval: " + e.getMessage(), e.remedy(), e);
            }
        }
        FarmArgument farm = FarmArgument.of(given, storage, environment);
        farm.expectNothingMore(environment);
        if (!output.isTerminal()) {
            throw FarmException.badInput(
                    "watch needs a terminal, and standard output is none"
                            + (environment.variable("TERM").orElse("").equals("dumb") ? " with a screen" : ""),
                    "taskfarmer status " + Shown.typed(Shown.farm(farm.shown()))
                            + " tells the same once, and with --json to scripts.");
        }
        History history = History.inShort(storage, farm.directory()); // before the screen: errors are to stay
        try (Terminal terminal = new Terminal()) {
            stop.whenAsked(terminal::wake);
            new Viewer(history, farm.shown(), terminal).watch(interval);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return ExitStatus.DONE;
    }

    /** Somebody who watches. */
    private final class Viewer {
        private final History history;
        private final String name;
        private final Terminal terminal;
        private final Excerpts excerpts;
        private final LifeSigns signs;
        private final Style style = Style.of(environment, true);
        private int scrolled;
        private int page;
        private boolean help;
        private String trouble = "";

        Viewer(History history, String name, Terminal terminal) {
            this.history = history;
            this.name = name;
            this.terminal = terminal;
            this.excerpts = new Excerpts(storage, history);
            this.signs = new LifeSigns(history.directory().locks());
        }

        void watch(Duration interval) throws IOException, InterruptedException {
            Standing standing = stand();
            Terminal.Size size = terminal.size();
            long next = System.nanoTime() + interval.toNanos();
            Key key = Key.REDRAW;
            while (!stop.isAsked() && key != Key.QUIT) {
                Terminal.Size now = terminal.size();
                boolean due = System.nanoTime() - next >= 0;
                if (due) {
                    standing = follow(standing);
                    next = System.nanoTime() + interval.toNanos();
                }
                if (due || key != Key.NONE || !now.equals(size)) {
                    size = now;
                    show(standing, size);
                }
                long wait = TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime());
                key = terminal.key(Math.max(1, Math.min(wait, LOOK_MILLIS)));
                press(key);
            }
        }

        /** What cannot be read now can be in a moment, if a file server is the trouble; until then it says so. */
        private Standing follow(Standing before) {
            try {
                history.follow();
                trouble = "";
                return stand();
            } catch (IOException e) {
                trouble = "cannot be read: " + Failures.describe(e);
                return before;
            }
        }

        private Standing stand() {
            return Standing.of(history, signs, System.currentTimeMillis() * 1000);
        }

        private void show(Standing standing, Terminal.Size size) {
            if (help) {
                terminal.show(Frame.help(size, style), size);
                return;
            }
            Frame frame = Frame.of(standing, excerpts, name, scrolled, trouble, size, style);
            scrolled = frame.scrolled();
            page = frame.page();
            terminal.show(frame.lines(), size);
        }

        private void press(Key key) throws IOException, InterruptedException {
            switch (key) {
                case UP -> scrolled = Math.max(0, scrolled - 1);
                case DOWN -> scrolled++;
                case PAGE_UP -> scrolled = Math.max(0, scrolled - Math.max(1, page));
                case PAGE_DOWN -> scrolled += Math.max(1, page);
                case TOP -> scrolled = 0;
                case BOTTOM -> scrolled = Integer.MAX_VALUE / 2;
                case HELP -> help = !help;
                case SUSPEND -> terminal.suspend();
                case REDRAW, QUIT, NONE -> {}
            }
        }
    }
}
