package taskfarmer.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What commands take, put together without annotations, which are slow to read. */
final class Specs {
    private Specs() {}

    /** Returns a command that takes {@code --help} and arguments that are no options, which stand for what the label says. */
    static CommandSpec of(String command, String label) {
        CommandSpec spec = CommandSpec.create().name("taskfarmer " + command);
        spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).build());
        spec.addPositional(PositionalParamSpec.builder()
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .arity("0..*")
                .build());
        return spec;
    }

    /** Returns an option without a value, by its name or its short and its long one. */
    static OptionSpec flag(String... names) {
        return OptionSpec.builder(names).type(boolean.class).arity("0").build();
    }

    /** Returns an option with a value, which stands for what the label says. */
    static OptionSpec value(String label, String... names) {
        return OptionSpec.builder(names).type(String.class).paramLabel(label).build();
    }
}
