package taskfarmer.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.model.ExitStatus;

/**
 * {@code taskfarmer [run]}: works through a task list.
 *
 * <p>Here is only which options there are; {@link RunSettings} says what they mean, and {@code help/run.txt} tells users.
 * They are put together without annotations, which take longer to read than all of the rest of the command line.
 */
final class RunCommand implements Subcommand {
    /**
     * What there is to say of an option with a value.
     *
     * @param letter its short name; empty if it has none
     * @param label what its value is
     */
    record Value(String letter, String label) {}

    /** The options with a value, by their long names. */
    static final Map<String, Value> VALUES = all(
            ConductSettings.VALUES,
            TaskOptions.values(Map.ofEntries(
                    Map.entry("proc", new Value("-n", "N")),
                    Map.entry("workdir", new Value("-w", "DIR")),
                    Map.entry("timeout", new Value("", "DURATION")),
                    Map.entry("kill-grace", new Value("", "DURATION")),
                    Map.entry("runner", new Value("-r", "NAME")),
                    Map.entry("tasklist", new Value("-t", "NAME")),
                    Map.entry("resources", new Value("", "AMOUNTS")),
                    Map.entry("shell", new Value("", "SHELL")),
                    Map.entry("only-tags", new Value("", "TAGS")),
                    Map.entry("lock-timeout", new Value("", "DURATION")),
                    Map.entry("heartbeat", new Value("", "DURATION")),
                    Map.entry("dead-after", new Value("", "DURATION")),
                    Map.entry("max-losses", new Value("", "N")),
                    Map.entry("logs", new Value("", "WHICH")),
                    Map.entry("log-limit", new Value("", "SIZE")),
                    Map.entry("on-finish", new Value("", "CMD")),
                    Map.entry("on-failure", new Value("", "CMD")),
                    Map.entry("summary", new Value("", "FILE")),
                    Map.entry("metrics", new Value("", "FILE")))));

    /** The options that are on or off, by their long names, with their short ones; all can be denied with {@code --no-}. */
    static final Map<String, String> FLAGS = all(
            ConductSettings.FLAGS,
            TaskOptions.flags(Map.of(
                    "update-list",
                    "",
                    "retry-failed",
                    "",
                    "allow-writable-by-others",
                    "",
                    "linger",
                    "",
                    "bind",
                    "",
                    "sample",
                    "",
                    "verbose",
                    "-v")));

    private static <T> Map<String, T> all(Map<String, T> some, Map<String, T> more) {
        Map<String, T> all = new HashMap<>(some);
        all.putAll(more);
        return Map.copyOf(all);
    }

    private final Environment environment;
    private final Stop stop;
    private final Output output;

    RunCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    /** Returns the long names of all options that can also be set elsewhere. */
    static Set<String> names() {
        Set<String> names = new HashSet<>(VALUES.keySet());
        names.addAll(FLAGS.keySet());
        return names;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("taskfarmer");
        VALUES.forEach((name, value) -> spec.addOption(option(name, value.letter())
                .type(String.class)
                .paramLabel(value.label())
                .build()));
        FLAGS.forEach((name, letter) -> spec.addOption(option(name, letter)
                .type(boolean.class)
                .arity("0")
                .negatable(true)
                .build()));
        spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).build());
        spec.addOption(OptionSpec.builder("--version").versionHelp(true).build());
        spec.addPositional(PositionalParamSpec.builder()
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel("TASKLIST")
                .arity("0..*")
                .build());
        return spec;
    }

    private static OptionSpec.Builder option(String name, String letter) {
        return letter.isEmpty() ? OptionSpec.builder("--" + name) : OptionSpec.builder(letter, "--" + name);
    }

    /** PyTaskFarmer's {@code --verbose} took a value. */
    @Override
    public ParseResult parse(CommandLine line, List<String> arguments) {
        List<String> plain = new ArrayList<>();
        for (String argument : arguments) {
            String before = plain.isEmpty() ? "" : plain.get(plain.size() - 1);
            boolean afterVerbose = before.equals("--verbose") || before.equals("-v");
            if (afterVerbose && argument.equalsIgnoreCase("false")) {
                plain.remove(plain.size() - 1);
            } else if (!afterVerbose || !argument.equalsIgnoreCase("true")) {
                plain.add(argument);
            }
        }
        return line.parseArgs(plain.toArray(new String[0]));
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        List<String> lists = Subcommand.positionals(given);
        RunSettings settings = RunSettings.of(name -> Subcommand.given(given, name), lists, environment, output);
        return new Run(settings, environment, stop, output).run();
    }
}
